use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, Signal, Step, StepKind, on_nobody};
use crate::id::{PoolId, RouteId};

/// `assign: { pool: inbound }` or `assign: { route: inbound }`: gives the record an owner.
///
/// A record that has an owner keeps them, unless they left or are away, or `keep_owner: false`.
/// Nobody available: the branch runs, and the request stays awaited until somebody is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Assign {
    pub assign: To,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub if_nobody_available: Vec<Step>,
}

/// Who says who gets it, and whether a returning record keeps its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct To {
    pub by: By,
    pub keep_owner: bool,
    pub skills: Vec<String>,
}

/// A pool, or a route's rules, which lead to a pool or a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    Pool(PoolId),
    Route(RouteId),
}

/// The same as it stands in the file.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "AssignTo", extend("oneOf" = one_of())))]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pool: Option<PoolId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    route: Option<RouteId>,
    #[serde(default = "yes")]
    keep_owner: bool,
    /// What the person must be able to do, as `people.yaml` says it: `[german]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skills: Vec<String>,
}

fn yes() -> bool {
    true
}

#[cfg(feature = "schema")]
fn one_of() -> serde_json::Value {
    serde_json::json!([{ "required": ["pool"] }, { "required": ["route"] }])
}

impl TryFrom<Written> for To {
    type Error = &'static str;

    fn try_from(Written { pool, route, keep_owner, skills }: Written) -> Result<Self, &'static str> {
        let by = match (pool, route) {
            (Some(pool), None) => By::Pool(pool),
            (None, Some(route)) => By::Route(route),
            (None, None) => return Err("say by what: `pool` or `route`"),
            (Some(_), Some(_)) => return Err("one of `pool` and `route`, not both: a route names the pools itself"),
        };
        Ok(Self { by, keep_owner, skills })
    }
}

impl From<To> for Written {
    fn from(To { by, keep_owner, skills }: To) -> Self {
        let (pool, route) = match by {
            By::Pool(pool) => (Some(pool), None),
            By::Route(route) => (None, Some(route)),
        };
        Self { pool, route, keep_owner, skills }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for To {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}

impl StepKind for Assign {
    const KEY: &'static str = "assign";

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        let To { by, keep_owner, skills } = &self.assign;
        match by {
            By::Pool(pool) => hands.assign_from(pool, *keep_owner, skills),
            By::Route(route) => hands.assign_by_route(route, *keep_owner, skills),
        }
    }

    fn branches(&self) -> Vec<(&'static str, &Vec<Step>)> {
        vec![("if_nobody_available", &self.if_nobody_available)]
    }

    fn branch_ended(&self, hands: &mut dyn Hands) -> Outcome {
        hands.await_owner()
    }

    fn on(&self, signal: &Signal, _hands: &mut dyn Hands) -> Outcome {
        on_nobody(signal, &self.if_nobody_available)
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        let (by, pool) = match &self.assign.by {
            By::Pool(pool) => (Mention::Pool(pool), Some(pool)),
            By::Route(route) => (Mention::Route(route), None),
        };
        let skills = self.assign.skills.iter().map(|skill| Mention::Skill(skill, pool));
        std::iter::once(by).chain(skills).collect()
    }

    fn describe(&self) -> String {
        match &self.assign.by {
            By::Pool(pool) => format!("assign an owner from pool {pool}"),
            By::Route(route) => format!("assign an owner by route {route}"),
        }
    }
}
