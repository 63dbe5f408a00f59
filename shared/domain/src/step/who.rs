//! People as a workflow names them. Who that is, is decided when the step runs.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::Kind;

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
