//! Whom a place in a payload tells about: the person, their company, or somebody and something else.
//!
//! The nearest name on the way decides: `lead.owner.email` is the owner's. Nothing below somebody or something else is
//! the person's, whatever it is called there (`owner.contact.email`); an event, a form and the like hold answers and
//! people who take part (`event.data.answers.email`). The person is who filled the form. Names of those who made it, look
//! after it or are told of it (`owner`, `recipient`, `cc`, `staff`) are about the form's side.

mod another;
mod names;
mod role;

use std::{collections::HashMap, sync::LazyLock};

use self::role::Name;
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
    for (at, step) in path.iter().enumerate().rev() {
        let name = Name::of(step);
        if is_way(&name) {
            continue;
        }
        let Some(whose) = of_object(&name) else {
            unlisted = Some(with_number(path, at));
            continue;
        };
        if is_below_others(path, at) {
            return Place::of(Whose::Others, 0);
        }
        return match (whose, unlisted) {
            (Whose::Person, Some(_)) if name.is_one_of(names::ANSWERS) => Place::of(Whose::Person, 0),
            (Whose::Person, Some(common)) if name.is_one_of(names::ENVELOPES) => Place::of(Whose::Unlisted, common),
            // All that lies in objects of one person tells about that person, or of what they have.
            (Whose::Person, Some(_)) => Place::of(Whose::Unlisted, with_number(path, at)),
            (Whose::Guest, _) => Place::of(Whose::Guest, with_number(path, at)),
            (whose, _) => Place::of(whose, 0),
        };
    }
    unlisted.map_or(Place::of(Whose::Person, 0), |common| Place::of(Whose::Unlisted, common))
}

/// Whether the step `at` lies below others who do not let it through: `owner.contact`, and not `event.answers.contact`.
fn is_below_others(path: &[String], at: usize) -> bool {
    let names = path[..at].iter().map(|step| Name::of(step)).enumerate();
    let mut others = names.filter(|(_, name)| of_object(name) == Some(Whose::Others));
    others.any(|(other, name)| {
        let lets_through = |inner: &String| match () {
            () if name.is_one_of(names::WRAPPERS) => true,
            () if name.is_one_of(names::OCCASIONS) => {
                is_one_of(inner, names::ANSWERS)
                    || is_one_of(inner, names::ENVELOPES)
                    || is_one_of(inner, names::GUESTS)
                    || (is_one_of(inner, names::PEOPLE) && !is_one_of(inner, names::ANYBODY))
            }
            () => false,
        };
        !path[other + 1..=at].iter().any(lets_through)
    })
}

/// The place of the answer at `path`: its own name counts where it names others, or a part of a person's name.
pub(crate) fn place_of_leaf(path: &[String]) -> Place {
    let Some((own, above)) = path.split_last() else { return Place::of(Whose::Person, 0) };
    let name = Name::of(own);
    if let Some(whose @ (Whose::Others | Whose::Writer)) = named(&name).or_else(|| name.before_contact()) {
        return Place::of(whose, 0);
    }
    let place = place(above);
    let is_of_person =
        || above[..place.common].last().is_some_and(|step| named(&Name::of(step)) == Some(Whose::Person));
    match place.whose {
        Whose::Unlisted if name.is_one_of(names::NAME_OF_PERSON) && is_of_person() => Place::of(Whose::Person, 0),
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
    let name = Name::of(question);
    name.has_word(|word| names::NOT_OF_PEOPLE.contains(&word) || another::is_somebody_else(word))
        || another::PHRASES.iter().any(|phrase| name.normal.contains(phrase))
}

/// Whether a question asks for the number of a thing: `Order number`, `Kundennummer`.
pub(crate) fn asks_number_of_thing(question: &str) -> bool {
    Name::of(question).has_word(|word| another::NUMBERED.contains(&word))
}

/// Whether a path leads through an object about who filled the form: `contact`, `lead`.
pub(crate) fn is_in_person(path: &[String]) -> bool {
    path.iter().any(|name| is_one_of(name, names::PEOPLE))
}

/// Whether a word says of an object that it is about who filled the form: Stripe's `{"object": "customer"}`.
pub(crate) fn is_person(word: &str) -> bool {
    is_one_of(word, names::PEOPLE)
}

/// Whether an object of this name is a place or a thing, which has a name, an address and a number of its own: a shop,
/// a house, a parcel.
pub(crate) fn is_place(name: &str) -> bool {
    is_one_of(name, names::PLACES)
}

/// Whether a step only leads on: `data`, `attributes`, `phone_numbers`, the number of an item.
fn is_way(name: &Name) -> bool {
    let is_contact = || name.words.last().is_some_and(|word| names::KINDS_OF_CONTACT.contains(&&**word));
    name.as_it_is.bytes().all(|byte| byte.is_ascii_digit())
        || name.is_one_of(names::WAYS)
        || (is_contact() && !name.is_somebody_else())
}

/// The length of the path to the step `at`, with the number of the item after it.
fn with_number(path: &[String], at: usize) -> usize {
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    at + 1 + usize::from(path.get(at + 1).is_some_and(is_number))
}

/// Whom an object of this name tells about.
fn of_object(name: &Name) -> Option<Whose> {
    named(name).or_else(|| name.is_somebody_else().then_some(Whose::Others))
}

/// Whom the names that stand in a list tell about. Of two lists with one name, the first counts.
static LISTED: LazyLock<HashMap<&str, Whose>> = LazyLock::new(|| {
    let lists = [
        (Whose::Person, [names::PEOPLE, names::ENVELOPES, names::ANSWERS].as_slice()),
        (Whose::Company, &[names::COMPANY]),
        (Whose::Guest, &[names::GUESTS]),
        (Whose::Others, &[names::ROLES, names::OTHERS, names::OCCASIONS, names::WRAPPERS]),
        (Whose::Writer, &[names::WRITERS]),
    ];
    let all = lists.into_iter().flat_map(|(whose, lists)| lists.iter().copied().flatten().map(move |it| (*it, whose)));
    // The last of one name stays in a map.
    all.rev().collect()
});

fn named(name: &Name) -> Option<Whose> {
    let listed = LISTED.get(name.normal.as_str()).copied();
    listed.or_else(|| name.is_compound().then_some(Whose::Others))
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
            ("event.answers.contact.email", Whose::Person),
            ("event.invitee.email", Whose::Person),
            ("form.fields.email", Whose::Person),
            ("data.object.contact.email", Whose::Person),
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
            ("owner.contact.email", Whose::Others),
            ("owner.fields.email", Whose::Others),
            ("owner.company.name", Whose::Others),
            ("assigned_to.person.name", Whose::Others),
            ("site.contact.email", Whose::Others),
            ("event.contact.email", Whose::Others),
            ("listing.contact.email", Whose::Others),
            ("emergency_contact.phone", Whose::Others),
            ("friend details.email", Whose::Others),
            ("next_of_kin.contact.email", Whose::Others),
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
            "site_email",
            "event_contact_email",
            "post_author_email",
            "to_email",
            "logged_in_user",
            "event_memberships.user_email",
            "Verkäufer",
            "Ihr Betreuer (E-Mail)",
            "Erstellt von",
            "Créé par",
            "Destinataire",
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
            "Account email",
            "account holder name",
            "hostname",
            "your_name",
            "_replyto",
            "Are you the owner of the business?",
        ] {
            check(name, Whose::Person);
        }
    }
}
