use std::collections::BTreeMap;

use super::*;
use crate::{
    calendar::{Calendar, TimeOff, WeeklyHours, Zone},
    facts::Linked,
    id::RecordKey,
    instant::Instant,
    playbook::{Person, Schema},
    value::{Fields, Value},
};

const ROUTING: &str = r#"{
    "territory_fields": { "country": ["lead.country"], "postal_code": ["lead.postal_code"] },
    "territories": {
        "dach": { "countries": ["DE", "AT", "CH"] },
        "bavaria": { "countries": ["DE"], "postal_codes": ["80000-87999"] }
    },
    "routes": { "inbound": [
        { "rule": "Existing customer", "owner_of": "company" },
        { "rule": "Enterprise in DACH", "territory": "dach", "if": "company.employees >= 500", "pool": "enterprise" },
        { "rule": "Named account", "if": "company.domain is \"big.example\"", "person": "maria" },
        { "rule": "Bavaria", "territory": "bavaria", "pool": "munich" },
        { "rule": "Everything else", "pool": "inbound" }
    ] }
}"#;

const PEOPLE: &str = r#"{
    "ana": { "name": "Ana Keller", "email": "ana@example.com", "delegate": "ben" },
    "ben": { "name": "Ben Okafor", "email": "ben@example.com" },
    "gone": { "name": "Gus Gone", "email": "gus@example.com", "manager": "maria", "active": false },
    "maria": { "name": "Maria Rossi", "email": "maria@example.com" }
}"#;

/// Its numbers, and who owns it.
type Company<'c> = (&'c [(&'c str, f64)], Option<&'c str>);

/// A lead, the company it is linked to, and who is away.
#[derive(Default)]
struct Case<'c> {
    lead: &'c [(&'c str, &'c str)],
    company: Option<Company<'c>>,
    owner: Option<&'c str>,
    away: &'c [&'c str],
}

fn decide_case(case: &Case<'_>) -> Decision {
    let routing: Routing = serde_json::from_str(ROUTING).unwrap();
    let people: BTreeMap<PersonId, Person> = serde_json::from_str(PEOPLE).unwrap();
    let all_day = TimeOff { from: Instant::from_millis(0), until: Instant::from_millis(100), reason: None, by: None };
    let time_off = case.away.iter().map(|person| (PersonId::from(*person), vec![all_day.clone()])).collect();
    let lead: Fields = case.lead.iter().map(|(name, value)| ((*name).to_owned(), Value::text(*value))).collect();
    let linked = case.company.iter().map(|(fields, owner)| {
        let mut fields: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        fields.insert("domain".to_owned(), Value::text("big.example"));
        let (record, owner) = (RecordKey::new("company", "c1"), owner.map(PersonId::from));
        ("company".to_owned(), Linked { record, seq: 1, fields, owner })
    });
    let (linked, owner) = (linked.collect(), case.owner.map(PersonId::from));
    let schema = Schema::default();
    let (zone, hours) = (Zone::utc(), WeeklyHours::always());
    let situation = Situation {
        facts: RecordFacts {
            kind: "lead",
            fields: &lead,
            before: None,
            linked: &linked,
            event: None,
            schema: &schema,
            calendar: Calendar { zone: &zone, hours: &hours, holidays: &[] },
        },
        staff: Staff { people: &people, time_off: &time_off, now: Instant::from_millis(50) },
        owner: owner.as_ref(),
        matched: &BTreeMap::new(),
    };
    decide(&routing.routes[&"inbound".into()], &routing, &situation)
}

/// The rule that matches, and what those looked at said.
fn check(case: Case<'_>, rule: &str, to: &str, whys: &[&str]) {
    let decision = decide_case(&case);
    let found = match &decision.to {
        RoutedTo::Kept(person) => format!("kept {person}"),
        RoutedTo::Person(person) => person.to_string(),
        RoutedTo::StandIn { person, instead_of } => format!("{person} for {instead_of}"),
        RoutedTo::Pool(ask) => format!("pool {}", ask.pool),
        RoutedTo::Nobody => "nobody".to_owned(),
    };
    let said: Vec<&str> = decision.looked_at.iter().map(|looked| looked.why.as_str()).collect();
    assert_eq!((decision.rule.as_deref(), found.as_str(), said.as_slice()), (Some(rule), to, whys));
    let (last, before) = decision.looked_at.split_last().unwrap();
    assert!(last.holds && before.iter().all(|looked| !looked.holds));
}

#[test]
fn the_first_rule_that_matches_decides_and_those_before_it_say_why_not() {
    let company: &[(&str, f64)] = &[("employees", 500.0)];
    check(
        Case { lead: &[("country", "DE")], company: Some((company, None)), ..Case::default() },
        "Enterprise in DACH",
        "pool enterprise",
        &["The company has no owner.", "Country DE is in dach ✓. Employees at least 500: was 500 ✓."],
    );
    check(
        Case { lead: &[("country", "DE"), ("postal_code", "70173")], ..Case::default() },
        "Everything else",
        "pool inbound",
        &[
            "The lead is linked to no company.",
            "Employees must be at least 500; it is missing. Country DE is in dach ✓.",
            "Domain must be big.example; it is missing.",
            "Postal code 70173 is in no range of bavaria.",
            "It takes whatever comes this far.",
        ],
    );
    let decision = decide_case(&Case { company: Some((company, Some("ana"))), ..Case::default() });
    let rest = ["Enterprise in DACH", "Named account", "Bavaria", "Everything else"];
    assert_eq!(decision.not_looked_at, rest, "rules after the match are not looked at");
}

#[test]
fn an_account_owner_who_is_away_is_covered_and_one_who_has_left_owns_nothing() {
    let of = |owner, away| Case { company: Some((&[], owner)), away, ..Case::default() };
    check(of(Some("ana"), &[]), "Existing customer", "ana", &["The company's owner is Ana Keller ✓."]);
    let covered = "The company's owner: Ana Keller is away, and Ben Okafor stands in ✓.";
    check(of(Some("ana"), &["ana"]), "Existing customer", "ben for ana", &[covered]);
    let country = "Country is missing. Employees must be at least 500; it is missing.";
    let named = |first| [first, country, "Domain is big.example: was big.example ✓."];
    let nobody = "The company's owner: Ana Keller is away, and nobody stands in.";
    check(of(Some("ana"), &["ana", "ben"]), "Named account", "maria", &named(nobody));
    check(of(Some("gone"), &[]), "Named account", "maria", &named("The company's owner, Gus Gone, has left."));
    check(of(None, &[]), "Named account", "maria", &named("The company has no owner."));
}

#[test]
fn a_named_person_with_nobody_to_stand_in_is_passed_over() {
    let decision = decide_case(&Case { company: Some((&[], None)), away: &["maria"], ..Case::default() });
    assert_eq!(decision.rule.as_deref(), Some("Everything else"));
    let why = "Maria Rossi is away, and nobody stands in. Domain is big.example: was big.example ✓.";
    assert_eq!(decision.looked_at[2].why, why);
}

#[test]
fn an_owner_who_is_still_here_comes_before_every_rule() {
    let of = |owner, away| Case { owner: Some(owner), company: Some((&[], Some("ben"))), away, ..Case::default() };
    check(of("ana", &[]), OWNER_SO_FAR, "kept ana", &["Ana Keller has had it before ✓."]);
    let owner = "The company's owner is Ben Okafor ✓.";
    let away = "Ana Keller had it before, and is away.";
    check(of("ana", &["ana"]), "Existing customer", "ben", &[away, owner]);
    let left = "Gus Gone had it before, and has left.";
    check(of("gone", &[]), "Existing customer", "ben", &[left, owner]);
}

#[test]
fn a_decision_reads_back_what_it_writes() {
    for json in [
        r#"{"pool":{"pool":"a","if_nobody_available":{"person":"maria"}}}"#,
        r#"{"pool":{"pool":"a"}}"#,
        r#"{"kept":"ana"}"#,
        r#"{"person":"ana"}"#,
        r#"{"stand_in":{"person":"ben","instead_of":"ana"}}"#,
        r#""nobody""#,
    ] {
        let to: RoutedTo = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&to).unwrap(), json);
    }
}
