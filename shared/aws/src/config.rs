//! What a function is told by its environment, read once at cold start.
//!
//! Every variable is set by `infra/template.yaml` for every function alike and described in
//! `infra/README.md`. What a function may *use* is its role's matter, not its environment's.

use std::env;

use engine::ports::Queue;

/// The names and addresses of what the template made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub tables: Tables,
    pub queues: Queues,
    /// `HANDOFF_BUS`: the event bus that carries what comes from outside.
    pub bus: String,
    /// `HANDOFF_SES_CONFIGURATION_SET`: the SES configuration set mail is sent with; empty for none.
    pub ses_configuration_set: Option<String>,
}

/// The tables, one for each aggregate: `HANDOFF_<NAME>_TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    pub records: String,
    pub executions: String,
    pub tasks: String,
    pub timers: String,
    pub sweep: String,
    pub pools: String,
    pub members: String,
    pub effects: String,
    pub playbooks: String,
    pub dead_letters: String,
}

/// The queues' URLs: `HANDOFF_<NAME>_QUEUE` and `HANDOFF_<NAME>_DEAD_QUEUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queues {
    pub evaluate: QueuePair,
    pub assign: QueuePair,
    pub act: QueuePair,
    pub escalate: QueuePair,
}

/// A queue and its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePair {
    pub source: String,
    pub dead: String,
}

/// A variable the function cannot do without.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {0} is not set; infra/template.yaml sets it")]
pub struct ConfigError(String);

impl Config {
    /// Reads the environment. Names the first variable that is missing or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| env::var(name).ok())
    }

    /// Reads variables from anywhere.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let optional = |name: &str| variable(name).filter(|value| !value.is_empty());
        let required = |name: &str| optional(name).ok_or_else(|| ConfigError(name.to_owned()));
        let pair = |name: &str| -> Result<QueuePair, ConfigError> {
            Ok(QueuePair {
                source: required(&format!("HANDOFF_{name}_QUEUE"))?,
                dead: required(&format!("HANDOFF_{name}_DEAD_QUEUE"))?,
            })
        };
        Ok(Self {
            tables: Tables {
                records: required("HANDOFF_RECORDS_TABLE")?,
                executions: required("HANDOFF_EXECUTIONS_TABLE")?,
                tasks: required("HANDOFF_TASKS_TABLE")?,
                timers: required("HANDOFF_TIMERS_TABLE")?,
                sweep: required("HANDOFF_SWEEP_TABLE")?,
                pools: required("HANDOFF_POOLS_TABLE")?,
                members: required("HANDOFF_MEMBERS_TABLE")?,
                effects: required("HANDOFF_EFFECTS_TABLE")?,
                playbooks: required("HANDOFF_PLAYBOOKS_TABLE")?,
                dead_letters: required("HANDOFF_DEAD_LETTERS_TABLE")?,
            },
            queues: Queues {
                evaluate: pair("EVALUATE")?,
                assign: pair("ASSIGN")?,
                act: pair("ACT")?,
                escalate: pair("ESCALATE")?,
            },
            bus: required("HANDOFF_BUS")?,
            ses_configuration_set: optional("HANDOFF_SES_CONFIGURATION_SET"),
        })
    }
}

impl Queues {
    pub fn of(&self, queue: Queue) -> &QueuePair {
        match queue {
            Queue::Evaluate => &self.evaluate,
            Queue::Assign => &self.assign,
            Queue::Act => &self.act,
            Queue::Escalate => &self.escalate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_empty_variable_is_named() {
        let all = |name: &str| Some(name.to_lowercase());
        assert_eq!(Config::read(all).unwrap().queues.assign.dead, "handoff_assign_dead_queue");
        let without =
            |missing: &'static str| move |name: &str| Some(if name == missing { "" } else { name }.to_owned());
        assert_eq!(
            Config::read(without("HANDOFF_POOLS_TABLE")).unwrap_err().to_string(),
            "the environment variable HANDOFF_POOLS_TABLE is not set; infra/template.yaml sets it"
        );
        assert_eq!(Config::read(without("HANDOFF_SES_CONFIGURATION_SET")).unwrap().ses_configuration_set, None);
    }
}
