//! Names made of words that say a role: `leadOwner`, `created_by_email`.

use std::borrow::Cow;

use super::{Whose, another, names};
use crate::question::normal;

/// A name of more words is a question that people read.
const MOST_WORDS: usize = 4;

/// A name in the forms by which it is looked up.
pub(super) struct Name<'a> {
    pub as_it_is: &'a str,
    pub normal: String,
    /// `contactOwner_email` → contact, owner, email.
    pub words: Vec<Cow<'a, str>>,
}

fn words(name: &str) -> Vec<Cow<'_, str>> {
    let mut words = Vec::new();
    let (mut from, mut was_lower) = (0, false);
    for (at, letter) in name.char_indices() {
        let is_gap = !letter.is_alphanumeric();
        if is_gap || (was_lower && letter.is_uppercase()) {
            words.extend(word(&name[from..at]));
            from = if is_gap { at + letter.len_utf8() } else { at };
        }
        was_lower = letter.is_lowercase();
    }
    words.extend(word(&name[from..]));
    // `E-Mail` is one word.
    while let Some(at) = words.windows(2).position(|pair| pair[0] == "e" && pair[1].starts_with("mail")) {
        words.remove(at);
        words[at].to_mut().insert(0, 'e');
    }
    words
}

/// A word in lower case, as the names of programs are already. None where there is none.
fn word(text: &str) -> Option<Cow<'_, str>> {
    let is_lower = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let lower = || text.chars().flat_map(char::to_lowercase).collect();
    (!text.is_empty()).then(|| if is_lower { Cow::Borrowed(text) } else { Cow::Owned(lower()) })
}

impl<'a> Name<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        Self { as_it_is: name, normal: normal(name), words: words(name) }
    }

    pub(super) fn is_one_of(&self, known: &[&str]) -> bool {
        known.contains(&self.normal.as_str())
    }

    pub(super) fn has_word(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.words.iter().any(|word| is_meant(word))
    }

    /// Whether it says whose work it is: `account_owner`, `assigned_user`, `LastModifiedBy`.
    pub(super) fn is_compound(&self) -> bool {
        let words = self.words.as_slice();
        let is_work = |pair: &[Cow<str>]| names::WORK.contains(&&*pair[0]) && names::BY.contains(&&*pair[1]);
        let is_role = || words.last().is_some_and(|last| names::ROLES.contains(&&**last));
        (2..=MOST_WORDS).contains(&words.len())
            && (words.windows(2).any(is_work) || is_role() || words[0] == "assigned")
    }

    /// Whether, as an object's name, it says that it is about somebody else than who answers: `emergency_contact`,
    /// `Friend details`, `next_of_kin`.
    pub(super) fn is_somebody_else(&self) -> bool {
        self.words.len() <= MOST_WORDS
            && (self.has_word(another::is_somebody_else) || self.words.concat() == "nextofkin")
    }

    /// Whether, as a program's name, it says the form's side before what is reached: `site_email`,
    /// `event_contact_email`. A label that people read (`Account email`) asks the person.
    fn has_prefix(&self) -> bool {
        let [first, between @ .., last] = self.words.as_slice() else { return false };
        let is_side =
            |word: &Cow<str>| word == "contact" || names::ROLES.contains(&&**word) || names::WRITERS.contains(&&**word);
        names::CONTACT.contains(&&**last)
            && names::PREFIXES.contains(&&**first)
            && !self.as_it_is.contains(char::is_whitespace)
            && between.iter().all(is_side)
    }

    /// Whose an answer is that is called by a role and what is reached: `owner_email`, `contactOwnerName`,
    /// `sender-phone`.
    pub(super) fn before_contact(&self) -> Option<Whose> {
        let [.., role, last] = self.words.as_slice() else { return None };
        let is_role = |roles: &[&str]| names::CONTACT.contains(&&**last) && roles.contains(&&**role);
        match () {
            () if self.has_prefix() => Some(Whose::Others),
            () if is_role(names::ROLES) || is_role(names::MAILBOXES) => Some(Whose::Others),
            () if is_role(names::WRITERS) => Some(Whose::Writer),
            () => None,
        }
    }
}
