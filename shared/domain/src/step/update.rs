use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, StepKind};
use crate::value::Value;

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

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        let named = self.update.iter().filter_map(|(target, value)| Some((target.split_once('.')?.1, value)));
        hands.set(named.map(|(name, value)| (name.to_owned(), value.clone())).collect());
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
