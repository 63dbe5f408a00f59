//! Points added up into a field, by the schema's rules, whenever a record changes.

use crate::{
    condition::Facts,
    history::RecordChange,
    instant::Instant,
    playbook::{KindSchema, Points},
    value::{Fields, Value},
};

use super::Turn;

/// Every scored field of a kind, as the facts score it.
pub fn scores(kind: &KindSchema, facts: &dyn Facts, now: Instant) -> Fields {
    let points = |(field, rules): (&String, &Vec<_>)| (field.clone(), Value::Number(sum(rules, facts, now) as f64));
    kind.scoring.iter().map(points).collect()
}

fn sum(rules: &[Points], facts: &dyn Facts, now: Instant) -> i64 {
    rules.iter().filter(|rule| rule.condition.holds(facts, now)).map(|rule| rule.points).sum()
}

pub(super) fn rescore(turn: &mut Turn<'_>) {
    let Some(kind) = turn.context.plan.playbook.schema.kinds.get(&turn.record.kind) else { return };
    let mut scores = scores(kind, &turn.facts(None, None), turn.now());
    scores.retain(|field, score| turn.head.fields.get(field) != Some(score));
    if !scores.is_empty() {
        turn.emit(RecordChange::FieldsSet { fields: scores });
    }
}

impl Turn<'_> {
    /// Adds the points up again, after a step has set fields.
    pub fn rescore(&mut self) {
        rescore(self);
    }
}
