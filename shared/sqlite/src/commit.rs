//! Group commit: many operations, one transaction, one `fsync`.
//!
//! ```text
//! begin ─ operation ─ operation ─ … ─ commit ─ answer ─ answer ─ …
//! ```
//! Nobody is answered before the commit. An operation whose condition is not met is an
//! answer like any other; one that fails does not take the others with it.

use std::sync::Arc;

use rusqlite::Connection;

use crate::failure::{Failure, Lost};

/// How many operations one transaction takes at most, so that the first is not kept waiting.
const MOST: usize = 1024;

/// An operation that waits for its transaction.
pub(crate) type Job = Box<dyn FnOnce(&Connection) -> Ran + Send>;

/// Answers an operation's caller, with what took the operation back if something did.
pub(crate) type Answer = Box<dyn FnOnce(Option<&Lost>) + Send>;

/// An operation that ran and waits for the commit.
pub(crate) struct Ran {
    pub failed: bool,
    pub answer: Answer,
}

/// Runs `first` and what `more` gives in one transaction, then answers all of them.
pub(crate) fn commit_together(connection: &Connection, first: Job, more: impl FnMut() -> Option<Job>) {
    let mut ran = Vec::new();
    let outcome = transact(connection, first, more, &mut ran);
    if outcome.is_err() && !connection.is_autocommit() {
        // Fails only if SQLite has rolled back already.
        let _ = connection.execute_batch("ROLLBACK");
    }
    for ran in ran {
        (ran.answer)(outcome.as_ref().err());
    }
}

fn transact(
    connection: &Connection,
    first: Job,
    mut more: impl FnMut() -> Option<Job>,
    ran: &mut Vec<Ran>,
) -> Result<(), Lost> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let mut next = Some(first);
    while let Some(job) = next {
        ran.push(job(connection));
        // A full disk makes SQLite roll back by itself: what ran before is gone as well.
        if ran.last().is_some_and(|ran| ran.failed) && connection.is_autocommit() {
            return Err(Lost::TakenBack);
        }
        next = if ran.len() < MOST { more() } else { None };
    }
    execute(connection, "COMMIT")
}

fn execute(connection: &Connection, sql: &str) -> Result<(), Lost> {
    let done = connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    done.map(|_| ()).map_err(|error| Lost::NotCommitted(Arc::new(error)))
}

/// Runs several statements so that they hold together: all of them, or none if one fails.
pub(crate) fn atomically<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    connection.prepare_cached("SAVEPOINT operation")?.execute([])?;
    match work(connection) {
        Ok(value) => {
            connection.prepare_cached("RELEASE operation")?.execute([])?;
            Ok(value)
        }
        Err(failure) => {
            if !connection.is_autocommit() {
                connection.execute_batch("ROLLBACK TO operation; RELEASE operation")?;
            }
            Err(failure)
        }
    }
}
