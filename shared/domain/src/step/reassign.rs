use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Mention, Outcome, Run, Signal, Step, StepKind, Who, run};
use crate::{
    decide::{Assigned, Wanted},
    history::{Change, RequestKind},
    id::PoolId,
    routing::{Ask, IfNobody},
};

/// `reassign: { pool: inbound, to: next_available }`: takes the record to another owner.
///
/// Inside an `if_missed` it races the contact it stands in for: if that is logged before a
/// new owner is applied, also while earlier steps of the branch wait, nobody is reassigned
/// and the rest of the branch does not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    pub reassign: To,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub if_nobody_available: Vec<Step>,
}

/// To whom, and for `next_available` from which pool: the record's own where absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ReassignTo"))]
#[serde(deny_unknown_fields)]
pub struct To {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolId>,
    pub to: Target,
    /// What the next person must be able to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
}

/// The next available member who has not had the record yet, or somebody in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    NextAvailable,
    Who(Who),
}

impl StepKind for Reassign {
    const KEY: &'static str = "reassign";

    fn run(&self, run: &mut Run<'_, '_>) -> Outcome {
        if let Some((wait, by_seq)) = run.contact_after_all() {
            run.turn.emit(Change::WaitMet { execution: run.execution.clone(), step: wait.clone(), by_seq });
            return Outcome::Leave(wait);
        }
        match &self.reassign.to {
            Target::NextAvailable => self.to_next_available(run),
            Target::Who(who) => reassign_to(who, run),
        }
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
        let who = match &self.reassign.to {
            Target::Who(who) => Some(Mention::Who(who)),
            Target::NextAvailable => None,
        };
        let pool = self.reassign.pool.as_ref();
        let skills = self.reassign.skills.iter().map(|skill| Mention::Skill(skill, pool));
        pool.map(Mention::Pool).into_iter().chain(who).chain(skills).collect()
    }

    fn describe(&self) -> String {
        match &self.reassign.to {
            Target::NextAvailable => "reassign to the next available person".to_owned(),
            Target::Who(who) => format!("reassign to {who}"),
        }
    }
}

impl Reassign {
    fn to_next_available(&self, run: &mut Run<'_, '_>) -> Outcome {
        let own_pool = || run.turn.head.owner.as_ref().and_then(|owner| owner.pool.clone());
        let Some(pool) = self.reassign.pool.clone().or_else(own_pool) else {
            run.turn
                .raise(Some(run.execution), "A record could not be reassigned: no pool is named and none assigned it");
            return Outcome::Done;
        };
        let tried = run.turn.head.execution(run.execution).map(|open| open.tried.clone()).unwrap_or_default();
        let owner = run.turn.head.owner.as_ref().map(|owner| owner.person.clone());
        let exclude = tried.iter().cloned().chain(owner.filter(|owner| !tried.contains(owner))).collect();
        let wanted = Wanted { exclude, skills: self.reassign.skills.clone(), keep: None };
        run.request_owner(RequestKind::Reassign, Ask { pool, if_nobody: IfNobody::Wait }, wanted)
    }
}

fn reassign_to(who: &Who, run: &mut Run<'_, '_>) -> Outcome {
    match who.resolve(run.turn, run.execution) {
        Some(person) => {
            let assigned =
                Assigned::by_rule(person, &format!("the workflow reassigns it to {}", who.describe(run.turn)));
            run.assign(assigned)
        }
        None => {
            run.turn.raise(
                Some(run.execution),
                &format!(
                    "Reassign this record by hand: the workflow cannot give it to {}, {}",
                    who.describe(run.turn),
                    who.missing(run.turn)
                ),
            );
            Outcome::Done
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::NextAvailable => serializer.serialize_str("next_available"),
            Self::Who(who) => who.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let who = Who::deserialize(deserializer)?;
        Ok(if who == Who::Named("next_available".to_owned()) { Self::NextAvailable } else { Self::Who(who) })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Target {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Target".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        <Who as schemars::JsonSchema>::json_schema(generator)
    }
}
