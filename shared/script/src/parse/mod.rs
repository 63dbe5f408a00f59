//! From one line of text to a command.

mod expectation;
mod show;
mod time;
mod words;

use domain::id::{EventType, FormId, PersonId, WorkflowId};

use crate::command::{Body, Command, Limit, Queue};
use words::Words;

/// What a line may begin with, as the error for an unknown word lists them.
const VERBS: &str = "at, advance, clock, form, event, repeat, let, away, back, reassign, close, credit, complete, pause, \
                     preview, resume, publish, rollback, kill, duplicate, hold, release, expect, show or playbook";

/// Reads one command. The error says what was expected, without the place.
pub(crate) fn command(text: &str) -> Result<Command, String> {
    let mut words = Words::new(text);
    let verb = words.word("a command")?;
    let command = match verb {
        "playbook" => Command::Playbook(words.text("a folder")?),
        "at" => Command::At(time::when(words.rest())?),
        "advance" => advance(words.rest())?,
        "clock" => {
            words.expect("says")?;
            Command::Clock(time::when(words.rest())?)
        }
        "form" => form(&mut words)?,
        "event" => event(&mut words)?,
        "repeat" => repeat(&mut words)?,
        "let" => name(&mut words)?,
        "expect" => Command::Expect(expectation::read(&mut words)?),
        "show" => Command::Show(show::read(&mut words)?),
        "kill" => Command::Kill,
        "duplicate" => Command::Duplicate,
        "hold" => Command::Hold(queue(&mut words)?),
        "release" => Command::Release(queue(&mut words)?),
        other => operation(other, &mut words)?,
    };
    words.end().map(|()| command)
}

/// `14m 59s`, `to the end, at most 400 days`, or `to the end, until 2026-03-02 10:12`.
fn advance(how_far: &str) -> Result<Command, String> {
    if let Some(most) = how_far.strip_prefix("to the end, at most ") {
        return Ok(Command::AdvanceToEnd { limit: Limit::Length { millis: time::length(most)? } });
    }
    match how_far.strip_prefix("to the end, until ") {
        Some(until) => Ok(Command::AdvanceToEnd { limit: Limit::Moment(time::when(until)?) }),
        None => Ok(Command::Advance { millis: time::length(how_far)? }),
    }
}

/// What a person does.
fn operation(verb: &str, words: &mut Words<'_>) -> Result<Command, String> {
    Ok(match verb {
        "away" => {
            let person = person(words)?;
            words.expect("until")?;
            Command::Away { person, until: words.rest().to_owned() }
        }
        "back" => Command::Back { person: person(words)? },
        "reassign" => {
            let record = record(words)?;
            words.expect("to")?;
            let to = person(words)?;
            Command::Reassign { record, to, reason: because(words)? }
        }
        "close" => Command::Close { record: record(words)?, reason: because(words)? },
        "credit" => Command::Credit { record: record(words)?, reason: because(words)? },
        "complete" => {
            words.expect("task")?;
            let title = words.text("the task's title")?;
            words.expect("of")?;
            Command::Complete { title, record: record(words)? }
        }
        "pause" => Command::Pause(words.rest().split_whitespace().map(WorkflowId::from).collect()),
        "preview" => {
            words.expect("resume")?;
            Command::PreviewResume
        }
        "resume" => Command::Resume,
        "publish" => Command::Publish(words.text("a folder")?),
        "rollback" => Command::Rollback,
        unknown => return Err(format!("`{unknown}` is not a command; write {VERBS}")),
    })
}

fn form(words: &mut Words<'_>) -> Result<Command, String> {
    let form = FormId::from(words.word("the form's name")?);
    let body = match words.peek() {
        "" => return Err("what the form sends is missing: JSON, or the name of a file".to_owned()),
        json if json.starts_with(['{', '[']) => Body::Json(words.rest().to_owned()),
        _ => Body::File(words.text("a file")?),
    };
    Ok(Command::Form { form, body })
}

fn event(words: &mut Words<'_>) -> Result<Command, String> {
    let event_type = EventType::from(words.word("the event's type")?);
    let record = record(words)?;
    let data = if words.is_empty() { "{}".to_owned() } else { words.rest().to_owned() };
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&data)
        .map_err(|error| format!("the event's data is not a JSON object: {error}"))?;
    Ok(Command::Event { event_type, record, data })
}

fn repeat(words: &mut Words<'_>) -> Result<Command, String> {
    let times = words.word("how often")?;
    let times = times.parse().map_err(|_| format!("`{times}` is not a number of times"))?;
    match command(words.rest())? {
        inner @ (Command::Form { .. } | Command::Event { .. }) => {
            Ok(Command::Repeat { times, command: Box::new(inner) })
        }
        _ => Err("only a form or an event can be repeated".to_owned()),
    }
}

fn name(words: &mut Words<'_>) -> Result<Command, String> {
    let alias = words.word("a name")?.to_owned();
    if alias.contains('/') {
        return Err(format!("`{alias}` cannot be a name; write it without the kind: `let L1 = last record`"));
    }
    words.expect("=")?;
    match words.word("`last record`, or a link such as `company of lead/L1`")? {
        "last" => words.expect("record").map(|()| Command::Name { alias }),
        link => {
            words.expect("of")?;
            Ok(Command::NameLinked { alias, link: link.to_owned(), record: record(words)? })
        }
    }
}

fn queue(words: &mut Words<'_>) -> Result<Queue, String> {
    match words.word("a queue")? {
        "evaluate" => Ok(Queue::Evaluate),
        "assign" => Ok(Queue::Assign),
        "act" => Ok(Queue::Act),
        other => Err(format!("`{other}` is not a queue; write evaluate, assign or act")),
    }
}

fn because(words: &mut Words<'_>) -> Result<String, String> {
    words.expect("because")?;
    words.text("the reason")
}

fn person(words: &mut Words<'_>) -> Result<PersonId, String> {
    words.word("a person").map(PersonId::from)
}

/// `lead/L1`; an alias alone will do.
fn record(words: &mut Words<'_>) -> Result<String, String> {
    words.word("a record").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str, expected: &str) {
        assert_eq!(command(text), Err(expected.to_owned()), "{text}");
    }

    #[test]
    fn commands_read_as_they_are_said() {
        assert_eq!(
            command(r#"form demo-request {"a": "b"}"#),
            Ok(Command::Form { form: "demo-request".into(), body: Body::Json(r#"{"a": "b"}"#.to_owned()) })
        );
        assert_eq!(
            command("away ana until next monday"),
            Ok(Command::Away { person: "ana".into(), until: "next monday".to_owned() })
        );
        assert_eq!(
            command(r#"reassign lead/L1 to ben because "he knows them""#),
            Ok(Command::Reassign {
                record: "lead/L1".to_owned(),
                to: "ben".into(),
                reason: "he knows them".to_owned()
            })
        );
        let credit = Command::Credit { record: "lead/L1".to_owned(), reason: "no-show".to_owned() };
        assert_eq!(command(r#"credit lead/L1 because "no-show""#), Ok(credit));
        assert_eq!(command("pause"), Ok(Command::Pause(Vec::new())));
        assert_eq!(command("let L1 = last record"), Ok(Command::Name { alias: "L1".to_owned() }));
        let linked =
            Command::NameLinked { alias: "C1".to_owned(), link: "company".to_owned(), record: "lead/L1".to_owned() };
        assert_eq!(command("let C1 = company of lead/L1"), Ok(linked));
        assert!(matches!(command("repeat 50 event call_logged L1"), Ok(Command::Repeat { times: 50, .. })));
    }

    #[test]
    fn a_mistake_is_answered_with_what_was_expected() {
        problem("away ana", "`until` is missing at the end");
        problem("kill -9", "`-9` is more than this command takes");
        problem("hold bus", "`bus` is not a queue; write evaluate, assign or act");
        problem("reassign lead/L1 ben", "expected `to`, found `ben`");
        problem("repeat 3 kill", "only a form or an event can be repeated");
        problem("form demo-request", "what the form sends is missing: JSON, or the name of a file");
        problem(
            "let lead/L1 = last record",
            "`lead/L1` cannot be a name; write it without the kind: `let L1 = last record`",
        );
        assert!(command("foo").unwrap_err().starts_with("`foo` is not a command; write at, advance"));
        assert!(command("event call_logged L1 {").unwrap_err().starts_with("the event's data is not a JSON object"));
    }
}
