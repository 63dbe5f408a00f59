//! Histories told in sentences: what happened, who got it and why, why a workflow did or
//! did not start, and where a record stands now.
//!
//! For people who sell, not for programmers: names instead of ids, the organisation's wall
//! clock instead of UTC. Everything is computed from stored entries; nothing here decides.

mod assignment;
mod beside;
mod change;
mod credit;
mod event;
mod fact;
mod identity;
mod index;
mod now;
mod pool;
mod progress;
mod retention;
mod routing;
mod steps;
mod timeline;
mod update;
mod voice;
mod why;
mod work;

pub use assignment::{Explained, ExplainedCandidate, assignments};
pub use beside::{Beside, PutOff, refers_further_back, unsettled};
pub use credit::ExplainedCredit;
pub use now::{Standing, now, sentence_now};
pub use pool::{Ledger, LedgerLine, ledger};
pub use retention::sentence_deleted;
pub use routing::{ExplainedRule, Routed};
pub use steps::{StepLine, describe_steps};
pub use timeline::{Line, LineKind, timeline, timeline_of_part};
pub use voice::Voice;
pub use why::{Path, Question, Why, decided_in, why};
