//! SQLite in memory keeps every promise.

use std::sync::Arc;

use contracts::samples::at;
use sqlite::{ManualClock, Store};

async fn fresh() -> (Store, ()) {
    (Store::in_memory(Arc::new(ManualClock::new(at(0)))), ())
}

contracts::every_contract!(crate::fresh);
