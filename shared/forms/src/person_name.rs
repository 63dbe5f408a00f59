//! The full name of a person, whole or in parts.

use domain::{
    matching::{is_in, is_placeholder_name, is_placeholder_part, is_shorter_form_of},
    visible::is_invisible,
};

use crate::{
    coerce::email::is_email,
    label::{INFIX, SECOND_LAST_NAME, WHOLE_OR_PART},
    question::normal,
    questions::Questions,
};

/// A name, and the questions whose answers it is made of.
pub(crate) struct FullName {
    pub questions: Vec<String>,
    pub name: String,
}

/// The fullest name that the answers to `asked` and the parts of a name give.
///
/// A whole name wins over parts, unless they say more. Where a "Name" stands beside a first name and does not hold it, it
/// is the last name, as German and French forms ask; beside a last name it is the first. None if none of `asked` was
/// answered, or no answer names anybody. `placeholders` are the playbook's own.
pub(crate) fn full_name(questions: &Questions, asked: &[&str], placeholders: &[String]) -> Option<FullName> {
    let part = |target: &str| {
        let question = questions.named.get(target)?;
        answered(questions, question).filter(|part| !is_no_part(&part.text, placeholders))
    };
    let (first, last) = (part("lead.first_name"), part("lead.last_name"));
    let last = last.map(|last| with_all_its_parts(questions, last, placeholders));
    let is_part = |question: &str| [&first, &last].into_iter().flatten().any(|part| part.questions[0] == question);
    let whole = asked.iter().filter(|question| !is_part(question)).find_map(|question| {
        let is_another_part = is_in(WHOLE_OR_PART, &normal(question)) && (first.is_some() || last.is_some());
        let names_nobody = if is_another_part { is_no_part } else { is_no_name };
        // `#9999` and `#D11`, as orders are called, name nobody where another answer does.
        let is_worded = |text: &str| text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_numeric);
        answered(questions, question).filter(|it| is_worded(&it.text) && !names_nobody(&it.text, placeholders))
    });
    asked.first()?;
    Some(match (whole, first, last) {
        (Some(whole), Some(first), None) if whole.is_other_part(&first) => joined(first, whole),
        (Some(whole), None, Some(last)) if whole.is_other_part(&last) => joined(whole, last),
        (Some(whole), Some(first), Some(last)) => {
            let both = joined(first, last);
            if is_shorter_form_of(&whole.text, &both.name) { both } else { whole.alone() }
        }
        (Some(whole), ..) => whole.alone(),
        (None, Some(first), Some(last)) => joined(first, last),
        (None, Some(part), None) | (None, None, Some(part)) => part.alone(),
        (None, None, None) => return None,
    })
}

/// A last name with what is asked apart from it: `van der` before it, a second one behind it.
fn with_all_its_parts(questions: &Questions, last: Answered, placeholders: &[String]) -> Answered {
    let asked = |names| {
        let question = questions.asked_as(names).filter(|question| *question != last.questions[0])?;
        answered(questions, question).filter(|part| !is_no_part(&part.text, placeholders))
    };
    let (before, behind) = (asked(INFIX), asked(SECOND_LAST_NAME));
    let mut parts = Vec::from_iter(before);
    parts.push(last);
    parts.extend(behind);
    let text = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
    Answered { questions: parts.into_iter().flat_map(|part| part.questions).collect(), text }
}

/// A name without what cannot be seen, with single spaces, and of a mailbox only the name. Joiners stay: in some
/// scripts they shape a name.
pub(crate) fn as_seen(name: &str) -> String {
    let is_kept = |letter: &char| matches!(letter, '\u{200c}' | '\u{200d}') || !is_invisible(*letter);
    let seen: String = name.chars().filter(is_kept).collect();
    let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    of_mailbox(&seen).map(str::to_owned).unwrap_or(seen)
}

/// The name of a mailbox: of `"Mo Fjord" <mo@fjord.example>` the words. None where it has no words, or is no mailbox.
fn of_mailbox(answer: &str) -> Option<&str> {
    let (name, behind) = answer.split_once(['<', '(', '['])?;
    let address = behind.trim_end_matches(['>', ')', ']', ';', ',', '.', ' ']);
    let name = name.trim_matches([',', ' ']);
    let name = name.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(name).trim();
    (is_email(address) && !name.is_empty()).then_some(name)
}

/// An answer, and the questions that it was given to.
struct Answered {
    questions: Vec<String>,
    text: String,
}

/// The answer to a question.
fn answered(questions: &Questions, question: &str) -> Option<Answered> {
    let text = as_seen(&questions.answer(question)?.to_string());
    Some(Answered { questions: vec![question.to_owned()], text })
}

/// Whether an answer is no name of a person. One letter is: an initial.
pub(crate) fn is_no_name(answer: &str, placeholders: &[String]) -> bool {
    !is_initial(answer) && is_placeholder_name(answer, placeholders)
}

/// Whether an answer is no part of a name.
pub(crate) fn is_no_part(answer: &str, placeholders: &[String]) -> bool {
    !is_initial(answer) && is_placeholder_part(answer, placeholders)
}

/// Whether any answer for a name, or a part of one, names somebody: beside `Li`, `Na` is a name.
pub(crate) fn is_beside_a_name(questions: &Questions, placeholders: &[String]) -> bool {
    let parts = ["lead.name", "lead.first_name", "lead.last_name"];
    let asked = parts.into_iter().filter_map(|part| questions.named.get(part));
    let mut answers = asked.filter_map(|question| answered(questions, question));
    answers.any(|answer| !is_no_name(&answer.text, placeholders))
}

/// Whether a part of a name is in a script whose names begin with the family's.
fn is_family_first(part: &str) -> bool {
    part.chars().all(|it| matches!(it, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
}

fn is_initial(answer: &str) -> bool {
    answer.chars().count() == 1 && answer.chars().all(char::is_alphabetic)
}

impl Answered {
    /// Whether the answer to a question for the whole name is the part that `part` is not.
    fn is_other_part(&self, part: &Self) -> bool {
        let is_open = is_in(WHOLE_OR_PART, &normal(&self.questions[0])) || self.text.split_whitespace().count() == 1;
        is_open && !is_shorter_form_of(&part.text, &self.text)
    }

    fn alone(self) -> FullName {
        FullName { questions: self.questions, name: self.text }
    }
}

/// Both, unless one says the other already: some people write all of it in the first question.
fn joined(first: Answered, last: Answered) -> FullName {
    let says = |whole: &Answered, part: &Answered| {
        let words: Vec<String> = whole.text.split_whitespace().map(str::to_lowercase).collect();
        part.text.split_whitespace().all(|word| words.contains(&word.to_lowercase()))
    };
    let name = match (says(&first, &last), says(&last, &first)) {
        (true, _) => first.text,
        (_, true) => last.text,
        _ if is_family_first(&first.text) && is_family_first(&last.text) => format!("{} {}", last.text, first.text),
        _ => format!("{} {}", first.text, last.text),
    };
    FullName { questions: first.questions.into_iter().chain(last.questions).collect(), name }
}
