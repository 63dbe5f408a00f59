//! What a member's open records come to, in the field that the pool's `pipeline` names.
//!
//! Hundredths in whole numbers: what is added for a record is exactly what is taken off again. A sum that is
//! corrected by differences drifts when messages repeat. So the slot keeps what was added for its record;
//! settling takes exactly that off and adds what the record's history says now.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{id::PersonId, value::Value};

const HUNDREDTHS: f64 = 100.0;

/// Whose open work a record is, and what it counts there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub person: PersonId,
    /// None where the record's field holds no number, or the pool looks at none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
}

/// What one record counts, in hundredths: 0 to a trillion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Worth(u64);

impl Worth {
    const MOST: Self = Self(1_000_000_000_000 * 100);

    /// A number or an amount of money as it is, whatever its currency or unit, rounded to hundredths.
    /// Below 0 it counts as 0, and above a trillion as a trillion. None for anything else.
    pub fn of(value: &Value) -> Option<Self> {
        let hundredths = match value {
            Value::Number(number) => (number * HUNDREDTHS).round() as u64,
            Value::Money { minor, .. } => u64::try_from(*minor).unwrap_or_default(),
            _ => return None,
        };
        Some(Self(hundredths).min(Self::MOST))
    }

    pub fn from_hundredths(hundredths: u64) -> Self {
        Self(hundredths).min(Self::MOST)
    }

    pub fn hundredths(self) -> u64 {
        self.0
    }
}

/// What all open records of a member count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pipeline {
    pub hundredths: u64,
    /// How many of the open records these are: the others have no number, and count 0.
    pub records: u32,
}

impl Pipeline {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// One record more. More than 184,000 of a trillion each would not add up.
    pub(crate) fn add(&mut self, Worth(worth): Worth) {
        self.hundredths = self.hundredths.saturating_add(worth);
        self.records += 1;
    }

    /// One that was added before.
    pub(crate) fn remove(&mut self, Worth(worth): Worth) {
        self.hundredths = self.hundredths.saturating_sub(worth);
        self.records = self.records.saturating_sub(1);
    }
}

/// As a person reads it: `12,000`, `0.50`.
impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = (self.hundredths / 100).to_string();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        match self.hundredths % 100 {
            0 => Ok(()),
            cents => write!(f, ".{cents:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &Value, hundredths: Option<u64>) {
        assert_eq!(Worth::of(value).map(Worth::hundredths), hundredths, "{value:?}");
    }

    #[test]
    fn a_number_and_money_count_as_they_are_in_hundredths() {
        check(&Value::Number(12_000.0), Some(1_200_000));
        check(&Value::Number(0.1), Some(10));
        check(&Value::Number(1.005), Some(100));
        check(&Value::Number(9.999), Some(1000));
        check(&Value::Money { minor: 250_005, currency: "EUR".to_owned() }, Some(250_005));
        check(&Value::Money { minor: 250_005, currency: "JPY".to_owned() }, Some(250_005));
    }

    #[test]
    fn below_0_counts_as_0_and_beyond_a_trillion_as_a_trillion() {
        let trillion = Some(100_000_000_000_000);
        check(&Value::Number(-5.0), Some(0));
        check(&Value::Money { minor: -1, currency: "EUR".to_owned() }, Some(0));
        check(&Value::Number(1e12), trillion);
        check(&Value::Number(f64::MAX), trillion);
        check(&Value::Money { minor: i64::MAX, currency: "EUR".to_owned() }, trillion);
    }

    #[test]
    fn what_is_no_number_has_no_worth() {
        check(&Value::text("12000"), None);
        check(&Value::YesNo(true), None);
        check(&Value::List(vec![Value::Number(1.0)]), None);
    }

    #[test]
    fn what_was_added_is_taken_off_to_the_last_hundredth() {
        let mut pipeline = Pipeline::default();
        let all = [0.1, 0.2, 1e12, 12_345.67].map(|number| Worth::of(&Value::Number(number)).unwrap());
        all.into_iter().for_each(|worth| pipeline.add(worth));
        assert_eq!(pipeline, Pipeline { hundredths: 100_000_001_234_597, records: 4 });
        all.into_iter().rev().for_each(|worth| pipeline.remove(worth));
        assert!(pipeline.is_empty());
    }

    #[test]
    fn it_reads_with_its_thousands_apart() {
        for (hundredths, words) in
            [(0, "0"), (50, "0.50"), (99_900, "999"), (100_000, "1,000"), (12_345_678_905, "123,456,789.05")]
        {
            assert_eq!(Pipeline { hundredths, records: 1 }.to_string(), words);
        }
    }
}
