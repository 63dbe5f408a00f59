use serde::{Deserialize, Serialize};

use crate::nearest::nearest;

/// A country by its ISO 3166 code of two letters: `DE`, and `NO` in quotes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Country(String);

/// Every code and its country's English name, a line each.
const KNOWN: &str = include_str!("countries.txt");

/// What people write in place of a code or the English name.
const ALSO: [(&str, &str); 16] = [
    ("UK", "GB"),
    ("Great Britain", "GB"),
    ("England", "GB"),
    ("USA", "US"),
    ("United States of America", "US"),
    ("Deutschland", "DE"),
    ("Österreich", "AT"),
    ("Schweiz", "CH"),
    ("Suisse", "CH"),
    ("España", "ES"),
    ("Italia", "IT"),
    ("Nederland", "NL"),
    ("Holland", "NL"),
    ("The Netherlands", "NL"),
    ("Czech Republic", "CZ"),
    ("Türkiye", "TR"),
];

impl Country {
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    pub fn code(&self) -> &str {
        &self.0
    }

    /// Whether the code is one of ISO 3166, as it is written there.
    pub fn is_known(&self) -> bool {
        names().any(|(code, _)| code == self.0)
    }

    /// The country that a text means: its code in any case, or its name.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let same = |known: &str| known.to_lowercase() == text.to_lowercase();
        let by_name = names().find(|(code, name)| same(code) || same(name)).map(|(code, _)| code);
        let also = || ALSO.iter().find(|(name, _)| same(name)).map(|(_, code)| *code);
        by_name.or_else(also).map(Self::new)
    }

    /// The code that was probably meant by a text that is none.
    pub fn meant(text: &str) -> Option<Self> {
        Self::read(text).or_else(|| {
            let near = nearest(text, names().map(|(_, name)| name))?;
            names().find(|(_, name)| *name == near).map(|(code, _)| Self::new(code))
        })
    }
}

fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.lines().filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_read_by_its_code_or_its_name_in_any_case() {
        for text in ["DE", "de", " Germany ", "GERMANY", "Deutschland"] {
            assert_eq!(Country::read(text), Some(Country::new("DE")), "{text}");
        }
        assert_eq!(Country::read("österreich"), Some(Country::new("AT")));
        assert_eq!(Country::read("Narnia"), None);
    }

    #[test]
    fn a_code_is_known_only_as_iso_writes_it() {
        assert_eq!(names().count(), 249);
        assert!(Country::new("NO").is_known());
        assert!(!Country::new("no").is_known() && !Country::new("UK").is_known());
        assert_eq!(Country::meant("UK"), Some(Country::new("GB")));
        assert_eq!(Country::meant("Germny"), Some(Country::new("DE")));
        assert_eq!(Country::meant("XX"), None);
    }
}
