//! What the API needs of a host besides the engine's ports, and which of them each router needs.

use std::{collections::BTreeSet, future::Future, pin::Pin, sync::Arc};

use domain::instant::Instant;
use engine::ports::{
    Bus, Clock, DeadLetters, Effects, Executions, Histories, Matches, Members, Playbooks, Pools, PortError, Queues,
    Tasks, Walk,
};
use serde::{Deserialize, Serialize};

/// What an API key may do. Each of `Read`, `Operate` and `Admin` includes the one before;
/// `Events` stands beside them, and `Admin` includes it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Send events.
    Events,
    /// See records, tasks, the outbox and the playbook.
    Read,
    /// Reassign, close, credit, complete, redrive, set time off.
    Operate,
    /// Publish, roll back, pause and resume.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Events, Self::Read, Self::Operate, Self::Admin];

    /// As the API and a store write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Read => "read",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }

    /// The scope that is written so.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// Whether holding `self` is enough where `wanted` is asked for.
    pub fn includes(self, wanted: Self) -> bool {
        self == wanted || (wanted == Self::Events && self == Self::Admin) || (wanted > Self::Events && self > wanted)
    }
}

/// A stored API key: never the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// [`crate::hash_key`] of the key.
    pub hash: String,
    /// Who uses it: shown as the author of what is done with it.
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
}

/// The answer of a look-up: none where there is nothing of that name.
pub type Found<'a, T> = Asked<'a, Option<T>>;

/// The API keys.
pub trait Keys: Send + Sync {
    /// The key with this hash, expired or not.
    fn find<'a>(&'a self, hash: &'a str) -> Found<'a, ApiKey>;

    /// The keys that can be added and removed while the host runs; none where they are set when it is deployed.
    fn kept(&self) -> Option<&dyn KeptKeys> {
        None
    }
}

/// An API key as a host keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// [`crate::hash_key`] of the key.
    pub hash: String,
    /// Its first letters, by which a person recognises it.
    pub prefix: String,
    /// Unique among those that are added here.
    pub name: String,
    pub scope: Scope,
    pub created_at: Instant,
}

/// What became of the wish to remove a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    Done,
    Unknown,
    /// It stays: no key of the scope `admin` would be left.
    LastAdmin,
}

/// The answer of a store of keys.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, PortError>> + Send + 'a>>;

/// The keys that a host keeps by itself.
pub trait KeptKeys: Send + Sync {
    /// Oldest first.
    fn all(&self) -> Asked<'_, Vec<KeptKey>>;

    /// False, and nothing is added, where a key has this name already.
    fn add(&self, key: KeptKey) -> Asked<'_, bool>;

    /// Takes all keys of this name back: they are not found any more.
    fn remove<'a>(&'a self, name: &'a str) -> Asked<'a, Removed>;
}

/// The secrets that forms name: `env:TYPEFORM_SECRET`, `ssm:/handoff/typeform`.
pub trait Secrets: Send + Sync {
    fn secret<'a>(&'a self, reference: &'a str) -> Found<'a, String>;
}

/// What a host gives besides the engine's ports. Behind pointers, because stores and queues
/// are one type of a host and these are another's.
#[derive(Clone)]
pub struct Trust {
    pub keys: Arc<dyn Keys>,
    pub secrets: Arc<dyn Secrets>,
    /// Names that nothing else gives, never the same twice: [`crate::fresh_id`] on a host,
    /// counted ones in a test.
    pub fresh_id: Arc<dyn Fn() -> String + Send + Sync>,
}

/// What intake needs of a host: it reads, and writes nothing but events.
pub trait IntakePorts: Bus + Histories + Playbooks + Clock + 'static {}

impl<P: Bus + Histories + Playbooks + Clock + 'static> IntakePorts for P {}

/// What the rest of the API needs of a host. It writes playbooks; everything else becomes a message.
pub trait ConsolePorts:
    Histories
    + Matches
    + Executions
    + Tasks
    + Effects
    + DeadLetters
    + Playbooks
    + Pools
    + Members
    + Walk
    + Queues
    + Clock
    + 'static
{
}

impl<
    P: Histories
        + Matches
        + Executions
        + Tasks
        + Effects
        + DeadLetters
        + Playbooks
        + Pools
        + Members
        + Walk
        + Queues
        + Clock
        + 'static,
> ConsolePorts for P
{
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(held: Scope, enough_for: &[Scope]) {
        for wanted in [Scope::Events, Scope::Read, Scope::Operate, Scope::Admin] {
            assert_eq!(held.includes(wanted), enough_for.contains(&wanted), "{held:?} for {wanted:?}");
        }
    }

    #[test]
    fn a_scope_includes_the_smaller_ones_and_events_stands_alone() {
        check(Scope::Events, &[Scope::Events]);
        check(Scope::Read, &[Scope::Read]);
        check(Scope::Operate, &[Scope::Read, Scope::Operate]);
        check(Scope::Admin, &[Scope::Events, Scope::Read, Scope::Operate, Scope::Admin]);
    }
}
