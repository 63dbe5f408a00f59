use serde::{Deserialize, Serialize};

use crate::nearest::nearest;

/// A country by its ISO 3166 code of two letters: `DE`, and `NO` in quotes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Country(String);

/// Every code and its country's English name, a line each.
const KNOWN: &str = include_str!("known.txt");

/// What people write in place of a code or the English name: a short form, or its name in the languages of those who
/// live there and of their neighbours.
const ALSO: &[(&str, &str)] = &[
    ("UK", "GB"),
    ("Great Britain", "GB"),
    ("England", "GB"),
    ("Scotland", "GB"),
    ("Wales", "GB"),
    ("USA", "US"),
    ("U.S.A.", "US"),
    ("U.S.", "US"),
    ("United States of America", "US"),
    ("America", "US"),
    ("Deutschland", "DE"),
    ("Allemagne", "DE"),
    ("Alemania", "DE"),
    ("Germania", "DE"),
    ("Duitsland", "DE"),
    ("Österreich", "AT"),
    ("Autriche", "AT"),
    ("Schweiz", "CH"),
    ("Suisse", "CH"),
    ("Svizzera", "CH"),
    ("Svizra", "CH"),
    ("España", "ES"),
    ("Espagne", "ES"),
    ("Spanien", "ES"),
    ("Italia", "IT"),
    ("Italien", "IT"),
    ("Italie", "IT"),
    ("Frankreich", "FR"),
    ("Francia", "FR"),
    ("Nederland", "NL"),
    ("Holland", "NL"),
    ("The Netherlands", "NL"),
    ("Niederlande", "NL"),
    ("Pays-Bas", "NL"),
    ("België", "BE"),
    ("Belgique", "BE"),
    ("Belgien", "BE"),
    ("Luxemburg", "LU"),
    ("Lëtzebuerg", "LU"),
    ("Danmark", "DK"),
    ("Dänemark", "DK"),
    ("Sverige", "SE"),
    ("Schweden", "SE"),
    ("Norge", "NO"),
    ("Norwegen", "NO"),
    ("Suomi", "FI"),
    ("Finnland", "FI"),
    ("Ísland", "IS"),
    ("Éire", "IE"),
    ("Irland", "IE"),
    ("Polska", "PL"),
    ("Polen", "PL"),
    ("Česko", "CZ"),
    ("Česká republika", "CZ"),
    ("Czech Republic", "CZ"),
    ("Tschechien", "CZ"),
    ("Slovensko", "SK"),
    ("Slowakei", "SK"),
    ("Magyarország", "HU"),
    ("Ungarn", "HU"),
    ("Slovenija", "SI"),
    ("Slowenien", "SI"),
    ("Hrvatska", "HR"),
    ("Kroatien", "HR"),
    ("Srbija", "RS"),
    ("Serbien", "RS"),
    ("România", "RO"),
    ("Rumänien", "RO"),
    ("България", "BG"),
    ("Bulgarien", "BG"),
    ("Ελλάδα", "GR"),
    ("Griechenland", "GR"),
    ("Eesti", "EE"),
    ("Latvija", "LV"),
    ("Lietuva", "LT"),
    ("Россия", "RU"),
    ("Russland", "RU"),
    ("Україна", "UA"),
    ("Türkiye", "TR"),
    ("Türkei", "TR"),
    ("Brasil", "BR"),
    ("Brasilien", "BR"),
    ("México", "MX"),
    ("Mexiko", "MX"),
    ("Perú", "PE"),
    ("Việt Nam", "VN"),
    ("대한민국", "KR"),
    ("한국", "KR"),
    ("日本", "JP"),
    ("Japon", "JP"),
    ("中国", "CN"),
    ("中國", "CN"),
    ("台灣", "TW"),
    ("ประเทศไทย", "TH"),
    ("भारत", "IN"),
    ("ישראל", "IL"),
    ("مصر", "EG"),
    ("المغرب", "MA"),
    ("الإمارات", "AE"),
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

    /// The country that a text means: its code in any case, or its name. What stands behind it, as in `Germany (+49)`,
    /// does not count.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.split(['(', '+']).next().unwrap_or_default().trim();
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
        for (text, code) in [
            ("österreich", "AT"),
            ("Polska", "PL"),
            ("Česko", "CZ"),
            ("Brasil", "BR"),
            ("Россия", "RU"),
            ("Germany (+49)", "DE"),
            ("DE +49", "DE"),
            ("日本", "JP"),
        ] {
            assert_eq!(Country::read(text), Some(Country::new(code)), "{text}");
        }
        assert_eq!(Country::read("+49"), None);
        assert_eq!(Country::read("Narnia"), None);
    }

    #[test]
    fn a_code_is_known_only_as_iso_writes_it() {
        assert_eq!(names().count(), 249);
        assert!(ALSO.iter().all(|(_, code)| Country::new(*code).is_known()));
        assert!(Country::new("NO").is_known());
        assert!(!Country::new("no").is_known() && !Country::new("UK").is_known());
        assert_eq!(Country::meant("UK"), Some(Country::new("GB")));
        assert_eq!(Country::meant("Germny"), Some(Country::new("DE")));
        assert_eq!(Country::meant("XX"), None);
    }
}
