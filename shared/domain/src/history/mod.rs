//! One history per record: everything that can race about a record races on this list.
//!
//! An entry is appended on condition that its `seq` is free, which is lock, log and
//! dedupe in one write. The newest entry, as it is read, says it all: the record before it, and its changes.

mod came;
mod change;
mod clock;
mod deletion;
mod effect;
mod entry;
mod event;
mod execution;
mod fetching;
mod head;
mod kept;
mod owner;
mod record;
mod request;
mod rows;
mod snapshot;
mod submission;
mod task;
mod unmet;
mod version;
mod why;

pub use came::{Came, Recall};
pub use change::Change;
pub use deletion::{Deleted, Erase, left};
pub use effect::EffectChange;
pub use entry::{Entry, LinkedSeq};
pub use event::{EventChange, REPEAT_WINDOW_MILLIS};
pub use execution::ExecutionChange;
pub use fetching::Fetching;
pub use head::{Head, Seen};
pub use kept::KeptChange;
pub use owner::{Credit, Owner, OwnerChange};
pub use record::RecordChange;
pub use request::{Request, RequestChange, RequestKind, RequestState};
pub use rows::{ExecutionRow, ExecutionState, MatchRow, TaskRow, TaskState, TimerRow};
pub use snapshot::{SNAPSHOT_EVERY, Unreadable, entries_to_read, unfold, unfold_newest, unfold_what_is_left};
pub use submission::{Accepted, Edit, Submitted, Update, Updated, Version};
pub use task::TaskChange;
pub use unmet::Unmet;
pub use version::{ENTRY_VERSION, OtherVersion, Stored};
pub use why::{EndedHow, NotCreditedWhy, NotStartedWhy, WithdrawnWhy};
