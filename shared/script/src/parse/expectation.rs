use domain::id::PersonId;

use super::{record, show::message, time, words::Words};
use crate::command::{Awaited, Expectation, When};

const EXPECTATIONS: &str = "owner, outbox has, no, count, task, segment, field, same record, different records, why, \
                            timeline, or a record that waits";

pub(super) fn read(words: &mut Words<'_>) -> Result<Expectation, String> {
    match words.word("what is expected")? {
        "owner" => owner(words),
        "outbox" => {
            words.expect("has")?;
            Ok(Expectation::Message { there: true, message: message(words)? })
        }
        "no" => absent(words),
        "count" => count(words),
        "task" => task(words),
        "segment" => segment(words, true),
        "field" => field(words),
        word @ ("same" | "different") => {
            words.expect(if word == "same" { "record" } else { "records" })?;
            Ok(Expectation::SameRecord { same: word == "same", records: [record(words)?, record(words)?] })
        }
        "why" => why(words),
        "timeline" => timeline(words),
        other => waits(other, words),
    }
}

fn owner(words: &mut Words<'_>) -> Result<Expectation, String> {
    let record = record(words)?;
    words.expect("is")?;
    let person = words.word("a person, or nobody")?;
    Ok(Expectation::Owner { record, is: (person != "nobody").then(|| PersonId::from(person)) })
}

fn absent(words: &mut Words<'_>) -> Result<Expectation, String> {
    if words.takes("segment") {
        return segment(words, false);
    }
    if !words.takes("task") {
        return Ok(Expectation::Message { there: false, message: message(words)? });
    }
    let title = if words.peek() == "of" { None } else { Some(words.text("the task's title")?) };
    words.expect("of")?;
    Ok(Expectation::NoTask { title, record: record(words)? })
}

fn count(words: &mut Words<'_>) -> Result<Expectation, String> {
    if words.takes("tasks") {
        words.expect("of")?;
        let record = record(words)?;
        return Ok(Expectation::CountTasks { record, is: number(words)? });
    }
    let message = message(words)?;
    Ok(Expectation::CountMessages { message, is: number(words)? })
}

fn number(words: &mut Words<'_>) -> Result<usize, String> {
    words.expect("is")?;
    let number = words.word("a number")?;
    number.parse().map_err(|_| format!("`{number}` is not a number"))
}

fn task(words: &mut Words<'_>) -> Result<Expectation, String> {
    let title = words.text("the task's title")?;
    words.expect("of")?;
    let record = record(words)?;
    words.expect("is")?;
    words.expect("for")?;
    let person = words.word("a person, or nobody")?;
    let due: Option<When> = if words.takes("due") { Some(time::when(words.rest())?) } else { None };
    Ok(Expectation::Task { title, record, is_for: (person != "nobody").then(|| PersonId::from(person)), due })
}

fn segment(words: &mut Words<'_>, there: bool) -> Result<Expectation, String> {
    let segment = words.word("a segment")?.to_owned();
    words.expect("of")?;
    Ok(Expectation::Segment { there, segment, record: record(words)? })
}

fn field(words: &mut Words<'_>) -> Result<Expectation, String> {
    let field = words.word("a field")?.to_owned();
    words.expect("of")?;
    let record = record(words)?;
    words.expect("is")?;
    Ok(Expectation::Field { field, record, is: words.text("a value")? })
}

fn why(words: &mut Words<'_>) -> Result<Expectation, String> {
    let workflow = words.word("a workflow")?.into();
    let record = record(words)?;
    words.expect("says")?;
    Ok(Expectation::Why { workflow, record, says: words.text("a sentence")? })
}

fn timeline(words: &mut Words<'_>) -> Result<Expectation, String> {
    let record = record(words)?;
    let there = !words.takes("never");
    words.expect("says")?;
    Ok(Expectation::Timeline { record, there, says: words.text("a sentence")? })
}

fn waits(record: &str, words: &mut Words<'_>) -> Result<Expectation, String> {
    if !words.takes("waits") {
        return Err(format!("`{record}` is not something to expect; write {EXPECTATIONS}"));
    }
    words.expect("for")?;
    let for_what = match words.word("what it waits for")? {
        "nothing" => Awaited::Nothing,
        "an" => {
            words.expect("owner")?;
            Awaited::Owner
        }
        event => Awaited::Event(event.into()),
    };
    Ok(Expectation::Waits { record: record.to_owned(), for_what })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{MessageKind, MessageMatch};

    fn check(text: &str, expected: Expectation) {
        let mut words = Words::new(text);
        assert_eq!(read(&mut words), Ok(expected), "{text}");
        assert_eq!(words.end(), Ok(()), "{text}");
    }

    #[test]
    fn expectations_read_as_they_are_said() {
        let record = || "lead/L1".to_owned();
        let intro = || MessageMatch {
            kind: MessageKind::Email,
            template: Some("intro".to_owned()),
            to: Some("ada@example.com".to_owned()),
            saying: None,
        };
        check("owner lead/L1 is ana", Expectation::Owner { record: record(), is: Some("ana".into()) });
        check("owner lead/L1 is nobody", Expectation::Owner { record: record(), is: None });
        check("outbox has e-mail intro to ada@example.com", Expectation::Message { there: true, message: intro() });
        check("no e-mail intro to ada@example.com", Expectation::Message { there: false, message: intro() });
        check("count emails intro to ada@example.com is 1", Expectation::CountMessages { message: intro(), is: 1 });
        check("count tasks of lead/L1 is 0", Expectation::CountTasks { record: record(), is: 0 });
        check("no task of lead/L1", Expectation::NoTask { title: None, record: record() });
        check("lead/L1 waits for an owner", Expectation::Waits { record: record(), for_what: Awaited::Owner });
        check(
            "no segment nurture of lead/L1",
            Expectation::Segment { there: false, segment: "nurture".to_owned(), record: record() },
        );
    }

    #[test]
    fn a_due_time_may_be_on_the_clock() {
        let mut words = Words::new(r#"task "Call within 5 min" of lead/L1 is for ana due 09:05"#);
        let Ok(Expectation::Task { due: Some(When::Clock(_)), .. }) = read(&mut words) else {
            panic!("a task with a due time");
        };
    }

    #[test]
    fn what_cannot_be_expected_is_named() {
        let problem = read(&mut Words::new("miracles")).unwrap_err();
        assert!(problem.starts_with("`miracles` is not something to expect"), "{problem}");
    }
}
