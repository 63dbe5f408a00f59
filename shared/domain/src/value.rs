//! What a field of a record can hold.
//!
//! JSON form: text, number, true/false and lists as themselves; a date as
//! `{"date": "2026-12-01"}`, a moment as `{"at": "2026-12-01T09:00:00Z"}`, money as
//! `{"minor": 250000, "currency": "EUR"}`. A missing value is absent, never null.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use crate::{calendar::Zone, instant::Instant};

/// The name of a field within its kind: `score` in `lead.score`.
pub type FieldName = String;

/// The fields of one record. A field without a value is not in the map.
pub type Fields = BTreeMap<FieldName, Value>;

/// The type of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    Email,
    Phone,
    Url,
    Number,
    YesNo,
    Date,
    Instant,
    Money,
    Choice,
    List,
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    /// Finite, always.
    Number(f64),
    YesNo(bool),
    Date(jiff::civil::Date),
    Instant(Instant),
    /// Integer minor units (cents) and an ISO 4217 code.
    Money {
        minor: i64,
        currency: String,
    },
    List(Vec<Value>),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::YesNo(yes)
    }
}

/// As a person reads it in a sentence: `8`, `11-50`, `yes`, `CRM, Billing`.
impl Value {
    /// The value as a sentence has it: moments as a clock in this zone shows them, with the year where it is not
    /// that of `beside`; everything else as it prints.
    pub fn describe(&self, zone: &Zone, beside: Instant) -> String {
        match self {
            Self::Instant(at) => zone.describe_beside(*at, beside),
            Self::List(values) => {
                values.iter().map(|value| value.describe(zone, beside)).collect::<Vec<_>>().join(", ")
            }
            Self::Date(date) => zone.describe_day_beside(*date, beside),
            Self::Text(_) | Self::Number(_) | Self::YesNo(_) | Self::Money { .. } => self.to_string(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::YesNo(true) => f.write_str("yes"),
            Self::YesNo(false) => f.write_str("no"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Instant(at) => write!(f, "{at}"),
            Self::Money { minor, currency } => {
                let sign = if *minor < 0 { "-" } else { "" };
                let minor = minor.unsigned_abs();
                write!(f, "{sign}{}.{:02} {currency}", minor / 100, minor % 100)
            }
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    value.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            // Whole numbers are written without a fraction: 8, not 8.0.
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::YesNo(yes) => serializer.serialize_bool(*yes),
            Self::Date(date) => tagged(serializer, "date", &date.to_string()),
            Self::Instant(at) => tagged(serializer, "at", &at.to_string()),
            Self::Money { minor, currency } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("minor", minor)?;
                map.serialize_entry("currency", currency)?;
                map.end()
            }
            Self::List(values) => serializer.collect_seq(values),
        }
    }
}

fn tagged<S: Serializer>(serializer: S, tag: &str, text: &str) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, text)?;
    map.end()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, number, true or false, date, moment, money or list")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::text(text))
    }

    fn visit_bool<E: de::Error>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::YesNo(yes))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        if number.is_finite() { Ok(Value::Number(number)) } else { Err(E::custom("a number must be finite")) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (mut minor, mut currency) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "date" => {
                    let text: String = map.next_value()?;
                    return text.parse().map(Value::Date).map_err(de::Error::custom);
                }
                "at" => {
                    let text: String = map.next_value()?;
                    return Instant::parse(&text).map(Value::Instant).map_err(de::Error::custom);
                }
                "minor" => minor = Some(map.next_value()?),
                "currency" => currency = Some(map.next_value()?),
                other => return Err(de::Error::unknown_field(other, &["date", "at", "minor", "currency"])),
            }
        }
        match (minor, currency) {
            (Some(minor), Some(currency)) => Ok(Value::Money { minor, currency }),
            _ => Err(de::Error::custom("money needs `minor` and `currency`")),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let value = generator.subschema_for::<Self>();
        let object = |properties: serde_json::Value, required: &[&str]| {
            schemars::json_schema!({
                "type": "object", "properties": properties, "required": required, "additionalProperties": false
            })
        };
        schemars::json_schema!({
            "description": "A text, number, true or false, a list, or a date, moment or money as a mapping.",
            "anyOf": [
                { "type": ["string", "number", "boolean"] },
                { "type": "array", "items": value },
                object(serde_json::json!({ "date": { "type": "string" } }), &["date"]),
                object(serde_json::json!({ "at": { "type": "string" } }), &["at"]),
                object(
                    serde_json::json!({ "minor": { "type": "integer" }, "currency": { "type": "string" } }),
                    &["minor", "currency"]
                )
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(json: &str) -> Value {
        let value: Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        value
    }

    #[test]
    fn every_shape_reads_back_what_it_writes() {
        assert_eq!(round_trip("8"), Value::Number(8.0));
        assert_eq!(round_trip("8.5"), Value::Number(8.5));
        assert_eq!(round_trip("\"11-50\""), Value::text("11-50"));
        assert_eq!(round_trip("true").to_string(), "yes");
        assert_eq!(round_trip(r#"["CRM","Billing"]"#).to_string(), "CRM, Billing");
        assert_eq!(round_trip(r#"{"date":"2026-12-01"}"#).to_string(), "2026-12-01");
        assert_eq!(round_trip(r#"{"at":"2026-12-01T09:00:00Z"}"#).to_string(), "2026-12-01T09:00:00Z");
        assert_eq!(round_trip(r#"{"minor":-250005,"currency":"EUR"}"#).to_string(), "-2500.05 EUR");
    }

    #[test]
    fn null_and_unknown_objects_are_refused() {
        assert!(serde_json::from_str::<Value>("null").is_err());
        assert!(serde_json::from_str::<Value>(r#"{"minor":1}"#).is_err());
        assert!(serde_json::from_str::<Value>(r#"{"year":1}"#).is_err());
    }
}
