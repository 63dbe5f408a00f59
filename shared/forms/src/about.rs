//! Whom a place in a payload tells about: the person, their company, or somebody and something else.
//!
//! The nearest name on the way decides: `event.data.answers.email` is the person's, for it lies among
//! answers; `lead.owner.email` is the owner's. The person is who filled the form. Names of those who made it, look
//! after it or are told of it (`owner`, `recipient`, `cc`, `staff`) are about the form's side.

mod names;
mod role;

use crate::question::{is_one_of, normal};

/// The ranks of places, the best first. The person is whom the best place with an address or a number tells
/// about; two places of one rank that both have one are no answer (`provider/generic/person.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    /// At the root, among answers, or in an object about who filled the form.
    Person,
    /// Of the person's company: what it is called and how it is reached is not the person's.
    Company,
    /// Of somebody who comes along: the person where nobody else is named.
    Guest,
    /// In an object that no list here names: a product, a deal, a user.
    Unlisted,
    /// Of who wrote. Of a comment or a mail that is the person; of a page or a ticket it may be a colleague.
    Writer,
    /// Of the form, the page, the host: nothing of it says who the person is.
    Others,
}

/// A place of one rank, and how much of the path is common to all that it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub whose: Whose,
    pub common: usize,
}

impl Place {
    fn of(whose: Whose, common: usize) -> Self {
        Self { whose, common }
    }
}

/// The place at `path`.
pub(crate) fn place(path: &[String]) -> Place {
    let mut unlisted = None;
    for (at, name) in path.iter().enumerate().rev().filter(|(_, name)| !is_way(name)) {
        let Some(whose) = named(name) else {
            unlisted = Some(with_number(path, at));
            continue;
        };
        return match (whose, unlisted) {
            (Whose::Person, Some(_)) if is_one_of(name, names::ANSWERS) => Place::of(Whose::Person, 0),
            (Whose::Person, Some(common)) if is_one_of(name, names::ENVELOPES) => Place::of(Whose::Unlisted, common),
            // All that lies in objects of one person tells about that person, or of what they have.
            (Whose::Person, Some(_)) => Place::of(Whose::Unlisted, with_number(path, at)),
            (Whose::Guest, _) => Place::of(Whose::Guest, with_number(path, at)),
            (whose, _) => Place::of(whose, 0),
        };
    }
    unlisted.map_or(Place::of(Whose::Person, 0), |common| Place::of(Whose::Unlisted, common))
}

/// The place of the answer at `path`: its own name counts where it names others, or a part of a person's name.
pub(crate) fn place_of_leaf(path: &[String]) -> Place {
    let Some((own, above)) = path.split_last() else { return Place::of(Whose::Person, 0) };
    if let Some(whose @ (Whose::Others | Whose::Writer)) = named(own).or_else(|| role::before_contact(own)) {
        return Place::of(whose, 0);
    }
    let place = place(above);
    let is_of_person = || above[..place.common].last().is_some_and(|name| named(name) == Some(Whose::Person));
    match place.whose {
        Whose::Unlisted if is_one_of(own, names::NAME_OF_PERSON) && is_of_person() => Place::of(Whose::Person, 0),
        _ => place,
    }
}

/// Whether a name, taken alone, would make an answer the person's: `name`, `mail_address`, `mobile`.
pub(crate) fn is_personal(name: &str) -> bool {
    let normal = normal(name);
    ["name", "mail", "phone", "mobile", "tel"].iter().any(|word| normal.contains(word))
        || is_one_of(name, &["first", "last", "company", "organization", "organisation", "address"])
}

/// Whether any object may say this of itself: a product has a title, a size and a phone number, too.
pub(crate) fn is_of_any_object(name: &str) -> bool {
    is_personal(name) || is_one_of(name, names::OF_ANY_OBJECT)
}

/// Whether a question asks about somebody else than who answers, or for no more than a consent: `Friend's email`,
/// `utm_content`.
pub(crate) fn asks_about_another(question: &str) -> bool {
    role::words(question).iter().any(|word| names::ANOTHER.contains(&word.as_str()))
}

/// Whether a step only leads on: `data`, `attributes`, `phone_numbers`, the number of an item.
fn is_way(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
        || is_one_of(name, names::WAYS)
        || role::words(name).last().is_some_and(|word| names::KINDS_OF_CONTACT.contains(&word.as_str()))
}

/// The length of the path to the step `at`, with the number of the item after it.
fn with_number(path: &[String], at: usize) -> usize {
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    at + 1 + usize::from(path.get(at + 1).is_some_and(is_number))
}

fn named(name: &str) -> Option<Whose> {
    let normal = normal(name);
    let is = |known: &[&str]| known.contains(&normal.as_str());
    match () {
        () if is(names::PEOPLE) || is(names::ENVELOPES) || is(names::ANSWERS) => Some(Whose::Person),
        () if is(names::COMPANY) => Some(Whose::Company),
        () if is(names::GUESTS) => Some(Whose::Guest),
        () if is(names::ROLES) || is(names::OTHERS) || role::is_compound(name) => Some(Whose::Others),
        () if is(names::WRITERS) => Some(Whose::Writer),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Whose) {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        assert_eq!(place_of_leaf(&path).whose, expected, "{path:?}");
    }

    #[test]
    fn the_nearest_name_says_whose_it_is() {
        for (path, whose) in [
            ("email", Whose::Person),
            ("data.attributes.email", Whose::Person),
            ("names.first_name", Whose::Person),
            ("contact.phone_numbers.0.number", Whose::Person),
            ("event.data.answers.email", Whose::Person),
            ("answers.about you.email", Whose::Person),
            ("owner.contact.email", Whose::Person),
            ("payload.object.registrant.email", Whose::Person),
            ("ticket.requester.email", Whose::Person),
            ("author.contact.email", Whose::Person),
            ("customer.passport.first_name", Whose::Person),
            ("company.name", Whose::Company),
            ("lead.company.hq.phone", Whose::Company),
            ("guests.0.email", Whose::Guest),
            ("user.email", Whose::Unlisted),
            ("contact.sales_account.name", Whose::Unlisted),
            ("submission.user.first_name", Whose::Unlisted),
            ("comment.author.email", Whose::Writer),
            ("form.name", Whose::Others),
            ("event.data.email", Whose::Others),
            ("lead.owner.email", Whose::Others),
            ("product.leadOwner.name", Whose::Others),
        ] {
            check(path, whose);
        }
    }

    #[test]
    fn a_place_ends_where_the_next_person_begins() {
        for (path, common) in [
            ("users.0.email", 2),
            ("data.user.card.email", 2),
            ("contact.card.email", 1),
            ("contact.deal.name", 1),
            ("guests.1.name", 2),
            ("submission.user.email", 2),
            ("email", 0),
        ] {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            assert_eq!(place_of_leaf(&path).common, common, "{path:?}");
        }
    }

    #[test]
    fn a_name_alone_may_say_that_it_is_somebody_elses() {
        for name in [
            "owner",
            "owner_email",
            "organizerName",
            "HubSpot Owner Email",
            "host-phone",
            "event",
            "page",
            "cc",
            "_to",
            "leadOwner",
            "account_owner",
            "assigned_user",
            "created_by_email",
            "LastModifiedBy",
            "notification_email",
            "consultant_email",
        ] {
            check(name, Whose::Others);
        }
        for name in ["author", "sender_email", "reporterName", "data.sender"] {
            check(name, Whose::Writer);
        }
        for name in [
            "email",
            "owner_since",
            "team_size",
            "phone",
            "form_email",
            "hostname",
            "your_name",
            "_replyto",
            "Are you the owner of the business?",
        ] {
            check(name, Whose::Person);
        }
    }
}
