use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

use crate::{
    condition::Condition,
    id::{PersonId, PoolId, TerritoryId},
};

/// One rule of a route: whom it is for, and who gets the record then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Rule {
    /// What people call it: `Enterprise in DACH`.
    pub name: String,
    pub territory: Option<TerritoryId>,
    pub condition: Option<Condition>,
    pub to: Target,
}

/// Who gets a record that a rule matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The owner of the record behind a link: `owner_of: company`. With no owner there, the rule does not match.
    OwnerOf(String),
    Pool(Ask),
    /// A person, or who acts for them.
    Person(PersonId),
}

/// A pool to ask, and what happens where it has nobody at the first asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub pool: PoolId,
    pub if_nobody: IfNobody,
}

/// What happens where a pool has nobody available.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum IfNobody {
    /// The record waits for the pool's next opening.
    #[default]
    Wait,
    /// Another pool is asked, which may have an `if_nobody_available` of its own.
    Pool(Box<Ask>),
    Person(PersonId),
}

impl Rule {
    /// The pool it asks first, if it asks one.
    pub fn pool(&self) -> Option<&PoolId> {
        if let Target::Pool(ask) = &self.to { Some(&ask.pool) } else { None }
    }

    /// Every pool it may ask, in the order they are asked.
    pub fn pools(&self) -> impl Iterator<Item = &PoolId> {
        let ask = if let Target::Pool(ask) = &self.to { Some(ask) } else { None };
        ask.into_iter().flat_map(Ask::pools)
    }

    /// Whether it matches every record that comes to it.
    pub fn matches_all(&self) -> bool {
        self.territory.is_none() && self.condition.is_none() && !matches!(self.to, Target::OwnerOf(_))
    }
}

impl IfNobody {
    pub fn is_wait(&self) -> bool {
        *self == Self::Wait
    }
}

impl Ask {
    /// The pools in the order they are asked.
    pub fn pools(&self) -> impl Iterator<Item = &PoolId> {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let ask = next?;
            next = if let IfNobody::Pool(more) = &ask.if_nobody { Some(more.as_ref()) } else { None };
            Some(&ask.pool)
        })
    }

    /// The person at the end, if one is named.
    pub fn person(&self) -> Option<&PersonId> {
        match &self.if_nobody {
            IfNobody::Wait => None,
            IfNobody::Pool(more) => more.person(),
            IfNobody::Person(person) => Some(person),
        }
    }
}

/// A rule as it stands in the file.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Rule", extend("oneOf" = one_target(true))))]
#[serde(deny_unknown_fields)]
struct Written {
    /// What people call it: `Enterprise in DACH`.
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    territory: Option<TerritoryId>,
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
    /// A link of the record, `company`: the owner of what it leads to, or their stand-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pool: Option<PoolId>,
    /// A person, or who acts for them while they are away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    #[serde(default, skip_serializing_if = "IfNobody::is_wait")]
    if_nobody_available: IfNobody,
}

impl TryFrom<Written> for Rule {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        let Written { rule: name, territory, condition, owner_of, pool, person, if_nobody_available: if_nobody } =
            written;
        let waits = if_nobody.is_wait();
        let to = match (owner_of, pool, person) {
            (None, Some(pool), None) => Target::Pool(Ask { pool, if_nobody }),
            (Some(link), None, None) if waits => Target::OwnerOf(link),
            (None, None, Some(person)) if waits => Target::Person(person),
            (Some(_), None, None) | (None, None, Some(_)) => {
                return Err("`if_nobody_available` belongs to a rule with a pool");
            }
            (None, None, None) => return Err("a rule says who gets it: add `pool`, `person` or `owner_of`"),
            _ => return Err("a rule has one of `pool`, `person` and `owner_of`, not several"),
        };
        Ok(Self { name, territory, condition, to })
    }
}

impl From<Rule> for Written {
    fn from(rule: Rule) -> Self {
        let Rule { name, territory, condition, to } = rule;
        let (mut owner_of, mut pool, mut person, mut if_nobody) = (None, None, None, IfNobody::Wait);
        match to {
            Target::OwnerOf(link) => owner_of = Some(link),
            Target::Pool(ask) => (pool, if_nobody) = (Some(ask.pool), ask.if_nobody),
            Target::Person(named) => person = Some(named),
        }
        Self { rule: name, territory, condition, owner_of, pool, person, if_nobody_available: if_nobody }
    }
}

/// `{ pool: … }` or `{ person: … }` after `if_nobody_available`.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "OtherwiseTo", extend("oneOf" = one_target(false))))]
#[serde(deny_unknown_fields)]
struct OtherwiseTo {
    #[serde(default)]
    pool: Option<PoolId>,
    #[serde(default)]
    person: Option<PersonId>,
    #[serde(default)]
    if_nobody_available: IfNobody,
}

impl Serialize for IfNobody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Wait => serializer.serialize_str("wait"),
            Self::Pool(ask) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("pool", &ask.pool)?;
                if !ask.if_nobody.is_wait() {
                    map.serialize_entry("if_nobody_available", &ask.if_nobody)?;
                }
                map.end()
            }
            Self::Person(person) => serializer.collect_map([("person", person)]),
        }
    }
}

impl<'de> Deserialize<'de> for IfNobody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IfNobodyVisitor)
    }
}

struct IfNobodyVisitor;

impl<'de> de::Visitor<'de> for IfNobodyVisitor {
    type Value = IfNobody;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("wait, { pool: … } or { person: … }")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<IfNobody, E> {
        match word {
            "wait" | "" => Ok(IfNobody::Wait),
            other => Err(E::unknown_variant(other, &["wait"])),
        }
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<IfNobody, A::Error> {
        let to = OtherwiseTo::deserialize(de::value::MapAccessDeserializer::new(map))?;
        match (to.pool, to.person, to.if_nobody_available) {
            (Some(pool), None, if_nobody) => Ok(IfNobody::Pool(Box::new(Ask { pool, if_nobody }))),
            (None, Some(person), IfNobody::Wait) => Ok(IfNobody::Person(person)),
            (None, Some(_), _) => Err(de::Error::custom("a person is the end: nothing comes after")),
            _ => Err(de::Error::custom("name one of `pool` and `person`")),
        }
    }
}

/// Exactly one of the keys that say who gets it.
#[cfg(feature = "schema")]
fn one_target(with_owner: bool) -> serde_json::Value {
    let keys: &[&str] = if with_owner { &["owner_of", "pool", "person"] } else { &["pool", "person"] };
    keys.iter().map(|key| serde_json::json!({ "required": [key] })).collect()
}

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{IfNobody, OtherwiseTo, Rule, Written};

    impl JsonSchema for Rule {
        fn schema_name() -> Cow<'static, str> {
            Written::schema_name()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            Written::json_schema(generator)
        }
    }

    impl JsonSchema for IfNobody {
        fn schema_name() -> Cow<'static, str> {
            "IfNobody".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let to = generator.subschema_for::<OtherwiseTo>();
            json_schema!({
                "description": "wait for the pool's next opening, or { pool: … } or { person: … } instead.",
                "anyOf": [{ "const": "wait" }, to]
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_back_what_it_writes() {
        for json in [
            r#"{"rule":"Existing customer","owner_of":"company"}"#,
            r#"{"rule":"Big","territory":"dach","if":"company.employees >= 500","pool":"enterprise"}"#,
            r#"{"rule":"Named","person":"maria"}"#,
            r#"{"rule":"Chain","pool":"a","if_nobody_available":{"pool":"b","if_nobody_available":{"person":"maria"}}}"#,
        ] {
            let rule: Rule = serde_json::from_str(json).unwrap();
            let written = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&written).unwrap(), rule);
            if rule.condition.is_none() {
                assert_eq!(written, json);
            }
        }
    }

    #[test]
    fn a_rule_has_exactly_one_target() {
        let check = |json: &str, expected: &str| {
            let error = serde_json::from_str::<Rule>(json).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        };
        check(r#"{"rule":"x"}"#, "a rule says who gets it");
        check(r#"{"rule":"x","pool":"a","person":"b"}"#, "a rule has one of");
        check(r#"{"rule":"x","person":"b","if_nobody_available":{"pool":"a"}}"#, "`if_nobody_available` belongs");
        check(r#"{"rule":"x","pool":"b","if_nobody_available":{"pool":"a","person":"b"}}"#, "name one of");
        check(r#"{"rule":"x","pool":"b","if_nobody_available":"go"}"#, "unknown variant `go`");
    }

    #[test]
    fn the_pools_of_a_chain_come_in_their_order() {
        let json = r#"{"rule":"x","pool":"a","if_nobody_available":{"pool":"b","if_nobody_available":{"person":"m"}}}"#;
        let rule: Rule = serde_json::from_str(json).unwrap();
        let Target::Pool(ask) = &rule.to else { panic!("it has a pool") };
        assert_eq!(ask.pools().map(PoolId::as_str).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(ask.person().map(PersonId::as_str), Some("m"));
    }
}
