use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Hands, Mention, Outcome, Signal, Step, StepKind, Who, on_nobody};
use crate::id::PoolId;

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

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        if let Some((wait, by_seq)) = hands.contact_after_all() {
            hands.wait_is_met(&wait, by_seq);
            return Outcome::Leave(wait);
        }
        let To { pool, to, skills } = &self.reassign;
        match to {
            Target::NextAvailable => hands.reassign_from(pool.as_ref(), skills),
            Target::Who(who) => reassign_to(who, hands),
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

fn reassign_to(who: &Who, hands: &mut dyn Hands) -> Outcome {
    let called = hands.called(who);
    match hands.person(who) {
        Ok(person) => hands.reassign_to(person, &format!("the workflow reassigns it to {called}")),
        Err(why) => {
            hands.raise(&format!("Reassign this record by hand: the workflow cannot give it to {called}, {why}"));
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
