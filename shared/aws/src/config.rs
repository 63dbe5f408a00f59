//! What a function is told by its environment, read once at cold start.
//!
//! Every variable is set by `infra/template.yaml` for every function alike and described in
//! `infra/README.md`. What a function may *use* is its role's matter, not its environment's.

use std::{collections::BTreeMap, env};

use console::{ApiKey, Scope};
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
    /// `HANDOFF_PUBLIC_URL`: the address providers post to, where it is not the API's own.
    pub public_url: Option<String>,
    /// `HANDOFF_BODY_LIMIT`: the largest body of a submission, in bytes.
    pub body_limit: Option<usize>,
    /// `HANDOFF_API_KEYS`: `name:scope:sha256` for each key, separated by commas.
    pub api_keys: Vec<ApiKey>,
    /// `HANDOFF_FORM_SECRETS`: a JSON object of the secrets that forms name as `env:NAME`.
    pub form_secrets: BTreeMap<String, String>,
}

/// The tables, one for each aggregate: `HANDOFF_<NAME>_TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    pub records: String,
    pub matches: String,
    pub executions: String,
    pub tasks: String,
    pub timers: String,
    pub sweep: String,
    pub pools: String,
    pub members: String,
    pub absences: String,
    pub effects: String,
    pub playbooks: String,
    pub dead_letters: String,
    pub attempts: String,
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

/// What is wrong with the environment. Values are never shown: some are secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable the function cannot do without.
    #[error("the environment variable {0} is not set; infra/template.yaml sets it")]
    Missing(String),
    /// What Lambda itself sets, from the function's role.
    #[error(
        "the environment variable {0} is not set; Lambda sets it, elsewhere export the credentials and region to use"
    )]
    NoAccount(String),
    /// What TLS knows AWS by.
    #[error(
        "this machine trusts no certificate authority: {0}; install ca-certificates, or name a file in SSL_CERT_FILE"
    )]
    NoAuthorities(String),
    #[error(
        "HANDOFF_API_KEYS cannot be read at key {0}; write name:scope:sha256, scope is events, read, operate or admin"
    )]
    ApiKeys(usize),
    #[error("HANDOFF_BODY_LIMIT cannot be read; write a number of bytes, such as 1048576")]
    BodyLimit,
    #[error("HANDOFF_FORM_SECRETS cannot be read; write a JSON object of texts")]
    FormSecrets,
}

impl Config {
    /// Reads the environment. Names the first variable that is missing or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| env::var(name).ok())
    }

    /// Reads variables from anywhere.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let optional = |name: &str| variable(name).filter(|value| !value.is_empty());
        let required = |name: &str| optional(name).ok_or_else(|| ConfigError::Missing(name.to_owned()));
        let pair = |name: &str| -> Result<QueuePair, ConfigError> {
            Ok(QueuePair {
                source: required(&format!("HANDOFF_{name}_QUEUE"))?,
                dead: required(&format!("HANDOFF_{name}_DEAD_QUEUE"))?,
            })
        };
        Ok(Self {
            tables: Tables {
                records: required("HANDOFF_RECORDS_TABLE")?,
                matches: required("HANDOFF_MATCHES_TABLE")?,
                executions: required("HANDOFF_EXECUTIONS_TABLE")?,
                tasks: required("HANDOFF_TASKS_TABLE")?,
                timers: required("HANDOFF_TIMERS_TABLE")?,
                sweep: required("HANDOFF_SWEEP_TABLE")?,
                pools: required("HANDOFF_POOLS_TABLE")?,
                members: required("HANDOFF_MEMBERS_TABLE")?,
                absences: required("HANDOFF_ABSENCES_TABLE")?,
                effects: required("HANDOFF_EFFECTS_TABLE")?,
                playbooks: required("HANDOFF_PLAYBOOKS_TABLE")?,
                dead_letters: required("HANDOFF_DEAD_LETTERS_TABLE")?,
                attempts: required("HANDOFF_ATTEMPTS_TABLE")?,
            },
            queues: Queues {
                evaluate: pair("EVALUATE")?,
                assign: pair("ASSIGN")?,
                act: pair("ACT")?,
                escalate: pair("ESCALATE")?,
            },
            bus: required("HANDOFF_BUS")?,
            ses_configuration_set: optional("HANDOFF_SES_CONFIGURATION_SET"),
            public_url: optional("HANDOFF_PUBLIC_URL"),
            body_limit: body_limit(optional("HANDOFF_BODY_LIMIT"))?,
            api_keys: api_keys(&optional("HANDOFF_API_KEYS").unwrap_or_default())?,
            form_secrets: form_secrets(&optional("HANDOFF_FORM_SECRETS").unwrap_or_default())?,
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

fn body_limit(text: Option<String>) -> Result<Option<usize>, ConfigError> {
    text.map(|text| text.parse().map_err(|_| ConfigError::BodyLimit)).transpose()
}

fn api_keys(text: &str) -> Result<Vec<ApiKey>, ConfigError> {
    let written = text.split(',').map(str::trim).filter(|key| !key.is_empty());
    written.enumerate().map(|(number, key)| api_key(key).ok_or(ConfigError::ApiKeys(number + 1))).collect()
}

fn api_key(text: &str) -> Option<ApiKey> {
    let mut parts = text.splitn(3, ':');
    let (name, scope, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let scope = Scope::named(scope)?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = is_hash.then(|| hash.to_ascii_lowercase())?;
    Some(ApiKey { hash, name: name.to_owned(), scopes: [scope].into(), expires_at: None })
}

fn form_secrets(text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(text).map_err(|_| ConfigError::FormSecrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    #[test]
    fn api_keys_are_read_and_a_wrong_one_is_named_by_its_place() {
        let keys = api_keys(&format!("ana:admin:{HASH}, site:events:{HASH}")).unwrap();
        assert_eq!(keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["ana", "site"]);
        assert_eq!(api_keys(""), Ok(Vec::new()));
        for wrong in ["ana:admin:12", "ana:root", &format!("ana:root:{HASH}")] {
            assert_eq!(api_keys(&format!("ana:read:{HASH},{wrong}")), Err(ConfigError::ApiKeys(2)), "{wrong}");
        }
    }

    #[test]
    fn form_secrets_are_an_object_of_texts() {
        assert_eq!(form_secrets(r#"{"TALLY":"s"}"#).unwrap()["TALLY"], "s");
        assert_eq!(form_secrets("TALLY=s"), Err(ConfigError::FormSecrets));
    }

    #[test]
    fn the_body_limit_is_a_number_of_bytes() {
        assert_eq!(body_limit(Some("1048576".to_owned())), Ok(Some(1_048_576)));
        assert_eq!(body_limit(None), Ok(None));
        assert_eq!(body_limit(Some("1 MiB".to_owned())), Err(ConfigError::BodyLimit));
    }

    #[test]
    fn a_missing_or_empty_variable_is_named() {
        let parsed = |name: &str| ["HANDOFF_API_KEYS", "HANDOFF_BODY_LIMIT", "HANDOFF_FORM_SECRETS"].contains(&name);
        let all = |name: &str| (!parsed(name)).then(|| name.to_lowercase());
        assert_eq!(Config::read(all).unwrap().queues.assign.dead, "handoff_assign_dead_queue");
        let without = |missing: &'static str| {
            move |name: &str| (!parsed(name)).then(|| if name == missing { "" } else { name }.to_owned())
        };
        assert_eq!(
            Config::read(without("HANDOFF_POOLS_TABLE")).unwrap_err().to_string(),
            "the environment variable HANDOFF_POOLS_TABLE is not set; infra/template.yaml sets it"
        );
        assert_eq!(Config::read(without("HANDOFF_SES_CONFIGURATION_SET")).unwrap().ses_configuration_set, None);
    }
}
