//! The condition language: typed comparisons nested with all / any / not.

use serde::{Deserialize, Serialize};

/// (being written)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition(String);
