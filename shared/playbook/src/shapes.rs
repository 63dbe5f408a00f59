//! What can stand at each place of a playbook, written out: the examples of problems.

use crate::{
    code,
    sections::{PEOPLE, POOLS},
};

const PERSON: &str = "ana: { name: Ana Keller, email: ana@example.com }";
const POOL: &str = "inbound: { lead: ana, members: { ana: 1, ben: 1 } }";

/// A key inside another (`*` for names of one's own, nothing for any), and what is written there.
const ENTRIES: [(&str, &str, &str); 42] = [
    ("", "name", "name: Ana Keller"),
    ("", "time_zone", "time_zone: Europe/Berlin"),
    ("", "hours", "hours: { mon-fri: \"09:00-18:00\" }"),
    ("hours", "*", "mon-fri: \"09:00-18:00\""),
    ("", "holidays", "holidays: [{ date: 2026-01-01, name: New Year }]"),
    ("holidays", "*", "- { date: 2026-01-01, name: New Year }"),
    ("", "date", "date: 2026-01-01"),
    ("", "senders", "senders: { default: hello@example.com }"),
    ("", "only", "only: [you@example.com]"),
    ("", "email", "email: ana@example.com"),
    ("", "skills", "skills: [german]"),
    ("", "lead", "lead: ana"),
    ("", "members", "members: { ana: 1, ben: 1 }"),
    ("members", "*", "ana: 1"),
    ("", "kinds", "kinds: { lead: { fields: { email: { type: email } } } }"),
    ("kinds", "*", "lead: { fields: { email: { type: email } } }"),
    ("", "fields", "fields: { email: { type: email } }"),
    ("fields", "*", "email: { type: email }"),
    ("", "type", "type: text"),
    ("", "choices", "choices: [new, won, lost]"),
    ("", "links", "links: { company: company }"),
    ("", "scoring", "scoring: { score: [{ if: lead.phone is present, points: 10 }] }"),
    ("scoring", "*", "score: [{ if: lead.phone is present, points: 10 }]"),
    ("", "points", "points: 10"),
    ("", "bands", "bands: { team_size: { 1-10: 1, 11-50: 11 } }"),
    ("bands", "*", "team_size: { 1-10: 1, 11-50: 11 }"),
    ("", "record", "record: lead"),
    ("", "map", "map: { lead.email: [email] }"),
    ("map", "*", "lead.email: [email]"),
    ("", "identify", "identify: { lead: [email] }"),
    ("identify", "*", "lead: [email]"),
    ("", "required", "required: [lead.email]"),
    ("", "purpose", "purpose: A lead is called within five minutes."),
    ("", "maintained_by", "maintained_by: ana@example.com"),
    ("", "exceptions_to", "exceptions_to: ana@example.com"),
    ("", "when", "when: { form_submitted: demo-request }"),
    ("", "then", "then: [{ assign: { pool: inbound } }]"),
    ("", "title", "title: Call within 5 min"),
    ("", "assigned_to", "assigned_to: lead.owner"),
    ("", "within", "within: 15 minutes"),
    ("", "template", "template: intro"),
    ("", "message", "message: Somebody should call"),
];

/// Each kind of step.
const STEPS: [(&str, &str); 11] = [
    ("assign", "- assign: { pool: inbound }"),
    ("reassign", "- reassign: { pool: inbound, to: next_available }"),
    ("send_email", "- send_email: { to: lead, template: intro }"),
    ("create_task", "- create_task: { title: Call within 5 min, due: 5 minutes, assigned_to: lead.owner }"),
    ("update", "- update: { lead.stage: contacted }"),
    ("add_to_segment", "- add_to_segment: nurture"),
    ("notify", "- notify: { to: team_lead, message: \"{{ lead.name }} was not called\" }"),
    ("if", "- { if: lead.score > 40, then: [{ wait: 1 hour }] }"),
    ("wait", "- wait: 3 days"),
    ("wait_for", "- { wait_for: call_logged, within: 15 minutes, if_missed: [{ reassign: { to: team_lead } }] }"),
    ("wait_for_opening", "- wait_for_opening: inbound"),
];

/// A step of this kind, written out.
pub(crate) fn of_step(kind: &str) -> Option<String> {
    STEPS.iter().find(|(known, _)| *known == kind).map(|(_, step)| (*step).to_owned())
}

/// The entry at a path of keys in a file, written out.
pub(crate) fn of_entry(file: &str, path: &[String]) -> Option<String> {
    let (key, inside) = match path {
        [] => return whole(file),
        [key] => (key, ""),
        [.., inside, key] => (key, inside.as_str()),
    };
    if file.starts_with("workflows/") && path.len() == 1 && of_step(key).is_some() {
        return of_step(key);
    }
    let find = |inside: &str, key: &str| ENTRIES.iter().find(|entry| entry.0 == inside && entry.1 == key);
    let own = if inside.is_empty() { None } else { find(inside, "*") };
    own.or_else(|| find("", key)).map(|(_, _, example)| (*example).to_owned())
}

/// What defines a name that is missing.
pub(crate) fn of_missing(code: &str, name: &str) -> Option<String> {
    match code {
        code::UNKNOWN_PERSON => Some(format!("in people.yaml: {}", called(name, PERSON))),
        code::UNKNOWN_POOL => Some(format!("in pools.yaml: {}", called(name, POOL))),
        code::UNKNOWN_TEMPLATE => Some(format!("a file templates/{name}.md that begins with subject: Hello")),
        code::UNKNOWN_FORM => Some(format!("a file forms/{name}.yaml that begins with form: {name}")),
        _ => None,
    }
}

/// The example under this name, if it can be one.
fn called(name: &str, example: &str) -> String {
    let is_plain = name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
    match example.split_once(':') {
        Some((_, rest)) if is_plain => format!("{name}:{rest}"),
        _ => example.to_owned(),
    }
}

fn whole(file: &str) -> Option<String> {
    match file {
        PEOPLE => Some(PERSON.to_owned()),
        POOLS => Some(POOL.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::step::Step;

    use super::*;
    use crate::{Files, load};

    /// A playbook that says each thing as its example does.
    fn playbook_of_examples() -> Files {
        let entry = |name: &str| ENTRIES.iter().find(|entry| entry.1 == name).unwrap().2;
        let join = |names: &[&str]| names.iter().map(|name| format!("{}\n", entry(name))).collect::<String>();
        let steps: String = STEPS.iter().map(|(_, step)| format!("  {step}\n")).collect();
        let person = PERSON.replace("ana", "ben");
        Files::from([
            ("organisation.yaml".to_owned(), join(&["name", "time_zone", "hours", "holidays", "senders"])),
            ("people.yaml".to_owned(), format!("{PERSON}\n{person}\n")),
            ("pools.yaml".to_owned(), format!("{POOL}\n")),
            ("schema.yaml".to_owned(), SCHEMA_OF_EXAMPLES.to_owned()),
            ("templates/intro.md".to_owned(), "subject: Hello\n\nHello.\n".to_owned()),
            (
                "forms/demo-request.yaml".to_owned(),
                format!("form: demo-request\n{}", join(&["record", "map", "identify", "required"])),
            ),
            (
                "workflows/all.yaml".to_owned(),
                format!(
                    "workflow: all\n{}then:\n{steps}",
                    join(&["purpose", "maintained_by", "exceptions_to", "when"])
                ),
            ),
        ])
    }

    const SCHEMA_OF_EXAMPLES: &str = "kinds:
  lead:
    fields:
      email: { type: email }
      name: { type: text, filled_by: programs }
      phone: { type: phone, filled_by: programs }
      stage: { type: choice, choices: [new, contacted] }
      score: { type: number }
    links: { company: company }
    scoring: { score: [{ if: lead.phone is present, points: 10 }] }
  company:
    fields:
      size: { type: number, bands: team_size }
bands: { team_size: { 1-10: 1, 11-50: 11 } }
";

    #[test]
    fn every_kind_of_step_has_an_example() {
        assert!(Step::KEYS.iter().all(|kind| of_step(kind).is_some()));
    }

    #[test]
    fn what_the_examples_say_passes_the_check() {
        let checked = load(&playbook_of_examples());
        let errors: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
        assert!(!checked.has_errors(), "{errors:#?}");
    }
}
