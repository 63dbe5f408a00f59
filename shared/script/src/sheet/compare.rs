//! Decides a row, and compares the answer with what the row expects.

use std::collections::BTreeMap;

use domain::{
    calendar::TimeOff,
    decide::scores,
    facts::{Linked, RecordFacts},
    id::{PersonId, RecordKey, RouteId},
    instant::Instant,
    playbook::Playbook,
    route::{Decision, Situation, decide},
    routing::RoutedTo,
    staff::Staff,
};
use serde::Serialize;

use super::{
    known::{Known, Matched},
    row::Row,
};

/// Where one row goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its line in the file.
    pub line: u64,
    /// What it is called.
    pub case: String,
    /// How its linked records were found, or why not.
    pub matched: Vec<String>,
    pub decision: Decision,
    pub differences: Vec<Difference>,
}

/// Something that did not come out as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `rule`, `to` or `reason`.
    pub what: &'static str,
    pub expected: String,
    pub found: String,
}

pub(super) fn answer(playbook: &Playbook, route: &RouteId, mut row: Row, known: &Known, now: Instant) -> Answer {
    let matched = known.put_into(playbook, &mut row);
    let decision = decision(playbook, route, &row, &matched, now);
    let differences = differences(&row, &matched.told, &decision);
    Answer { line: row.line, case: row.case, matched: matched.told, decision, differences }
}

fn decision(playbook: &Playbook, route: &RouteId, row: &Row, matched: &Matched, now: Instant) -> Decision {
    let linked = linked(playbook, row);
    let off = TimeOff { from: now, until: now.plus_millis(1), reason: None, by: None };
    let time_off: BTreeMap<PersonId, Vec<TimeOff>> =
        row.away.iter().map(|person| (person.clone(), vec![off.clone()])).collect();
    let facts = |fields| RecordFacts {
        kind: &row.kind,
        fields,
        before: None,
        linked: &linked,
        event: None,
        schema: &playbook.schema,
        calendar: playbook.organisation.calendar(),
    };
    let own = row.fields.get(&row.kind).cloned().unwrap_or_default();
    // What the schema scores is scored as it would be, unless the sheet says otherwise.
    let kind = playbook.schema.kinds.get(&row.kind.as_str().into());
    let mut fields = kind.map(|kind| scores(kind, &facts(&own), now)).unwrap_or_default();
    fields.extend(own.clone());
    let staff = Staff { people: &playbook.people, time_off: &time_off, now };
    let situation =
        Situation { facts: facts(&fields), staff, owner: row.owners.get(&row.kind), matched: &matched.ways };
    decide(&playbook.routing.routes[route], &playbook.routing, &situation)
}

/// The linked records that the row says anything of.
fn linked(playbook: &Playbook, row: &Row) -> BTreeMap<String, Linked> {
    let links = playbook.schema.kinds.get(&row.kind.as_str().into()).map(|kind| &kind.links);
    let of = |(link, kind): (&String, &domain::id::Kind)| {
        let (fields, owner) = (row.fields.get(link), row.owners.get(link));
        let record = RecordKey::new(kind.clone(), link.as_str());
        let linked = Linked { record, seq: 1, fields: fields.cloned().unwrap_or_default(), owner: owner.cloned() };
        (fields.is_some() || owner.is_some()).then(|| (link.clone(), linked))
    };
    links.into_iter().flatten().filter_map(of).collect()
}

fn differences(row: &Row, matched: &[String], decision: &Decision) -> Vec<Difference> {
    let expected = &row.expected;
    let rule = decision.rule.clone().unwrap_or_else(|| "none".to_owned());
    let (to, id) = destination(&decision.to);
    let said = decision.looked_at.iter().map(|looked| format!("{}: {}", looked.rule, looked.why));
    let reasons = matched.iter().cloned().chain(said).collect::<Vec<_>>().join(" ");
    let checks = [
        ("rule", &expected.rule, expected.rule == rule, rule),
        ("to", &expected.to, expected.to == to || expected.to == id, to),
        ("reason", &expected.reason, reasons.contains(&expected.reason), reasons),
    ];
    let differs = checks.into_iter().filter(|(_, expected, holds, _)| !expected.is_empty() && !holds);
    differs.map(|(what, expected, _, found)| Difference { what, expected: expected.clone(), found }).collect()
}

/// In words, and as a bare name: `pool inbound` and `inbound`.
pub(super) fn destination(to: &RoutedTo) -> (String, String) {
    match to {
        RoutedTo::Kept(person) | RoutedTo::Person(person) | RoutedTo::StandIn { person, .. } => {
            (person.to_string(), person.to_string())
        }
        RoutedTo::Pool(ask) => (format!("pool {}", ask.pool), ask.pool.to_string()),
        RoutedTo::Nobody => ("nobody".to_owned(), "nobody".to_owned()),
    }
}
