//! What a workflow can do: one file per kind of step.

use serde::{Deserialize, Serialize};

/// (being written)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {}

impl Step {
    pub fn branch(&self, _name: &str) -> Option<&Vec<Step>> {
        match *self {}
    }
}
