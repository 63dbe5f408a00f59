use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Postal codes from one to another, both included: `80000-87999`, `80-87`, `SW1A`.
///
/// Case, spaces and dashes inside a code do not count. The ends are as long as each other; a longer code
/// is compared by as many of its first letters, so `80-87` holds everything from 80000 to 87999.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostalRange {
    from: String,
    to: String,
}

/// No range of postal codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostalRangeError {
    #[error("`{0}` is not a range of postal codes; write two of equal length, for example 80000-87999, or one")]
    Unreadable(String),
    #[error("`{from}-{to}` runs backwards, so no postal code is in it; write {to}-{from}")]
    Reversed { from: String, to: String },
}

impl PostalRange {
    /// Whether a postal code lies in it.
    pub fn holds(&self, code: &str) -> bool {
        let code = plain(code);
        code.get(..self.from.len()).is_some_and(|start| self.from.as_str() <= start && start <= self.to.as_str())
    }

    /// Whether everything in `other` lies in it.
    pub fn includes(&self, other: &Self) -> bool {
        let (own, theirs) = self.with(other);
        own.0 <= theirs.0 && theirs.1 <= own.1
    }

    /// What lies in both.
    pub fn common(&self, other: &Self) -> Option<Self> {
        let (own, theirs) = self.with(other);
        let (from, to) = (own.0.max(theirs.0), own.1.min(theirs.1));
        (from <= to).then_some(Self { from, to })
    }

    /// The codes after this range and before `later`, where both are of digits only.
    pub fn gap_to(&self, later: &Self) -> Option<Self> {
        let (own, theirs) = self.with(later);
        let (last, next): (u64, u64) = (own.1.parse().ok()?, theirs.0.parse().ok()?);
        let width = own.1.len();
        (last + 1 < next).then(|| Self { from: format!("{:0width$}", last + 1), to: format!("{:0width$}", next - 1) })
    }

    /// Its ends, written out to so many letters: what ranges are put in order by.
    pub fn ends(&self, width: usize) -> (String, String) {
        let longest = |code: &str, filler: char| format!("{code:width$}").replace(' ', &filler.to_string());
        let last = if self.to.chars().all(|letter| letter.is_ascii_digit()) { '9' } else { 'Z' };
        (longest(&self.from, '0'), longest(&self.to, last))
    }

    /// How many letters its ends are written with.
    pub fn width(&self) -> usize {
        self.from.len()
    }

    fn with(&self, other: &Self) -> ((String, String), (String, String)) {
        let width = self.width().max(other.width());
        (self.ends(width), other.ends(width))
    }
}

/// Capital letters and digits only.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

impl FromStr for PostalRange {
    type Err = PostalRangeError;

    fn from_str(text: &str) -> Result<Self, PostalRangeError> {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let (from, to) = (plain(from), plain(to));
        if from.is_empty() || from.len() != to.len() || from.len() > 12 || text.contains('_') {
            return Err(PostalRangeError::Unreadable(text.to_owned()));
        }
        if from > to { Err(PostalRangeError::Reversed { from, to }) } else { Ok(Self { from, to }) }
    }
}

impl fmt::Display for PostalRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { f.write_str(&self.from) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

impl Serialize for PostalRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PostalRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for PostalRange {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PostalRange".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "Postal codes from one to another, 80000-87999; shortened, 80-87; or those that begin with SW1A.",
            "pattern": "^[A-Za-z0-9 ]+(-[A-Za-z0-9 ]+)?$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> PostalRange {
        text.parse().unwrap()
    }

    #[test]
    fn both_ends_belong_to_a_range_and_a_longer_code_counts_by_its_start() {
        let check = |text: &str, inside: &[&str], outside: &[&str]| {
            inside.iter().for_each(|code| assert!(range(text).holds(code), "{text} holds {code}"));
            outside.iter().for_each(|code| assert!(!range(text).holds(code), "{text} does not hold {code}"));
        };
        check("80000-87999", &["80000", "80331", " 87 999 "], &["79999", "88000", "8033", ""]);
        check("80-87", &["80000", "87999"], &["88000", "79999", "8"]);
        check("SW1A-SW1P", &["sw1a 1aa", "SW1P 3PA"], &["SW1W 9TQ", "SE1 9GF"]);
        check("01-01", &["01067"], &["1067", "10115"]);
    }

    #[test]
    fn a_range_that_cannot_be_says_what_to_write() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<PostalRange>().unwrap_err().to_string(), expected);
        };
        check("87999-80000", "`87999-80000` runs backwards, so no postal code is in it; write 80000-87999");
        let unreadable =
            "`800-87999` is not a range of postal codes; write two of equal length, for example 80000-87999, or one";
        check("800-87999", unreadable);
        assert!("".parse::<PostalRange>().is_err() && "-".parse::<PostalRange>().is_err());
    }

    #[test]
    fn what_two_ranges_share_and_what_lies_between_them() {
        let common = |one: &str, other: &str| range(one).common(&range(other)).map(|range| range.to_string());
        assert_eq!(common("80000-87999", "85-89"), Some("85000-87999".to_owned()));
        assert_eq!(common("80000-87999", "88000-89999"), None);
        assert!(range("80-89").includes(&range("80000-87999")) && !range("80000-87999").includes(&range("80-89")));
        let gap = |one: &str, other: &str| range(one).gap_to(&range(other)).map(|range| range.to_string());
        assert_eq!(gap("80000-87999", "90-97"), Some("88000-89999".to_owned()));
        assert_eq!(gap("80000-87999", "88000-89999"), None);
        assert_eq!(gap("SW1A-SW1P", "W1A-W1T"), None, "letters leave no gap that could be told");
    }
}
