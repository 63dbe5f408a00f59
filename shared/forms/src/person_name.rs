//! The full name of a person, whole or in parts.

use domain::{matching::is_placeholder_name, value::Value};

use crate::{
    proposal::{Fit, by_name},
    submission::Submission,
};

/// A name, and the questions whose answers it is made of.
pub(crate) struct FullName {
    pub questions: Vec<String>,
    pub name: String,
}

/// The fullest name that the answers to `asked` and the parts of a name give.
///
/// A whole name wins over parts. Where the one word of a "Name" stands beside a first name, it is the last name, as
/// German and French forms ask; beside a last name it is the first. None if none of `asked` was answered, or no answer
/// names anybody. `placeholders` are the playbook's own.
pub(crate) fn full_name(submission: &Submission, asked: &[&str], placeholders: &[String]) -> Option<FullName> {
    let parts = by_name(submission, Fit::Named);
    let named = |question: &str| answered(submission, question, placeholders);
    let part = |target: &str| parts.get(target).and_then(|question| named(question));
    let (first, last) = (part("lead.first_name"), part("lead.last_name"));
    let answers = || asked.iter().filter_map(|question| named(question));
    let is_part = |found: &Answered| [&first, &last].into_iter().flatten().any(|part| part.question == found.question);
    let whole = answers().find(|found| !is_part(found));
    asked.first()?;
    Some(match (whole, first, last) {
        (Some(whole), Some(first), None) if whole.is_one_word() => joined(&first, &whole),
        (Some(whole), None, Some(last)) if whole.is_one_word() => joined(&whole, &last),
        (Some(whole), ..) => whole.alone(),
        (None, Some(first), Some(last)) => joined(&first, &last),
        (None, Some(part), None) | (None, None, Some(part)) => part.alone(),
        (None, None, None) => return None,
    })
}

struct Answered {
    question: String,
    text: String,
}

/// The answer to a question, if it names somebody.
fn answered(submission: &Submission, question: &str, placeholders: &[String]) -> Option<Answered> {
    let text = submission.fields.get(question).map(Value::to_string)?.trim().to_owned();
    (!is_no_part(&text, placeholders)).then(|| Answered { question: question.to_owned(), text })
}

/// Whether an answer is no part of a name. One letter is: an initial.
pub(crate) fn is_no_part(answer: &str, placeholders: &[String]) -> bool {
    let is_initial = answer.chars().count() == 1 && answer.chars().all(char::is_alphabetic);
    !is_initial && is_placeholder_name(answer, placeholders)
}

impl Answered {
    fn is_one_word(&self) -> bool {
        self.text.split_whitespace().count() == 1
    }

    fn alone(self) -> FullName {
        FullName { questions: vec![self.question], name: self.text }
    }
}

/// Both, unless one says the other already: some people write all of it in the first question.
fn joined(first: &Answered, last: &Answered) -> FullName {
    let says = |whole: &Answered, part: &Answered| {
        let words: Vec<String> = whole.text.split_whitespace().map(str::to_lowercase).collect();
        part.text.split_whitespace().all(|word| words.contains(&word.to_lowercase()))
    };
    let name = match (says(first, last), says(last, first)) {
        (true, _) => first.text.clone(),
        (_, true) => last.text.clone(),
        _ => format!("{} {}", first.text, last.text),
    };
    FullName { questions: vec![first.question.clone(), last.question.clone()], name }
}
