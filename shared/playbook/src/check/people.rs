use std::collections::BTreeMap;

use domain::{domain_name::address_key, id::PersonId, nearest::nearest, playbook::Person};

use super::{
    address::{check_email, check_link, check_sender_name},
    circle::circles,
    names::{Reference, check_name, check_reference_or},
};
use crate::{
    Diagnostic, code,
    diagnostic::Place,
    read::Report,
    sections::{Draft, PEOPLE},
    yaml::{Entry, Node},
};

/// Words by which workflows find a person, and so no person's id.
const TAKEN: [&str; 4] = ["team_lead", "next_available", "owner", "manager"];

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    let Some(tree) = draft.tree(PEOPLE) else { return };
    let report = &mut Report::new(PEOPLE, diagnostics);
    let kinds = draft.schema.iter().flat_map(|schema| schema.kinds.keys()).map(|kind| kind.as_str());
    let taken: Vec<&str> = TAKEN.into_iter().chain(kinds).collect();
    for entry in tree.entries() {
        check_name(&entry.key, &taken, entry.key_place, report);
    }
    for (id, person) in &draft.people {
        let own = |key: &str| tree.reach(&[id.as_str(), key]).place;
        check_sender_name(&person.name, own("name"), report);
        check_email(&person.email, own("email"), report);
        check_link(person.calendar_link.as_ref(), own("calendar_link"), report);
        for (key, named) in [("manager", &person.manager), ("delegate", &person.delegate)] {
            if let Some(named) = named {
                check_person(draft, named.as_str(), own(key), report);
            }
        }
    }
    check_addresses(draft, tree, report);
    check_circles(draft, "manager", |person| person.manager.as_ref(), report);
    check_circles(draft, "delegate", |person| person.delegate.as_ref(), report);
}

/// Reports a second person with the same address: letters, exceptions and calls that name it are for one person.
fn check_addresses(draft: &Draft, tree: &Node, report: &mut Report<'_>) {
    let mut known: BTreeMap<String, &Entry> = BTreeMap::new();
    for entry in tree.entries() {
        let Some(person) = draft.people.get(&PersonId::from(entry.key.as_str())) else { continue };
        let at = entry.value.reach(&["email"]).place;
        let first = *known.entry(address_key(&person.email)).or_insert(entry);
        if !person.email.is_empty() && first.key != entry.key {
            let message = format!(
                "`{}` has the address of `{}` (line {}); write the address of each person, or make the two one person",
                entry.key, first.key, first.key_place.line
            );
            report.error(at, code::DUPLICATE_EMAIL, message, None);
        }
    }
}

/// The same for somebody who may be named by their address.
pub(super) fn check_named(draft: &Draft, named: &str, at: Place, report: &mut Report<'_>) {
    if !draft.people.values().any(|person| person.has_address(named)) {
        check_person(draft, named, at, report);
    }
}

/// Reports somebody who is unknown or has left.
pub(super) fn check_person(draft: &Draft, name: &str, at: Place, report: &mut Report<'_>) {
    let Some(known) = &draft.names.people else { return };
    let reference = Reference { name, at, code: code::UNKNOWN_PERSON, what: "a person of people.yaml" };
    check_reference_or(&reference, known.iter().map(String::as_str), spelt_out(draft, name), report);
    if draft.people.get(&PersonId::from(name)).is_some_and(|person| !person.active) {
        let message = format!("`{name}` has left (active: false) and gets nothing");
        report.error(at, code::INACTIVE_PERSON, message, None);
    }
}

/// The person whose full name this is, or whose address it is, perhaps with a slip.
fn spelt_out<'d>(draft: &'d Draft, name: &str) -> Option<&'d str> {
    let is_meant = |person: &Person| match name.contains('@') {
        true => nearest(name, [person.email.as_str()]).is_some(),
        false => person.name.eq_ignore_ascii_case(name),
    };
    draft.people.iter().find(|(_, person)| is_meant(person)).map(|(id, _)| id.as_str())
}

fn check_circles(draft: &Draft, key: &str, next: impl Fn(&Person) -> Option<&PersonId>, report: &mut Report<'_>) {
    let Some(tree) = draft.tree(PEOPLE) else { return };
    for circle in circles(&draft.people, next) {
        let names: Vec<&str> = circle.iter().chain(circle.first()).map(|id| id.as_str()).collect();
        let message = format!("each is the {key} of the one before, round in a circle: {}", names.join(" → "));
        report.error(tree.reach(&[names[0], key]).place, code::CIRCLE, message, None);
    }
}
