use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Mention, Outcome, Run, StepKind};
use crate::{
    history::Change,
    value::{Fields, Value},
};

/// `update: { lead.stage: contacted }`: sets fields of the record itself.
///
/// A value that is already there changes nothing, so an update can never wake itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Update {
    pub update: BTreeMap<String, Value>,
}

impl StepKind for Update {
    const KEY: &'static str = "update";

    fn run(&self, run: &mut Run<'_, '_>) -> Outcome {
        let fields: Fields = self
            .update
            .iter()
            .filter_map(|(target, value)| Some((target.split_once('.')?.1.to_owned(), value.clone())))
            .filter(|(name, value)| run.turn.head.fields.get(name) != Some(value))
            .collect();
        if !fields.is_empty() {
            run.turn.emit(Change::FieldsSet { fields });
            run.turn.rescore();
        }
        Outcome::Done
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        self.update.keys().map(|target| Mention::Writes(target)).collect()
    }

    fn describe(&self) -> String {
        let fields: Vec<String> = self.update.iter().map(|(target, value)| format!("{target} = {value}")).collect();
        format!("set {}", fields.join(", "))
    }
}
