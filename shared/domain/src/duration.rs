//! Durations in words: `15 minutes`, `2 working days`.

use serde::{Deserialize, Serialize};

/// (being written)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span(u32);

impl Span {
    /// So many days on the calendar.
    pub const fn days(days: u32) -> Self {
        Self(days)
    }
}
