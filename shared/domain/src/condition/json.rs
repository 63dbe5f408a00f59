//! The stored form: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}`, and the leaf `{"field", "op", "value"}`.
//!
//! Reading also takes text wherever a condition may stand. Depth and size are bounded while reading, so a
//! hostile document is refused before it is built.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use super::{Comparison, Condition, FieldPath, MAX_DEPTH, MAX_TESTS, ParseError, ParseProblem, Test};
use crate::value::Value;

/// What a list is refused with where a condition may stand.
pub const LIST_WITHOUT_ALL: &str = "a list of conditions needs `all:` or `any:` above it";

const KEYS: [&str; 6] = ["all", "any", "not", "field", "op", "value"];

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (key, parts) = match self {
            Self::Test(test) => return test.serialize(serializer),
            Self::Not(part) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("not", part)?;
                return map.end();
            }
            Self::All(parts) => ("all", parts),
            Self::Any(parts) => ("any", parts),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(key, parts)?;
        map.end()
    }
}

impl Serialize for Test {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("field", &self.field)?;
        map.serialize_entry("op", self.comparison.op())?;
        match &self.comparison {
            Comparison::In(values) | Comparison::NotIn(values) => map.serialize_entry("value", values)?,
            Comparison::StartsWith(text) | Comparison::EndsWith(text) => map.serialize_entry("value", text)?,
            Comparison::OlderThan(span) | Comparison::NewerThan(span) | Comparison::Within(span) => {
                map.serialize_entry("value", &span.to_string())?;
            }
            single => single.values().iter().try_for_each(|value| map.serialize_entry("value", value))?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader { depth: 0, tests: &Cell::new(0) }.deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Condition::deserialize(deserializer)? {
            Condition::Test(test) => Ok(test),
            _ => Err(de::Error::custom("expected one test, for example lead.score > 40")),
        }
    }
}

/// Reads one condition that lies so deep in the whole, counting the tests of the whole.
#[derive(Clone, Copy)]
struct Reader<'a> {
    depth: usize,
    tests: &'a Cell<usize>,
}

impl Reader<'_> {
    fn inside<E: de::Error>(self) -> Result<Self, E> {
        match self.depth < MAX_DEPTH {
            true => Ok(Self { depth: self.depth + 1, ..self }),
            false => Err(E::custom(ParseProblem::TooDeep)),
        }
    }

    fn count<E: de::Error>(self, tests: usize) -> Result<(), E> {
        self.tests.set(self.tests.get() + tests);
        if self.tests.get() > MAX_TESTS { Err(E::custom(ParseProblem::TooManyTests)) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Condition;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Condition, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition: lead.score > 40, or one of all:, any:, not:")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Condition, E> {
        let condition: Condition = text.parse().map_err(|error| unreadable(text, error))?;
        if self.depth + condition.depth() > MAX_DEPTH {
            return Err(E::custom(ParseProblem::TooDeep));
        }
        self.count(condition.tests().count())?;
        Ok(condition)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Condition, A::Error> {
        Err(de::Error::custom(LIST_WITHOUT_ALL))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
        let Some(key) = map.next_key::<String>()? else {
            return Err(de::Error::custom("expected one of `all`, `any`, `not`, or `field`, `op` and `value`"));
        };
        let condition = match key.as_str() {
            "all" => Condition::All(map.next_value_seed(Parts { key: "all", reader: self.inside()? })?),
            "any" => Condition::Any(map.next_value_seed(Parts { key: "any", reader: self.inside()? })?),
            "not" => Condition::Not(Box::new(map.next_value_seed(self.inside()?)?)),
            _ => {
                self.count(1)?;
                return leaf(key, map).map(Condition::Test);
            }
        };
        match map.next_key::<String>()? {
            None => Ok(condition),
            Some(second) => Err(de::Error::custom(format_args!(
                "`{key}` and `{second}` stand side by side; put one inside the other"
            ))),
        }
    }
}

/// With the text itself, unless it is a long one: a file's reader knows the line, not the byte within it.
fn unreadable<E: de::Error>(text: &str, error: ParseError) -> E {
    if text.len() > 200 { E::custom(error) } else { E::custom(format_args!("{error} in `{text}`")) }
}

/// The list under `all` or `any`: at least one condition.
struct Parts<'a> {
    key: &'static str,
    reader: Reader<'a>,
}

impl<'de> DeserializeSeed<'de> for Parts<'_> {
    type Value = Vec<Condition>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Condition>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Parts<'_> {
    type Value = Vec<Condition>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of conditions under `{}`", self.key)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Condition>, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = seq.next_element_seed(self.reader)? {
            parts.push(part);
        }
        match parts.is_empty() {
            true => Err(de::Error::custom(format_args!("`{}` needs at least one condition", self.key))),
            false => Ok(parts),
        }
    }
}

fn leaf<'de, A: MapAccess<'de>>(first: String, mut map: A) -> Result<Test, A::Error> {
    let (mut field, mut op, mut value) = (None::<FieldPath>, None::<String>, None::<Value>);
    let mut next = Some(first);
    while let Some(key) = next {
        match key.as_str() {
            "field" if field.is_none() => field = Some(map.next_value()?),
            "op" if op.is_none() => op = Some(map.next_value()?),
            "value" if value.is_none() => value = map.next_value()?,
            "field" | "op" | "value" => return Err(de::Error::custom(format_args!("`{key}` stands twice"))),
            "all" | "any" | "not" => return Err(de::Error::custom(format_args!("`{key}` cannot stand beside a test"))),
            other => return Err(de::Error::unknown_field(other, &KEYS)),
        }
        next = map.next_key()?;
    }
    let field = field.ok_or_else(|| de::Error::missing_field("field"))?;
    let op = op.ok_or_else(|| de::Error::missing_field("op"))?;
    let comparison =
        Comparison::from_op(&op, value).map_err(|error| de::Error::custom(format_args!("{field}: {error}")))?;
    Ok(Test { field, comparison })
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Condition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let part = generator.subschema_for::<Self>();
        let parts = schemars::json_schema!({ "type": "array", "items": part, "minItems": 1 });
        let field = generator.subschema_for::<FieldPath>();
        let value = generator.subschema_for::<Value>();
        let group = |key: &str, inside: &schemars::Schema| {
            schemars::json_schema!({
                "type": "object", "properties": { key: inside }, "required": [key], "additionalProperties": false
            })
        };
        schemars::json_schema!({
            "description": "lead.score > 40, or one of all:, any:, not:.",
            "anyOf": [
                { "type": "string", "pattern": "\\S" },
                group("all", &parts),
                group("any", &parts),
                group("not", &part),
                {
                    "type": "object",
                    "properties": { "field": field, "op": { "type": "string" }, "value": value },
                    "required": ["field", "op"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, text: &str) {
        let condition: Condition = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(condition.to_string(), text);
        let canonical = serde_json::to_string(&condition).unwrap();
        assert_eq!(serde_json::from_str::<Condition>(&canonical).unwrap(), condition, "{canonical}");
    }

    fn refuse(json: &str, message: &str) {
        let error = serde_json::from_str::<Condition>(json).unwrap_err().to_string();
        assert!(error.starts_with(message), "{json}\n{error}");
    }

    #[test]
    fn text_groups_and_leaves_are_read() {
        check(r#""lead.score > 40""#, "lead.score > 40");
        check(
            r#"{"all": ["lead.score > 40", "company.employees > 10"]}"#,
            "lead.score > 40 and company.employees > 10",
        );
        check(r#"{"any": ["a.b is yes", {"not": "a.c is missing"}]}"#, "a.b is yes or not (a.c is missing)");
        check(r#"{"field": "lead.score", "op": ">", "value": 40}"#, "lead.score > 40");
        check(r#"{"value": ["DE", "AT"], "op": "in", "field": "lead.country"}"#, "lead.country in [DE, AT]");
        check(r#"{"field": "lead.email", "op": "endsWith", "value": "x.com"}"#, "lead.email ends with \"x.com\"");
        check(r#"{"field": "lead.phone", "op": "null", "value": null}"#, "lead.phone is missing");
        check(r#"{"field": "lead.seen", "op": "older than", "value": "30 days"}"#, "lead.seen older than 30 days");
        check(r#"{"field": "a.b", "op": "<", "value": {"date": "2026-12-01"}}"#, "a.b < 2026-12-01");
    }

    #[test]
    fn the_stored_form_is_the_tree() {
        let condition: Condition = "lead.score > 40 and not (lead.phone is missing)".parse().unwrap();
        assert_eq!(
            serde_json::to_string(&condition).unwrap(),
            r#"{"all":[{"field":"lead.score","op":">","value":40},{"not":{"field":"lead.phone","op":"is missing"}}]}"#
        );
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        refuse(r#"["lead.score > 40"]"#, "a list of conditions needs `all:` or `any:` above it");
        refuse(r#"{"all": [["lead.score > 40"]]}"#, "a list of conditions needs `all:` or `any:` above it");
        refuse(r#"{"all": []}"#, "`all` needs at least one condition");
        refuse(
            r#"{"all": "lead.score > 40"}"#,
            "invalid type: string \"lead.score > 40\", expected a list of conditions",
        );
        refuse(r#"{"all": ["a.b > 1"], "any": ["a.b > 1"]}"#, "`all` and `any` stand side by side");
        refuse("{}", "expected one of `all`, `any`, `not`");
        refuse("true", "invalid type: boolean `true`, expected a condition: lead.score > 40");
        refuse(
            r#""lead.score""#,
            "at byte 10: `lead.score` alone is no condition; write lead.score is present, or lead.score is yes if it is a yes or no in `lead.score`",
        );
        refuse(r#"{"field": "a.b"}"#, "missing field `op`");
        refuse(
            r#"{"field": "a.b", "op": "constains", "value": 1}"#,
            "a.b: `constains` is not a comparison; did you mean `contains`?",
        );
        refuse(r#"{"field": "a.b", "op": ">"}"#, "a.b: `>` needs a value");
        refuse(r#"{"field": "a.b", "op": "is missing", "value": 1}"#, "a.b: `is missing` takes no value");
        refuse(r#"{"field": "a.b", "op": "is", "value": ["x"]}"#, "a.b: `is` compares with one value");
        refuse(r#"{"field": "a.b", "op": "in", "value": "DE,AT"}"#, "a.b: `in` needs a list");
        refuse(r#"{"field": "a.b", "op": "within", "value": "soon"}"#, "a.b: `within` needs a length of time");
        refuse(r#"{"field": "a.b", "op": ">", "value": 1, "id": "x"}"#, "unknown field `id`");
        refuse(r#"{"field": "a.b", "op": ">", "op": ">"}"#, "`op` stands twice");
    }

    #[test]
    fn depth_and_size_are_bounded_while_reading() {
        let nested = |depth: usize| format!("{}\"a.b > 1\"{}", "{\"not\":".repeat(depth), "}".repeat(depth));
        assert!(serde_json::from_str::<Condition>(&nested(MAX_DEPTH)).is_ok());
        refuse(&nested(MAX_DEPTH + 1), "a condition nests at most 32 deep");
        refuse(&nested(10_000), "a condition nests at most 32 deep");
        let mixed = format!("{}\"not not a.b > 1\"{}", "{\"not\":".repeat(31), "}".repeat(31));
        refuse(&mixed, "a condition nests at most 32 deep");
        let wide = format!("{{\"all\":[{}]}}", vec!["\"a.b > 1\""; MAX_TESTS + 1].join(","));
        refuse(&wide, "a condition holds at most 500 tests");
        let leaf = r#"{"field":"a.b","op":"changed"}"#;
        refuse(
            &format!("{{\"any\":[{}]}}", vec![leaf; MAX_TESTS + 1].join(",")),
            "a condition holds at most 500 tests",
        );
    }
}
