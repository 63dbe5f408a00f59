use super::{record, words::Words};
use crate::command::{MessageKind, MessageMatch, Show};

pub(super) fn read(words: &mut Words<'_>) -> Result<Show, String> {
    Ok(match words.word("what to show")? {
        "time" => Show::Time,
        "timeline" => Show::Timeline { record: record(words)? },
        "standing" => Show::Standing { record: record(words)? },
        "why" => Show::Why { workflow: words.word("a workflow")?.into(), record: record(words)? },
        "assignments" => Show::Assignments { record: record(words)? },
        "pool" => Show::Pool { pool: words.word("a pool")?.into() },
        "outbox" => Show::Outbox(any_message(words)?),
        "letter" => Show::Letter(any_message(words)?),
        "tasks" => Show::Tasks,
        "kept" => Show::Kept,
        other => {
            return Err(format!(
                "`{other}` cannot be shown; write time, timeline, standing, why, assignments, pool, outbox, letter, tasks or \
                 kept"
            ));
        }
    })
}

/// `e-mail intro to ada@example.com saying "…"`.
pub(super) fn message(words: &mut Words<'_>) -> Result<MessageMatch, String> {
    let kind = match words.word("e-mail, notice or message")? {
        "e-mail" | "email" | "e-mails" | "emails" => MessageKind::Email,
        "notice" | "notices" => MessageKind::Notice,
        "message" | "messages" => MessageKind::Any,
        other => return Err(format!("`{other}` is not in an outbox; write e-mail, notice or message")),
    };
    matching(words, kind)
}

/// The same; without any word, every message.
fn any_message(words: &mut Words<'_>) -> Result<MessageMatch, String> {
    if words.is_empty() { Ok(MessageMatch::default()) } else { message(words) }
}

fn matching(words: &mut Words<'_>, kind: MessageKind) -> Result<MessageMatch, String> {
    let mut message = MessageMatch { kind, ..MessageMatch::default() };
    if !matches!(words.peek(), "" | "to" | "saying" | "is") {
        message.template = Some(words.word("a template")?.to_owned());
    }
    if words.takes("to") {
        message.to = Some(words.word("an address or a person")?.to_owned());
    }
    if words.takes("saying") {
        message.saying = Some(words.text("what it says")?);
    }
    Ok(message)
}
