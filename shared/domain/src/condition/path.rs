use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The name of a field as conditions write it: `lead.score`.
///
/// The root is the kind of the record, the name of one of its links, or `event`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    pub root: String,
    pub field: String,
}

impl FieldPath {
    pub fn new(root: impl Into<String>, field: impl Into<String>) -> Self {
        Self { root: root.into(), field: field.into() }
    }

    /// What a sentence calls the field when the schema gives no label: `Last contact` for `lead.last_contact`.
    pub fn default_label(&self) -> String {
        let words = self.field.replace(['_', '-'], " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.root, self.field)
    }
}

/// Text that does not name a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not name a field; write the record and its field, for example lead.score")]
pub struct FieldPathError(String);

impl FromStr for FieldPath {
    type Err = FieldPathError;

    fn from_str(text: &str) -> Result<Self, FieldPathError> {
        match text.split_once('.') {
            Some((root, field)) if is_name(root) && is_name(field) => Ok(Self::new(root, field)),
            _ => Err(FieldPathError(text.chars().take(80).collect())),
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for FieldPath {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FieldPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A field: lead.score, company.employees.",
            "pattern": "^[^\\s.]+\\.[^\\s.]+$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_root_a_dot_and_a_field() {
        let path: FieldPath = "lead.last_contact".parse().unwrap();
        assert_eq!(path, FieldPath::new("lead", "last_contact"));
        assert_eq!(path.to_string(), "lead.last_contact");
        assert_eq!(path.default_label(), "Last contact");
        assert_eq!(serde_json::to_string(&path).unwrap(), r#""lead.last_contact""#);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "lead", "lead.", ".score", "lead.owner.manager", "lead. score", "1lead.score", "lead.sc\0re"] {
            assert!(text.parse::<FieldPath>().is_err(), "{text}");
        }
    }
}
