//! Group commit: many operations, one transaction, one `fsync`.
//!
//! ```text
//! begin ─ operation ─ operation ─ … ─ commit ─ answer ─ answer ─ …
//! ```
//! Nobody is answered before the commit. An operation whose condition is not met is an
//! answer like any other; one that fails does not take the others with it.
//!
//! Every promise of a port is "durable once it has returned", and an `fsync` costs more than all the rest. In groups,
//! throughput grows with the number of messages in flight, and no step has to know.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::Connection;

use crate::{
    failure::{Failure, Lost},
    place::Place,
};

/// How many operations one transaction takes at most, so that the first is not kept waiting.
const MOST: usize = 1024;

/// The connection that writes. Whoever runs a group lends it to one operation after the other.
pub(crate) type Writing = Arc<Mutex<Connection>>;

/// An operation that waits for its transaction.
pub(crate) type Job = Box<dyn FnOnce(&Writing) -> Ran + Send>;

/// Answers an operation's caller, with what took the operation back if something did.
pub(crate) type Answer = Box<dyn FnOnce(Option<&Lost>) + Send>;

/// An operation that ran and waits for the commit.
pub(crate) struct Ran {
    pub failed: bool,
    pub answer: Answer,
}

pub(crate) fn lend(connection: &Writing) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `first` and what `more` gives in one transaction, then answers all of them. Nothing is committed to a file
/// that is no longer in its `place`.
pub(crate) fn commit_together(
    connection: &Writing,
    place: Option<&Place>,
    first: Job,
    more: impl FnMut() -> Option<Job>,
) {
    let mut ran = Vec::new();
    let outcome = transact(connection, place, first, more, &mut ran);
    if outcome.is_err() {
        end_transaction(&lend(connection));
    }
    for ran in ran {
        (ran.answer)(outcome.as_ref().err());
    }
}

fn transact(
    connection: &Writing,
    place: Option<&Place>,
    first: Job,
    mut more: impl FnMut() -> Option<Job>,
    ran: &mut Vec<Ran>,
) -> Result<(), Lost> {
    // A rollback that failed would leave every later group inside the same transaction.
    end_transaction(&lend(connection));
    execute(&lend(connection), "BEGIN IMMEDIATE")?;
    let mut next = Some(first);
    while let Some(job) = next {
        // What an operation that panicked has written is unknown: nothing of the group stays, and its own
        // caller hears that there is no answer.
        let Ok(done) = catch_unwind(AssertUnwindSafe(|| job(connection))) else { return Err(Lost::TakenBack) };
        ran.push(done);
        // A full disk makes SQLite roll back by itself: what ran before is gone as well.
        if ran.last().is_some_and(|ran| ran.failed) && lend(connection).is_autocommit() {
            return Err(Lost::TakenBack);
        }
        next = if ran.len() < MOST { more() } else { None };
    }
    place.map_or(Ok(()), Place::check)?;
    execute(&lend(connection), "COMMIT")
}

/// Rolls back what is open, if anything is.
fn end_transaction(connection: &Connection) {
    if !connection.is_autocommit() {
        // Fails only if SQLite has rolled back by itself meanwhile.
        let _ = connection.execute_batch("ROLLBACK");
    }
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
            // Half of it is never committed: where it cannot be taken back, nothing of its group stays.
            if !connection.is_autocommit()
                && connection.execute_batch("ROLLBACK TO operation; RELEASE operation").is_err()
            {
                end_transaction(connection);
            }
            Err(failure)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    fn with_table(sql: &str) -> Writing {
        let connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch(sql).expect("made");
        Arc::new(Mutex::new(connection))
    }

    fn insert(number: i64, told: &Sender<(i64, bool)>) -> Job {
        let told = told.clone();
        Box::new(move |connection| {
            let failed = lend(connection).execute("INSERT INTO numbers VALUES (?1)", [number]).is_err();
            let answer = move |lost: Option<&Lost>| told.send((number, lost.is_none())).expect("the test listens");
            Ran { failed, answer: Box::new(answer) }
        })
    }

    fn panics() -> Job {
        Box::new(|connection| {
            lend(connection).execute("INSERT INTO numbers VALUES (99)", []).expect("inserted");
            panic!("a fault of ours");
        })
    }

    #[test]
    fn an_operation_that_panics_takes_its_group_back_and_nothing_after_it() {
        let connection = with_table("CREATE TABLE numbers (n)");
        let (told, answers) = channel();
        let mut more = vec![insert(2, &told), panics()];
        commit_together(&connection, None, insert(1, &told), || more.pop());
        assert!(lend(&connection).is_autocommit());
        commit_together(&connection, None, insert(3, &told), || None);
        drop((more, told));
        assert_eq!(answers.iter().collect::<Vec<_>>(), [(1, false), (3, true)]);
        let kept: i64 = lend(&connection).query_row("SELECT sum(n) FROM numbers", [], |row| row.get(0)).expect("read");
        assert_eq!(kept, 3);
    }

    #[test]
    fn a_transaction_that_was_left_open_does_not_stop_the_next_group() {
        let connection = with_table("CREATE TABLE numbers (n); BEGIN; INSERT INTO numbers VALUES (99)");
        let (told, answers) = channel();
        commit_together(&connection, None, insert(1, &told), || None);
        assert_eq!(answers.try_recv(), Ok((1, true)));
        let kept: i64 = lend(&connection).query_row("SELECT sum(n) FROM numbers", [], |row| row.get(0)).expect("read");
        assert_eq!(kept, 1);
    }

    #[test]
    fn an_operation_that_cannot_be_taken_back_takes_its_group_with_it() {
        let connection = with_table("CREATE TABLE numbers (n); BEGIN; INSERT INTO numbers VALUES (1)");
        let connection = lend(&connection);
        let half = |connection: &Connection| {
            connection.execute_batch("INSERT INTO numbers VALUES (2); RELEASE operation")?;
            Err::<(), _>(Failure::Refused("the other half".to_owned()))
        };
        assert!(matches!(atomically(&connection, half), Err(Failure::Refused(_))));
        assert!(connection.is_autocommit(), "half of it would be committed");
        let kept: i64 = connection.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)).expect("read");
        assert_eq!(kept, 0);
    }
}
