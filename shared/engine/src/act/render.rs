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
            linked.insert(read.link.clone(), entry.head.fields);
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
        Value::from_iter([
            ("name", organisation.name.clone()),
            ("booking_link", organisation.booking_link.clone().unwrap_or_default()),
        ]),
    );
    roots.insert(
        "record".to_owned(),
        Value::from_iter([("kind", entry.record.kind.to_string()), ("id", entry.record.id.clone())]),
    );
    Value::from_iter(roots)
}

fn of_fields(fields: &Fields) -> Value {
    Value::from_iter(fields.iter().map(|(name, value)| (name.clone(), Value::from(value.to_string()))))
}

fn of_person(person: Option<&Person>) -> Value {
    let Some(person) = person else { return Value::from_iter(BTreeMap::<String, String>::new()) };
    Value::from_iter([
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
