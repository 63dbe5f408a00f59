//! People as a workflow names them. Who that is, is decided when the step runs.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    decide::Turn,
    effect::Recipient,
    id::{ExecutionId, Kind, PersonId},
};

/// A person, or the place where one is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// `lead.owner`: the owner of the record at that moment.
    Owner { kind: Kind },
    /// `lead.owner.manager`.
    OwnersManager { kind: Kind },
    /// `team_lead`: the lead of the pool that assigned the record, else the owner's manager.
    TeamLead,
    /// `lead` (the record itself, by its e-mail address) or a person of `people.yaml`.
    Named(String),
}

impl Who {
    /// The person, by who they are now; the one acting for them while they are absent.
    pub fn resolve(&self, turn: &Turn<'_>, execution: &ExecutionId) -> Option<PersonId> {
        let owner = turn.head.owner.as_ref();
        let person = match self {
            Self::Owner { .. } => return owner.map(|owner| owner.person.clone()),
            Self::OwnersManager { .. } => turn.person(&owner?.person)?.manager.clone()?,
            Self::TeamLead => {
                let pool = owner.and_then(|owner| owner.pool.as_ref()).or_else(|| {
                    turn.head.requests.iter().rev().find(|asked| asked.execution == *execution).map(|asked| &asked.pool)
                });
                match pool.and_then(|pool| turn.context.playbook.pools.get(pool)) {
                    Some(pool) => pool.lead.clone(),
                    None => turn.person(&owner?.person)?.manager.clone()?,
                }
            }
            Self::Named(name) => {
                let person = PersonId::new(name.as_str());
                turn.person(&person)?;
                person
            }
        };
        Some(turn.acting_for(&person))
    }

    /// The recipient of an e-mail: the record itself where its kind is named, else a person.
    pub fn recipient(&self, turn: &Turn<'_>, execution: &ExecutionId) -> Option<Recipient> {
        match self {
            Self::Named(name) if *name == turn.record.kind.as_str() => Some(Recipient::Record),
            _ => self.resolve(turn, execution).map(Recipient::Person),
        }
    }

    /// As a sentence names them: people by name, places in words.
    pub fn describe(&self, turn: &Turn<'_>) -> String {
        match self {
            Self::Owner { kind } => format!("the {kind}'s owner"),
            Self::OwnersManager { kind } => format!("the manager of the {kind}'s owner"),
            Self::TeamLead => "the team lead".to_owned(),
            Self::Named(name) => {
                turn.person(&PersonId::new(name.as_str())).map_or_else(|| name.clone(), |person| person.name.clone())
            }
        }
    }

    /// Why there is no such person, in half a sentence; said where `resolve` finds none.
    pub fn missing(&self, turn: &Turn<'_>) -> String {
        match self {
            Self::Owner { kind } => format!("the {kind} has no owner"),
            Self::OwnersManager { kind } if turn.head.owner.is_none() => format!("the {kind} has no owner"),
            Self::OwnersManager { kind } => format!("the {kind}'s owner has no manager"),
            Self::TeamLead => "no pool assigned the record, and it has no owner with a manager".to_owned(),
            Self::Named(_) => "they are not among the people of the playbook".to_owned(),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner { kind } => write!(f, "{kind}.owner"),
            Self::OwnersManager { kind } => write!(f, "{kind}.owner.manager"),
            Self::TeamLead => f.write_str("team_lead"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl Serialize for Who {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts: Vec<&str> = text.split('.').collect();
        match parts[..] {
            ["team_lead"] => Ok(Self::TeamLead),
            [kind, "owner"] => Ok(Self::Owner { kind: Kind::new(kind) }),
            [kind, "owner", "manager"] => Ok(Self::OwnersManager { kind: Kind::new(kind) }),
            [name] if !name.is_empty() => Ok(Self::Named(text)),
            _ => Err(serde::de::Error::custom(format!(
                "`{text}` does not name a person; write a person's id, `lead`, `lead.owner`, `lead.owner.manager` or `team_lead`"
            ))),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Who {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Who".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A person's id, the record (lead), lead.owner, lead.owner.manager or team_lead.",
            "pattern": "^[^.]+$|^[^.]*\\.owner(\\.manager)?$"
        })
    }
}
