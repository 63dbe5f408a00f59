//! Working time: zones, weekly hours, holidays and time off.

use serde::{Deserialize, Serialize};

/// (being written)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone(String);

/// (being written)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyHours(String);

/// (being written)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday(String);
