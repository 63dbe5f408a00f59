//! Points added up into a field, by the schema's rules, whenever a record changes.

use crate::{
    history::Change,
    value::{Fields, Value},
};

use super::Turn;

pub(super) fn rescore(turn: &mut Turn<'_>) {
    let Some(kind) = turn.context.playbook.schema.kinds.get(&turn.record.kind) else { return };
    let scores: Fields = kind
        .scoring
        .iter()
        .map(|(field, rules)| {
            let points: i64 = rules.iter().filter(|rule| turn.holds(&rule.condition)).map(|rule| rule.points).sum();
            (field.clone(), Value::Number(points as f64))
        })
        .filter(|(field, score)| turn.head.fields.get(field) != Some(score))
        .collect();
    if !scores.is_empty() {
        turn.emit(Change::FieldsSet { fields: scores });
    }
}

impl Turn<'_> {
    /// Adds the points up again, after a step has set fields.
    pub fn rescore(&mut self) {
        rescore(self);
    }
}
