use serde::{Deserialize, Serialize};

use super::PostalRange;
use crate::{
    condition::{Facts, FieldPath},
    country::Country,
    id::TerritoryId,
};

/// A part of the world: countries, and within them all of it or some postal codes and regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// ISO 3166 codes: `[DE, AT, CH]`; Norway in quotes, `"NO"`.
    pub countries: Vec<Country>,
    /// Only these: `["80000-87999", "90-97"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postal_codes: Vec<PostalRange>,
    /// Only these, or what lies in one of the postal codes: `[Bavaria, BY]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
}

/// The fields that say where a record is from; of several the first that has a value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TerritoryFields {
    /// `[lead.country, company.country]`: a code or a name, `DE` or `Germany`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub country: Vec<FieldPath>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postal_code: Vec<FieldPath>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub region: Vec<FieldPath>,
}

impl TerritoryFields {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a test found, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub holds: bool,
    pub sentence: String,
}

impl Found {
    pub(crate) fn yes(sentence: impl Into<String>) -> Self {
        Self { holds: true, sentence: format!("{} ✓.", sentence.into()) }
    }

    pub(crate) fn no(sentence: impl Into<String>) -> Self {
        Self { holds: false, sentence: format!("{}.", sentence.into()) }
    }
}

impl Territory {
    /// Whether a record is from here: `Country DE is in dach ✓.`
    pub(crate) fn find(&self, id: &TerritoryId, fields: &TerritoryFields, facts: &dyn Facts) -> Found {
        let country = Answer::of(&fields.country, "Country", facts);
        let Some(text) = &country.text else { return country.missing() };
        let Some(read) = Country::read(text) else { return Found::no(format!("{country} is not known")) };
        if !self.countries.contains(&read) {
            return Found::no(format!("{country} is not in {id}"));
        }
        if self.is_whole() {
            return Found::yes(format!("{country} is in {id}"));
        }
        self.find_within(id, fields, facts)
    }

    /// Whether its countries belong to it as a whole.
    pub fn is_whole(&self) -> bool {
        self.postal_codes.is_empty() && self.regions.is_empty()
    }

    fn find_within(&self, id: &TerritoryId, fields: &TerritoryFields, facts: &dyn Facts) -> Found {
        let mut against = Vec::new();
        if !self.postal_codes.is_empty() {
            let code = Answer::of(&fields.postal_code, "Postal code", facts);
            match &code.text {
                Some(text) if self.postal_codes.iter().any(|range| range.holds(text)) => {
                    return Found::yes(format!("{code} is in {id}"));
                }
                Some(_) => against.push(format!("{code} is in no range of {id}")),
                None => against.push(format!("{} is missing", code.label)),
            }
        }
        if !self.regions.is_empty() {
            let region = Answer::of(&fields.region, "Region", facts);
            let same = |text: &str| self.regions.iter().any(|known| known.to_lowercase() == text.to_lowercase());
            match &region.text {
                Some(text) if same(text) => return Found::yes(format!("{region} is in {id}")),
                Some(_) => against.push(format!("{region} is not in {id}")),
                None => against.push(format!("{} is missing", region.label)),
            }
        }
        Found::no(against.join(". "))
    }
}

/// What a record says of one of the fields, and what sentences call it.
struct Answer {
    label: String,
    text: Option<String>,
}

impl Answer {
    fn of(paths: &[FieldPath], name: &str, facts: &dyn Facts) -> Self {
        let text = |path: &FieldPath| facts.value(path).map(|value| value.to_string().trim().to_owned());
        let answered = paths.iter().find_map(|path| Some((path, text(path).filter(|text| !text.is_empty())?)));
        match answered {
            Some((path, text)) => Self { label: facts.label(path), text: Some(text) },
            None => Self { label: paths.first().map_or_else(|| name.to_owned(), |path| facts.label(path)), text: None },
        }
    }

    fn missing(&self) -> Found {
        Found::no(format!("{} is missing", self.label))
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.label, self.text.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::value::Value;

    struct Lead(BTreeMap<String, Value>);

    impl Facts for Lead {
        fn value(&self, path: &FieldPath) -> Option<&Value> {
            self.0.get(&path.field)
        }

        fn before(&self, path: &FieldPath) -> Option<&Value> {
            self.value(path)
        }
    }

    fn check(territory: &str, lead: &[(&str, &str)], holds: bool, sentence: &str) {
        let territory: Territory = serde_json::from_str(territory).unwrap();
        let fields: TerritoryFields = serde_json::from_str(
            r#"{"country": ["lead.country"], "postal_code": ["lead.zip", "lead.postal_code"], "region": ["lead.region"]}"#,
        )
        .unwrap();
        let lead = Lead(lead.iter().map(|(field, value)| ((*field).to_owned(), Value::text(*value))).collect());
        let found = territory.find(&"here".into(), &fields, &lead);
        assert_eq!((found.holds, found.sentence.as_str()), (holds, sentence));
    }

    #[test]
    fn a_country_is_in_a_territory_by_code_or_name() {
        let dach = r#"{"countries": ["DE", "AT", "CH"]}"#;
        check(dach, &[("country", "DE")], true, "Country DE is in here ✓.");
        check(dach, &[("country", "Austria")], true, "Country Austria is in here ✓.");
        check(dach, &[("country", "FR")], false, "Country FR is not in here.");
        check(dach, &[("country", "Narnia")], false, "Country Narnia is not known.");
        check(dach, &[("country", " ")], false, "Country is missing.");
        check(dach, &[], false, "Country is missing.");
    }

    #[test]
    fn a_postal_code_counts_only_within_the_country() {
        let bavaria = r#"{"countries": ["DE"], "postal_codes": ["80000-87999", "90000-97999"]}"#;
        check(bavaria, &[("country", "DE"), ("postal_code", "80331")], true, "Postal code 80331 is in here ✓.");
        let outside = "Postal code 70173 is in no range of here.";
        check(bavaria, &[("country", "DE"), ("postal_code", "70173")], false, outside);
        check(bavaria, &[("country", "AT"), ("postal_code", "80331")], false, "Country AT is not in here.");
        check(bavaria, &[("country", "DE")], false, "Zip is missing.");
        check(
            bavaria,
            &[("country", "DE"), ("zip", "8"), ("postal_code", "80331")],
            false,
            "Zip 8 is in no range of here.",
        );
    }

    #[test]
    fn a_region_or_a_postal_code_is_enough() {
        let bavaria = r#"{"countries": ["DE"], "postal_codes": ["80-87"], "regions": ["Bavaria", "BY"]}"#;
        check(bavaria, &[("country", "DE"), ("region", "by")], true, "Region by is in here ✓.");
        check(bavaria, &[("country", "DE"), ("zip", "80331")], true, "Zip 80331 is in here ✓.");
        let neither = "Zip 70173 is in no range of here. Region is missing.";
        check(bavaria, &[("country", "DE"), ("zip", "70173")], false, neither);
    }
}
