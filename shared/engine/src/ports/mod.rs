//! What the engine needs from a host: one small trait for each stored thing.
//!
//! Every method says what holds once it has returned and what may happen twice. All of
//! them can be repeated safely. The contract tests run the same suite on every adapter.

mod dead_letters;
mod effects;
mod histories;
mod letter;
mod mailbox;
mod mailer;
mod playbooks;
mod pools;
mod queues;
mod retention;
mod rows;

pub use dead_letters::{DeadLetter, DeadLetterId, DeadLetters, Dlq, Letter, Queue};
pub use effects::{Claim, EffectRow, EffectState, Effects, Rendered};
pub use histories::{Append, Histories, Look};
pub use letter::encoded_words;
pub use mailbox::{Mailbox, one_line, quoted};
pub use mailer::{Mail, MailError, Mailer};
pub use playbooks::{Activation, Active, Playbooks, Published, Restored};
pub use pools::{Absences, Members, PoolVersion, Pools, Saved};
pub use queues::{Bus, Delayed, Queues};
pub use retention::{Erase, Round, Rounds, Walk};
pub use rows::{Cursor, ExecutionFilter, Executions, Matches, Page, Swept, TaskFilter, Tasks, Timers, Watermark};

use domain::instant::Instant;

/// Why a port could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// The store or queue did not answer, or not in time. Whether a write was applied is not known.
    #[error("{operation} did not succeed")]
    Unavailable {
        operation: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What is stored cannot be read by this release.
    #[error("{operation} found something this release cannot read")]
    Unreadable {
        operation: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store does not take it as things stand, such as an item larger than it can hold.
    #[error("{operation} was refused: {why}")]
    Refused { operation: &'static str, why: String },
    /// The cursor is none that this list has given out.
    #[error("{operation} was given a cursor that is not its own")]
    ForeignCursor { operation: &'static str },
}

/// Where JSON is not what a type of ours writes. What stands there is left out: errors are logged,
/// and it may be what somebody sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what this release writes, at line {line} column {column}")]
pub struct NotOurJson {
    pub line: usize,
    pub column: usize,
}

impl From<&serde_json::Error> for NotOurJson {
    fn from(error: &serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column() }
    }
}

/// An error with everything that led to it, in one line.
pub fn in_full(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}

impl PortError {
    pub fn unavailable(operation: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable { operation, source: source.into() }
    }

    pub fn unreadable(operation: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreadable { operation, source: source.into() }
    }
}

/// The host's clock. Decisions get its reading as an argument.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}
