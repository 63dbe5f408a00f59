//! Days on which nobody works, and one person's absences.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::no_such_day;
use crate::instant::Instant;

/// A day on which nobody works, whatever the weekly hours say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = r"^\d{4}-\d{2}-\d{2}$")))]
    #[serde(deserialize_with = "date")]
    pub date: Date,
    pub name: String,
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    let why = || match no_such_day(&text) {
        Some(why) => format!("`{text}` is not a date: {why}"),
        None => format!("`{text}` is not a date; write year, month and day, for example 2026-05-01"),
    };
    text.parse().map_err(|_| de::Error::custom(why()))
}

/// One person's absence. Operational data, not configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeOff {
    pub from: Instant,
    /// The first moment back; [`TimeOff::NO_END`] for somebody who is switched off until switched on again.
    pub until: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl TimeOff {
    /// Until further notice. Switching somebody off is time off without an end, because it raises the same questions:
    /// what they missed, who stands in, who waits. A flag of its own would have to be asked wherever time off is.
    pub const NO_END: Instant = Instant::from_millis(i64::MAX);

    pub fn has_end(&self) -> bool {
        self.until != Self::NO_END
    }

    pub fn covers(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_off_covers_its_start_and_not_its_end() {
        let [from, until] = [1, 5].map(Instant::from_millis);
        let off = TimeOff { from, until, reason: None, by: None };
        assert_eq!([0, 1, 4, 5].map(|at| off.covers(Instant::from_millis(at))), [false, true, true, false]);
    }

    #[test]
    fn a_holiday_reads_back_what_it_writes() {
        let json = r#"{"date":"2026-05-01","name":"Labour Day"}"#;
        let holiday: Holiday = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&holiday).unwrap(), json);
    }
}
