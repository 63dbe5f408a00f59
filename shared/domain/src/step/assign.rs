use serde::{Deserialize, Serialize};

use super::{
    Mention, Outcome, Run, Signal, Step, StepKind,
    run::{self, Wanted},
};
use crate::{execution::Waiting, history::RequestKind, id::PoolId};

/// `assign: { pool: inbound }`: gives the record an owner from a pool.
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

/// The pool, and whether a returning record keeps its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "AssignTo"))]
#[serde(deny_unknown_fields)]
pub struct To {
    pub pool: PoolId,
    #[serde(default = "yes")]
    pub keep_owner: bool,
    /// What the person must be able to do, as `people.yaml` says it: `[german]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
}

fn yes() -> bool {
    true
}

impl StepKind for Assign {
    const KEY: &'static str = "assign";

    fn run(&self, run: &mut Run<'_, '_>) -> Outcome {
        let keep = run.turn.head.owner.as_ref().filter(|_| self.assign.keep_owner).map(|owner| owner.person.clone());
        let wanted = Wanted { skills: self.assign.skills.clone(), keep, ..Wanted::default() };
        run.request_owner(RequestKind::Assign, &self.assign.pool, wanted);
        Outcome::Wait(Waiting::Owner { pool: self.assign.pool.clone() })
    }

    fn branches(&self) -> Vec<(&'static str, &Vec<Step>)> {
        vec![("if_nobody_available", &self.if_nobody_available)]
    }

    fn branch_ended(&self, run: &mut Run<'_, '_>) -> Outcome {
        run.await_owner()
    }

    fn on(&self, signal: &Signal, _run: &mut Run<'_, '_>) -> Outcome {
        run::on_nobody(signal, &self.if_nobody_available)
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        let pool = &self.assign.pool;
        let skills = self.assign.skills.iter().map(|skill| Mention::Skill(skill, Some(pool)));
        std::iter::once(Mention::Pool(pool)).chain(skills).collect()
    }

    fn describe(&self) -> String {
        format!("assign an owner from pool {}", self.assign.pool)
    }
}
