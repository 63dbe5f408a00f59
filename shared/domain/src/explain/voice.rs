use crate::{
    calendar::Zone,
    condition::FieldPath,
    effect::{Action, Recipient},
    id::PersonId,
    instant::Instant,
    playbook::Playbook,
    plural::counted,
    value::{FieldName, Value},
};

/// Past this a moment stands for "no end in sight".
const FAR: i64 = 100 * 366 * 24 * 60 * 60_000;

/// Whose names and whose clock the sentences use.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    pub names: &'a Playbook,
    pub zone: &'a Zone,
}

impl<'a> Voice<'a> {
    pub fn new(names: &'a Playbook, zone: &'a Zone) -> Self {
        Self { names, zone }
    }

    /// A person's name; the id where the playbook no longer knows them.
    pub fn person(&self, id: &'a PersonId) -> &'a str {
        self.names.people.get(id).map_or(id.as_str(), |person| person.name.as_str())
    }

    /// The first name, where nobody else has it.
    pub fn short(&self, id: &'a PersonId) -> &'a str {
        let full = self.person(id);
        let first = first_word(full);
        let namesakes = self.names.people.values().filter(|person| first_word(&person.name) == first).count();
        if namesakes > 1 { full } else { first }
    }

    /// A moment beside another one: `09:15` on the same day, `Mon 2 Mar 09:15` on another.
    pub fn at(&self, at: Instant, beside: Instant) -> String {
        let (local, other) = (self.zone.local(at), self.zone.local(beside));
        if is_far(at) {
            "further notice".to_owned()
        } else if local.date() == other.date() {
            local.strftime("%H:%M").to_string()
        } else {
            self.zone.describe_beside(at, beside)
        }
    }

    /// A value inside a sentence, moments by the organisation's clock.
    pub fn value(&self, value: &Value, beside: Instant) -> String {
        value.describe(self.zone, beside)
    }

    /// Who did something: by name where it is a person of the playbook, else as it was given.
    pub fn actor(&self, by: &'a str) -> &'a str {
        self.names.people.get(&PersonId::new(by)).map_or(by, |person| person.name.as_str())
    }

    /// A field of a record of this kind, as the schema calls it.
    pub fn field(&self, kind: &str, root: &str, field: &FieldName) -> String {
        let path = FieldPath { root: root.to_owned(), field: field.clone() };
        self.names.schema.label(kind, &path)
    }

    /// An action, without its text: `E-mail “intro” to the lead`.
    pub fn action(&self, action: &Action, kind: &str) -> String {
        match action {
            Action::SendEmail { to: Recipient::Record, template, .. } => {
                format!("E-mail \u{201c}{template}\u{201d} to the {kind}")
            }
            Action::SendEmail { to: Recipient::Person(person), template, .. } => {
                format!("E-mail \u{201c}{template}\u{201d} to {}", self.person(person))
            }
            Action::Notify { to, .. } => format!("Notice to {}", self.person(to)),
        }
    }
}

/// Whether a moment stands for "no end in sight".
pub(super) fn is_far(at: Instant) -> bool {
    at.as_millis() >= FAR
}

fn first_word(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// The first letter as a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Inside a sentence: `job title` of `Job title`, `e-mail` of `E-mail`. What is written in capitals stays: `VAT number`.
pub(super) fn uncapital(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), text.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() || second == '-' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// Thousandths with at most one decimal: `2.5`, `1`, `-0.3`.
pub(super) fn thousandths(amount: i64) -> String {
    let tenths = (amount + 50 * amount.signum()) / 100;
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

/// A length of time, rounded to what matters: `15 minutes`, `2 hours`, `3 days`.
pub(super) fn length(millis: i64) -> String {
    const UNITS: [(i64, &str); 4] =
        [(24 * 60 * 60_000, "day"), (60 * 60_000, "hour"), (60_000, "minute"), (1000, "second")];
    let fits = |(unit, _): &&(i64, &str)| millis >= *unit && (millis % unit == 0 || millis >= 2 * unit);
    let (unit, name) = UNITS.iter().find(fits).copied().unwrap_or((1000, "second"));
    let amount = (millis + unit / 2) / unit;
    counted(amount, name)
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
