//! The condition language by example: each line of `conditions.csv` is one case.
//!
//! Columns, separated by ` | `: the condition as text, the facts as JSON, now, whether it holds, the sentence.
//! A fact named `was lead.stage` is the value before the event; without one the event left the field alone.

use std::collections::BTreeMap;

use domain::{
    calendar::Zone,
    condition::{Condition, Facts, FieldPath},
    instant::Instant,
    value::Value,
};

struct Case(BTreeMap<String, Value>);

impl Facts for Case {
    fn value(&self, path: &FieldPath) -> Option<&Value> {
        self.0.get(&path.to_string())
    }

    fn before(&self, path: &FieldPath) -> Option<&Value> {
        self.0.get(&format!("was {path}")).or_else(|| self.value(path))
    }
}

fn check(number: usize, line: &str) -> Result<(), String> {
    let columns: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let &[condition, facts, now, holds, sentence] = columns.as_slice() else {
        return Err(format!("line {number} has {} columns, not 5", columns.len()));
    };
    let said = |what: &str, error: &dyn std::fmt::Display| format!("line {number}: {what}: {error}");
    let condition: Condition = condition.parse().map_err(|error| said("condition", &error))?;
    let facts = Case(serde_json::from_str(facts).map_err(|error| said("facts", &error))?);
    let now = Instant::parse(now).map_err(|error| said("now", &error))?;
    let verdict = condition.evaluate(&facts, now);
    let found = format!("{} | {}", if verdict.holds() { "yes" } else { "no" }, verdict.sentence(&Zone::utc(), now));
    let expected = format!("{holds} | {sentence}");
    if found != expected {
        return Err(format!("line {number}: {condition}\n  expected {expected}\n     found {found}"));
    }
    Ok(())
}

#[test]
fn every_case_of_the_table_is_decided_and_explained_as_written() {
    let lines = include_str!("conditions.csv").lines().enumerate();
    let cases: Vec<(usize, &str)> = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(cases.len() >= 80, "the table has {} cases", cases.len());
    let wrong: Vec<String> = cases.into_iter().filter_map(|(index, line)| check(index + 1, line).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
