//! One history per record: everything that can race about a record races on this list.
//!
//! An entry is appended on condition that its `seq` is free, which is lock, log and
//! dedupe in one write. The newest entry says it all: the record before it, and its changes.

mod assigned;
mod change;
mod clock;
mod deletion;
mod entry;
mod fetching;
mod head;
mod request;
mod rows;
mod submission;
mod version;
mod why;

pub use change::Change;
pub use deletion::{Deleted, Erase, left};
pub use entry::{Entry, LinkedSeq};
pub use fetching::Fetching;
pub use head::{Credit, Head, Owner, REPEAT_WINDOW_MILLIS, Seen};
pub use request::{Request, RequestKind, RequestState};
pub use rows::{ExecutionRow, ExecutionState, MatchRow, TaskRow, TaskState, TimerRow};
pub use submission::{Accepted, Edit, Submitted, Update, Updated, Version};
pub use version::{ENTRY_VERSION, OtherVersion};
pub use why::{EndedHow, NotCreditedWhy, NotStartedWhy, WithdrawnWhy};
