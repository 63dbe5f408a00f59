//! Names made of words that say a role: `leadOwner`, `created_by_email`.

use super::{Whose, another, names};

/// A name of more words is a question that people read.
const MOST_WORDS: usize = 4;

/// `contactOwner_email` → contact, owner, email.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.iter_mut().last().into_iter().for_each(|word| match letter.is_ascii() {
                true => word.push(letter.to_ascii_lowercase()),
                false => word.extend(letter.to_lowercase()),
            });
        }
        was_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    // `E-Mail` is one word.
    while let Some(at) = words.windows(2).position(|pair| pair[0] == "e" && pair[1].starts_with("mail")) {
        words.remove(at);
        words[at].insert(0, 'e');
    }
    words
}

/// Whether a name says whose work it is: `account_owner`, `assigned_user`, `LastModifiedBy`.
pub(super) fn is_compound(name: &str) -> bool {
    let words = words(name);
    let is_work = |pair: &[String]| names::WORK.contains(&pair[0].as_str()) && names::BY.contains(&pair[1].as_str());
    let is_role = || words.len() > 1 && words.last().is_some_and(|last| names::ROLES.contains(&last.as_str()));
    let is_assigned = || words.len() > 1 && words[0] == "assigned";
    words.len() <= MOST_WORDS && (words.windows(2).any(is_work) || is_role() || is_assigned())
}

/// Whether an object's name says that it is about somebody else than who answers: `emergency_contact`,
/// `Friend details`, `next_of_kin`.
pub(super) fn is_somebody_else(name: &str) -> bool {
    let words = words(name);
    let is_another = |word: &String| another::SOMEBODY_ELSE.contains(&word.as_str());
    words.len() <= MOST_WORDS && (words.iter().any(is_another) || words.concat() == "nextofkin")
}

/// Whether a program's name says the form's side before what is reached: `site_email`, `event_contact_email`. A label
/// that people read (`Account email`) asks the person.
fn has_prefix(name: &str, words: &[String]) -> bool {
    let [first, between @ .., last] = words else { return false };
    let is_side = |word: &String| {
        word == "contact" || names::ROLES.contains(&word.as_str()) || names::WRITERS.contains(&word.as_str())
    };
    !name.contains(char::is_whitespace)
        && names::PREFIXES.contains(&first.as_str())
        && names::CONTACT.contains(&last.as_str())
        && between.iter().all(is_side)
}

/// Whose an answer is that is called by a role and what is reached: `owner_email`, `contactOwnerName`, `sender-phone`.
pub(super) fn before_contact(name: &str) -> Option<Whose> {
    let words = words(name);
    let [.., role, last] = words.as_slice() else { return None };
    let is_role = |roles: &[&str]| names::CONTACT.contains(&last.as_str()) && roles.contains(&role.as_str());
    match () {
        () if has_prefix(name, &words) => Some(Whose::Others),
        () if is_role(names::ROLES) || is_role(names::MAILBOXES) => Some(Whose::Others),
        () if is_role(names::WRITERS) => Some(Whose::Writer),
        () => None,
    }
}
