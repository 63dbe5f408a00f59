//! A message as it goes out, filled from the entry that asked for it.

use std::collections::BTreeMap;

use domain::{
    effect::{Action, Message, Recipient},
    history::Entry,
    id::PersonId,
    merge_fields::About,
    message::ToAct,
    plan::Plan,
    playbook::{Person, Playbook},
    template::{self, FillError, SyntaxError, Template, Values},
    value::Fields,
};

use super::Ports;
use crate::{
    Error,
    ports::{Active, Mailbox, Rendered, one_line},
};

/// The letters a subject may have: what mail programs show of it, and some more.
const LONGEST_SUBJECT: usize = 250;

/// What is asked for: the action, and whether a step of a workflow asked for it.
pub(super) struct Asked<'e> {
    pub action: &'e Action,
    pub by_step: bool,
}

/// The message as it goes out, or the reason for which it cannot.
pub(super) async fn render(
    ports: &impl Ports,
    active: &Active,
    entry: &Entry,
    request: &ToAct,
    asked: &Asked<'_>,
) -> Result<Result<Rendered, String>, Error> {
    let pinned = ports.plan(&request.manifest).await?;
    let pinned = pinned.ok_or_else(|| Error::NoSuchPlaybook(request.manifest.clone()))?;
    let mut linked: BTreeMap<String, Fields> = BTreeMap::new();
    for read in &entry.linked {
        if let Some(entry) = ports.entry(&read.record, read.seq).await? {
            linked.insert(read.link.clone(), entry.head.fields.clone());
        }
    }
    Ok(Letter { people: &active.plan.playbook, pinned: &pinned, entry, linked }.write(asked))
}

/// Everything a message is written from.
struct Letter<'e> {
    /// People and the organisation, as they are now.
    people: &'e Playbook,
    /// The version whose workflow asked.
    pinned: &'e Plan,
    entry: &'e Entry,
    linked: BTreeMap<String, Fields>,
}

impl Letter<'_> {
    fn write(&self, asked: &Asked<'_>) -> Result<Rendered, String> {
        match asked.action {
            Action::SendEmail { to, from, template } => {
                let to = match to {
                    Recipient::Record => self.own_address()?,
                    Recipient::Person(person) => self.address(person)?,
                };
                let letter = self.pinned.letter(template);
                let letter =
                    letter.ok_or_else(|| format!("the playbook has no template \u{201c}{template}\u{201d}"))?;
                let sender = from.as_ref().and_then(|person| self.people.people.get(person));
                let values = self.values(sender);
                let filled = |part: &str, text: &Result<Template, SyntaxError>| {
                    let why = |error: FillError| {
                        format!("the {part} of template \u{201c}{template}\u{201d} cannot be filled: {error}")
                    };
                    text.as_ref().map_err(|error| why(error.clone().into()))?.fill(&values).map_err(why)
                };
                let (subject, body) = (filled("subject", &letter.subject)?, filled("text", &letter.body)?);
                Ok(Rendered { from: self.from(sender), to, subject: subject_line(&subject), body })
            }
            Action::Notify { to, message } => {
                let body = self.notice(message, asked.by_step)?;
                let subject = subject_line(body.lines().next().unwrap_or_default());
                Ok(Rendered { from: self.from(None), to: self.address(to)?, subject, body })
            }
        }
    }

    fn values(&self, sender: Option<&Person>) -> Values {
        let (record, head) = (&self.entry.record, &self.entry.head);
        About { record, head, linked: self.linked.clone(), playbook: self.people, sender }.values()
    }

    fn from(&self, sender: Option<&Person>) -> Mailbox {
        let organisation = &self.people.organisation;
        match (sender, organisation.senders.get("default")) {
            (Some(person), _) => Mailbox::named(&person.name, &person.email),
            (None, Some(address)) => Mailbox::bare(address),
            (None, None) => Mailbox::bare(&organisation.name),
        }
    }

    fn own_address(&self) -> Result<Mailbox, String> {
        let email = self.entry.head.fields.get("email").and_then(|email| email.as_text());
        Ok(Mailbox::bare(email.ok_or("the record has no e-mail address")?))
    }

    fn address(&self, person: &PersonId) -> Result<Mailbox, String> {
        let known = self.people.people.get(person);
        known.map(|known| Mailbox::bare(&known.email)).ok_or_else(|| format!("{person} is not in people.yaml"))
    }

    /// What a notice says. Of an earlier release's, only what a step asked for is the author's and has merge fields;
    /// any other begins with the record's name and goes on with what may have been typed.
    fn notice(&self, message: &Message, by_step: bool) -> Result<String, String> {
        match message {
            Message::Plain(text) => Ok(text.clone()),
            Message::Unmarked(text) if by_step => template::fill(text, &self.values(None))
                .map_err(|error| format!("the message of the notice cannot be filled: {error}")),
            Message::Unmarked(text) => {
                let name = format!("{{{{ {}.name }}}}", self.entry.record.kind);
                let Some(rest) = text.strip_prefix(&name) else { return Ok(text.clone()) };
                let named = self.entry.head.fields.get("name").map(ToString::to_string).unwrap_or_default();
                Ok(named + rest)
            }
        }
    }
}

/// A subject is a header: one line.
fn subject_line(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(LONGEST_SUBJECT) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        history::{Change, Head, RecordChange, unfold},
        value::Value,
    };

    use super::*;

    fn check(message: Message, by_step: bool, expected: Result<&str, &str>) {
        let people: Playbook = serde_json::from_value(serde_json::json!({
            "organisation": { "name": "Acme", "time_zone": "UTC", "hours": "24/7" }, "schema": { "kinds": {} },
        }))
        .unwrap();
        let fields = Fields::from([("name".to_owned(), Value::text("Ada {{ 7*7 }}"))]);
        let mut head = Head::default();
        head.apply(&Change::Record(RecordChange::FieldsSet { fields }), 1, domain::instant::Instant::default());
        let json = serde_json::json!({
            "v": 3, "record": "big-lead/L1", "seq": 2, "at": 0, "caused_by": "msg_1", "manifest": "man_1",
            "before": head, "changes": [],
        });
        let entry = unfold(vec![serde_json::from_value(json).unwrap()]).unwrap().remove(0);
        let plan = Plan::of(people);
        let letter = Letter { people: &plan.playbook, pinned: &plan, entry: &entry, linked: BTreeMap::new() };
        let notice = letter.notice(&message, by_step);
        assert_eq!(notice.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_notice_goes_out_as_it_was_decided() {
        check(Message::Plain("{{ big-lead.name }} {%".to_owned()), true, Ok("{{ big-lead.name }} {%"));
    }

    #[test]
    fn of_an_earlier_releases_notices_only_a_steps_is_a_template() {
        let old = |text: &str| Message::Unmarked(text.to_owned());
        check(old("{{ big-lead.name }} waits"), true, Ok("Ada {{ 7*7 }} waits"));
        let typed = "{{ big-lead.name }} is now yours; it was Ben's: {{ big-lead.name }}{% for %}";
        check(old(typed), false, Ok("Ada {{ 7*7 }} is now yours; it was Ben's: {{ big-lead.name }}{% for %}"));
        check(old("{{ lead.name"), false, Ok("{{ lead.name"));
        let why = "the message of the notice cannot be filled: `{{` is never closed; write `}}` after it";
        check(old("{{ lead.name"), true, Err(why));
    }

    #[test]
    fn a_subject_is_one_short_line() {
        assert_eq!(subject_line("Hello\r\nBcc: eve@example.com"), "Hello Bcc: eve@example.com");
        assert_eq!(subject_line(&"ü".repeat(5_000)).chars().count(), 251);
    }
}
