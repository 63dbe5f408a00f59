//! Fills the merge fields of a message, from the entry that asked for it.
//!
//! Roots in a template: the record's kind (`lead.name`), its links (`company.name`),
//! `owner` and `sender` (name, email, calendar_link), `organisation` (name, booking_link),
//! `record` (kind, id). Values are data: they are put in once and never read as template.

use std::collections::BTreeMap;

use domain::{
    effect::{Action, Recipient},
    history::Entry,
    id::PersonId,
    message::ToAct,
    playbook::{Person, Playbook},
    value::Fields,
};
use minijinja::{Environment, UndefinedBehavior, Value};

use super::Ports;
use crate::{
    Error,
    ports::{Active, Rendered},
};

/// Work one template may do: far above any letter, far below harm.
const FUEL: u64 = 50_000;

/// The message as it goes out, or the reason for which it cannot.
pub(super) async fn render(
    ports: &impl Ports,
    active: &Active,
    entry: &Entry,
    request: &ToAct,
    action: &Action,
) -> Result<Result<Rendered, String>, Error> {
    let pinned = ports.playbook(&request.manifest).await?;
    let pinned = pinned.ok_or_else(|| Error::NoSuchPlaybook(request.manifest.clone()))?;
    let mut linked: BTreeMap<String, Fields> = BTreeMap::new();
    for read in &entry.linked {
        if let Some(entry) = ports.entry(&read.record, read.seq).await? {
            linked.insert(read.link.clone(), entry.head.fields.clone());
        }
    }
    Ok(fill(&active.playbook, &pinned, entry, &linked, action))
}

fn fill(
    people: &Playbook,
    pinned: &Playbook,
    entry: &Entry,
    linked: &BTreeMap<String, Fields>,
    action: &Action,
) -> Result<Rendered, String> {
    let (to, sender, subject, body) = parts(people, pinned, entry, action)?;
    let context = context(people, entry, linked, sender);
    let organisation = &people.organisation;
    let default = organisation.senders.get("default").cloned().unwrap_or_else(|| organisation.name.clone());
    let from = sender.map_or(default, |person| format!("{} <{}>", person.name, person.email));
    Ok(Rendered {
        from: one_line(&from),
        to: one_line(&to),
        subject: one_line(&merge(&subject, &context)?),
        body: merge(&body, &context)?,
    })
}

type Parts<'p> = (String, Option<&'p Person>, String, String);

fn parts<'p>(people: &'p Playbook, pinned: &Playbook, entry: &Entry, action: &Action) -> Result<Parts<'p>, String> {
    match action {
        Action::SendEmail { to, from, template } => {
            let to = match to {
                Recipient::Record => {
                    let email = entry.head.fields.get("email").and_then(|email| email.as_text());
                    email.ok_or("the record has no e-mail address")?.to_owned()
                }
                Recipient::Person(person) => address(people, person)?,
            };
            let text = pinned.templates.get(template).ok_or_else(|| format!("there is no template {template}"))?;
            let sender = from.as_ref().and_then(|person| people.people.get(person));
            Ok((to, sender, text.subject.clone(), text.body.clone()))
        }
        Action::Notify { to, message } => Ok((address(people, to)?, None, message.clone(), message.clone())),
    }
}

fn address(people: &Playbook, person: &PersonId) -> Result<String, String> {
    people.people.get(person).map(|known| known.email.clone()).ok_or_else(|| format!("{person} is not in people.yaml"))
}

fn context(people: &Playbook, entry: &Entry, linked: &BTreeMap<String, Fields>, sender: Option<&Person>) -> Value {
    let mut roots: BTreeMap<String, Value> =
        linked.iter().map(|(link, fields)| (link.clone(), of_fields(fields))).collect();
    roots.insert(entry.record.kind.to_string(), of_fields(&entry.head.fields));
    let owner = entry.head.owner.as_ref().and_then(|owner| people.people.get(&owner.person));
    roots.insert("owner".to_owned(), of_person(owner));
    roots.insert("sender".to_owned(), of_person(sender.or(owner)));
    let organisation = &people.organisation;
    roots.insert(
        "organisation".to_owned(),
        object([
            ("name", organisation.name.clone()),
            ("booking_link", organisation.booking_link.clone().unwrap_or_default()),
        ]),
    );
    roots.insert(
        "record".to_owned(),
        object([("kind", entry.record.kind.to_string()), ("id", entry.record.id.clone())]),
    );
    Value::from(roots)
}

fn of_fields(fields: &Fields) -> Value {
    object(fields.iter().map(|(name, value)| (name.as_str(), value.to_string())))
}

/// Names and texts, reached by a dot.
fn object<'n>(fields: impl IntoIterator<Item = (&'n str, String)>) -> Value {
    Value::from(fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect::<BTreeMap<_, _>>())
}

fn of_person(person: Option<&Person>) -> Value {
    let Some(person) = person else { return object([]) };
    object([
        ("name", person.name.clone()),
        ("email", person.email.clone()),
        ("calendar_link", person.calendar_link.clone().unwrap_or_default()),
    ])
}

fn merge(template: &str, context: &Value) -> Result<String, String> {
    let mut environment = Environment::new();
    // A field that came empty leaves a gap in a letter; it does not keep the letter from going out.
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(FUEL));
    environment.render_str(template, context).map_err(|error| format!("the template cannot be filled: {error}"))
}

/// Addresses and subjects are headers: a line break in one would begin another.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expected: &str) {
        let roots = BTreeMap::from([
            ("lead".to_owned(), object([("name", "Ada <b>& {{ lead.email }}".to_owned())])),
            ("owner".to_owned(), object([])),
        ]);
        assert_eq!(merge(template, &Value::from(roots)).as_deref(), Ok(expected));
    }

    #[test]
    fn merge_fields_are_filled_once_and_never_read_as_template() {
        check("Hello {{ lead.name }}!", "Hello Ada <b>& {{ lead.email }}!");
    }

    #[test]
    fn a_missing_field_leaves_a_gap_and_not_a_failure() {
        check("[{{ lead.phone }}|{{ owner.calendar_link }}|{{ nobody.name }}]", "[||]");
    }

    #[test]
    fn a_template_that_never_ends_is_refused() {
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{{ a * b }}{% endfor %}{% endfor %}";
        assert!(merge(endless, &Value::from(BTreeMap::<String, Value>::new())).is_err());
    }

    #[test]
    fn a_header_is_one_line_whatever_was_typed() {
        assert_eq!(one_line("Ada\r\nBcc: everyone@example.com\0"), "Ada  Bcc: everyone@example.com");
    }
}
