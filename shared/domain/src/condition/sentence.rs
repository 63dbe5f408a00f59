//! A verdict as a person reads it: what failed first, then what held.
//!
//! `Employees must be over 10; was 8. Score over 40: was 55 ✓.`
//!
//! A negation is carried down to the tests (`not (a and b)` fails because a and b both hold), so that
//! only three things are left to say: a test, all of several, one of several.

use super::{
    Finding, Verdict,
    wording::{Wall, demand, found, statement},
};
use crate::{calendar::Zone, instant::Instant};

impl Verdict {
    /// Why, in sentences: failing parts first, then those that hold, marked ✓. Moments are told by the clock of
    /// this zone, as seen from `now`.
    pub fn sentence(&self, zone: &Zone, now: Instant) -> String {
        let (mut failed, mut held) = (Vec::new(), Vec::new());
        explain(View { verdict: self, negated: false, wall: Wall { zone, now } }, &mut failed, &mut held);
        failed.append(&mut held);
        failed.join(" ")
    }
}

/// A verdict, or its opposite.
#[derive(Clone, Copy)]
struct View<'a> {
    verdict: &'a Verdict,
    negated: bool,
    wall: Wall<'a>,
}

enum Shape<'a> {
    All(Vec<View<'a>>),
    One(Vec<View<'a>>),
    Test(&'a Finding, bool),
}

impl<'a> View<'a> {
    fn holds(self) -> bool {
        self.verdict.holds() != self.negated
    }

    fn shape(self) -> Shape<'a> {
        let views = |parts: &'a [Verdict]| parts.iter().map(|verdict| View { verdict, ..self }).collect();
        match (self.verdict, self.negated) {
            (Verdict::All { parts, .. } | Verdict::Any { parts, .. }, negated) if parts.len() == 1 => {
                View { verdict: &parts[0], negated, ..self }.shape()
            }
            (Verdict::All { parts, .. }, false) | (Verdict::Any { parts, .. }, true) => Shape::All(views(parts)),
            (Verdict::Any { parts, .. }, false) | (Verdict::All { parts, .. }, true) => Shape::One(views(parts)),
            (Verdict::Not { part, .. }, negated) => View { verdict: part, negated: !negated, ..self }.shape(),
            (Verdict::Test(finding), negated) => Shape::Test(finding, negated),
        }
    }
}

fn explain(view: View<'_>, failed: &mut Vec<String>, held: &mut Vec<String>) {
    match view.shape() {
        Shape::All(parts) => parts.into_iter().for_each(|part| explain(part, failed, held)),
        Shape::One(parts) if view.holds() => {
            // What did not hold beside it took nothing away, so it is not mentioned.
            parts.into_iter().filter(|part| part.holds()).for_each(|part| explain(part, failed, held));
        }
        Shape::One(parts) => failed.push(format!("One of these must hold: {}.", clauses(parts, "; or "))),
        Shape::Test(finding, negated) if view.holds() => held.push(success(finding, negated, view.wall)),
        Shape::Test(finding, negated) => failed.push(failure(finding, negated, view.wall)),
    }
}

fn clauses(parts: Vec<View<'_>>, joint: &str) -> String {
    parts.into_iter().map(clause).collect::<Vec<_>>().join(joint)
}

/// A part of a group: `Score over 40 (was 8)`.
fn clause(view: View<'_>) -> String {
    match view.shape() {
        Shape::All(parts) => format!("all of [{}]", clauses(parts, "; ")),
        Shape::One(parts) => format!("one of [{}]", clauses(parts, "; ")),
        Shape::Test(finding, negated) => {
            let mark = if view.holds() { " ✓" } else { "" };
            let (statement, found) = (statement(finding, negated, view.wall), found(finding, view.wall));
            format!("{} {statement} ({found}{mark})", finding.label)
        }
    }
}

/// `Employees must be over 10; was 8.`
fn failure(finding: &Finding, negated: bool, wall: Wall<'_>) -> String {
    let found = found(finding, wall);
    let stop = if found.ends_with('…') { "" } else { "." };
    format!("{} must {}; {found}{stop}", finding.label, demand(finding, negated, wall))
}

/// `Score over 40: was 55 ✓.`
fn success(finding: &Finding, negated: bool, wall: Wall<'_>) -> String {
    let statement = statement(finding, negated, wall);
    match statement.ends_with("is missing") {
        true => format!("{} {statement} ✓.", finding.label),
        false => format!("{} {statement}: {} ✓.", finding.label, found(finding, wall)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Condition, Facts, FieldPath};
    use crate::{calendar::Zone, instant::Instant, value::Value};

    struct Small;

    impl Facts for Small {
        fn value(&self, _: &FieldPath) -> Option<&Value> {
            Some(&Value::Number(8.0))
        }

        fn before(&self, path: &FieldPath) -> Option<&Value> {
            self.value(path)
        }

        fn label(&self, _: &FieldPath) -> String {
            "Lead score".to_owned()
        }
    }

    struct Trial(Value);

    impl Facts for Trial {
        fn value(&self, _: &FieldPath) -> Option<&Value> {
            Some(&self.0)
        }

        fn before(&self, path: &FieldPath) -> Option<&Value> {
            self.value(path)
        }
    }

    #[test]
    fn a_moment_is_told_by_the_organisations_clock_with_the_year_only_where_it_is_another() {
        let condition: Condition = serde_json::from_str(r#""lead.trial_ends is missing""#).unwrap();
        let now = Instant::parse("2026-11-27T09:00Z").unwrap();
        let check = |at: &str, expected: &str| {
            let verdict = condition.evaluate(&Trial(Value::Instant(Instant::parse(at).unwrap())), now);
            assert_eq!(verdict.sentence(&Zone::named("Europe/Berlin").unwrap(), now), expected);
        };
        check("2026-11-30T08:00Z", "Trial ends must be missing; was Mon 30 Nov 09:00.");
        check("2027-01-04T08:00Z", "Trial ends must be missing; was Mon 4 Jan 2027 09:00.");
    }

    #[test]
    fn a_group_of_one_speaks_like_its_only_part_and_by_the_fields_label() {
        for json in [r#"{"any": ["lead.score > 40"]}"#, r#"{"not": {"all": [{"not": "lead.score > 40"}]}}"#] {
            let condition: Condition = serde_json::from_str(json).unwrap();
            let verdict = condition.evaluate(&Small, Instant::default());
            assert_eq!(
                verdict.sentence(&Zone::utc(), Instant::default()),
                "Lead score must be over 40; was 8.",
                "{json}"
            );
        }
    }
}
