//! What a pool with `lower_pipeline` sums up.

use std::collections::BTreeMap;

use domain::{
    playbook::{Pool, Schema, Strategy},
    value::FieldType,
};

use super::names::{Reference, check_reference};
use crate::{code, diagnostic::Place, read::Report, sections::Draft, yaml::Node};

pub(super) fn check_pipeline(draft: &Draft, pool: &Pool, own: &Node, report: &mut Report<'_>) {
    match (pool.strategy, &pool.pipeline) {
        (Strategy::LowerPipeline, None) => {
            let message = "lower_pipeline has to know which number of a record to sum up, for example pipeline: amount";
            report.error(own.reach(&["strategy"]).place, code::POOL_PIPELINE, message, None);
        }
        (Strategy::LowerPipeline, Some(field)) => {
            if let Some(schema) = &draft.schema {
                check_field(draft, schema, field, own.reach(&["pipeline"]).place, report);
            }
        }
        (_, Some(_)) => {
            let message = "only strategy: lower_pipeline looks at a pipeline";
            let at = own.entry("pipeline").map_or(own.place, |entry| entry.key_place);
            report.error(at, code::POOL_PIPELINE, message, Some("strategy: lower_pipeline".to_owned()));
        }
        (_, None) => {}
    }
}

/// Any kind of record may come to a pool: one that has such a field will do.
fn check_field(draft: &Draft, schema: &Schema, field: &str, at: Place, report: &mut Report<'_>) {
    let types = types(schema);
    let mut numbers = types.iter().filter(|(_, types)| types.iter().any(is_summed_up)).map(|(name, _)| *name);
    if types.contains_key(field) {
        if !numbers.any(|number| number == field) {
            let message = format!("a pipeline is a sum of numbers or money, and {field} is neither");
            report.error(at, code::POOL_PIPELINE, message, Some("type: number".to_owned()));
        }
        return;
    }
    let is_lost = draft.names.fields.iter().any(|name| name.split_once('.').is_some_and(|(_, lost)| lost == field));
    if !is_lost {
        let what = "a field of schema.yaml that can be summed up";
        check_reference(&Reference { name: field, at, code: code::UNKNOWN_FIELD, what }, numbers, report);
    }
}

/// The types of every field, in whichever kinds it is.
fn types(schema: &Schema) -> BTreeMap<&str, Vec<FieldType>> {
    let mut types: BTreeMap<&str, Vec<FieldType>> = BTreeMap::new();
    for (name, field) in schema.kinds.values().flat_map(|kind| &kind.fields) {
        types.entry(name).or_default().push(field.field_type);
    }
    types
}

fn is_summed_up(field_type: &FieldType) -> bool {
    matches!(field_type, FieldType::Number | FieldType::Money)
}
