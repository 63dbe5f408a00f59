//! The e-mail addresses that a submission holds, whatever their questions are called.

use std::collections::BTreeSet;

use domain::{
    matching::is_placeholder_address,
    value::{FieldType, Value},
};

use crate::{
    coerce::email,
    label::{EMAIL, points_to},
    questions::{Question, Questions},
};

/// The addresses that may be the person's.
pub(crate) enum Addresses {
    None,
    One {
        question: String,
        address: String,
    },
    /// Different ones, and neither the provider nor a question says which is meant.
    Several(Vec<String>),
}

/// A longer answer that holds an address is a message, and may speak of somebody else.
const MOST_WORDS: usize = 6;

/// The addresses in the answers to all questions but those that are `spent`. Of several, the one whose question asks
/// for an e-mail address counts: by the provider's word, else by its name.
pub(crate) fn addresses(questions: &Questions, spent: &BTreeSet<String>) -> Addresses {
    let asked = questions.persons().filter(|question| !spent.contains(question.name));
    let held: Vec<(&Question, String)> =
        asked.filter_map(|question| Some((question, only_address(question.answer)?))).collect();
    let is_typed = |it: &Question| questions.submission().types.get(it.name) == Some(&FieldType::Email);
    let is_named = |it: &Question| it.is_called(|name| points_to(EMAIL, name));
    match only(&held, |_| true).or_else(|| only(&held, is_typed)).or_else(|| only(&held, is_named)) {
        Some((question, address)) => Addresses::One { question, address },
        None if held.is_empty() => Addresses::None,
        None => Addresses::Several(held.into_iter().map(|(_, address)| address).collect()),
    }
}

/// The address of an answer that is no message.
pub(crate) fn only_address(answer: &Value) -> Option<String> {
    let text = answer.to_string();
    let address = email::only_email(&text).filter(|_| text.split_whitespace().count() <= MOST_WORDS);
    address.filter(|address| !is_placeholder_address(address))
}

/// The address of these questions, if all of them hold the same.
fn only(held: &[(&Question, String)], is_meant: impl Fn(&Question) -> bool) -> Option<(String, String)> {
    let mut meant = held.iter().filter(|(question, _)| is_meant(question));
    let (question, address) = meant.next()?;
    meant.all(|(_, other)| other == address).then(|| (question.name.to_owned(), address.clone()))
}
