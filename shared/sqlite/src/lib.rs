//! The engine's ports on one SQLite file, or in memory for simulation and tests.
//!
//! One process owns a file. Writes are committed in groups and answered only once they are
//! durable; reads see every write that was answered. Nothing here decides anything: what a
//! port promises is in `engine::ports`, what is decided is in `domain`.

mod api_keys;
mod backlog;
mod backup;
mod bus;
mod clock;
mod commit;
mod connection;
mod damage;
mod dead_letters;
mod dlq;
mod effects;
mod executions;
mod failure;
mod health;
mod histories;
mod kept;
mod life;
mod lock;
mod log;
mod mailer;
mod matches;
mod members;
mod newest;
mod notes;
mod page;
mod parts;
mod place;
mod playbooks;
mod pools;
mod private;
mod queue;
mod queues;
mod readers;
mod remembered;
mod restored;
mod retention;
mod schema;
mod space;
mod store;
mod tasks;
mod timers;
mod unit;
mod watermark;
mod writer;

pub use api_keys::ApiKey;
pub use backup::{BackupError, back_up, restore};
pub use clock::{ManualClock, SystemClock};
pub use health::{Ailment, Warning};
pub use lock::LockError;
pub use log::Log;
pub use queue::{Depth, MAX_RECEIVES, Receipt, Received};
pub use schema::SchemaError;
pub use store::{OpenError, Store};
pub use unit::Next;

/// The path of what lies beside a file: its log, its lock, its note.
fn beside(path: &std::path::Path, ending: &str) -> std::path::PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(ending);
    beside.into()
}
