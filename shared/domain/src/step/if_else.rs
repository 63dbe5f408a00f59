use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, Step, StepKind};
use crate::condition::Condition;

/// `if: lead.vip is yes` with `then:` and `else:`; the paths merge after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct If {
    #[serde(rename = "if")]
    pub condition: Condition,
    pub then: Vec<Step>,
    #[serde(default, rename = "else", skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<Step>,
}

impl StepKind for If {
    const KEY: &'static str = "if";

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        Outcome::Enter(hands.choose(&self.condition, "then", "else"))
    }

    fn branches(&self) -> Vec<(&'static str, &Vec<Step>)> {
        vec![("then", &self.then), ("else", &self.otherwise)]
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        vec![Mention::Condition(&self.condition)]
    }

    fn describe(&self) -> String {
        format!("if {}", self.condition)
    }
}
