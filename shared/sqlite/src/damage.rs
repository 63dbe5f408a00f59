//! Whether a file's tables are whole, looked at when it is opened: a damaged one would answer some
//! questions wrongly, and nobody would notice.

use std::{
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode};

/// What was looked at in the time there was.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Whole,
    /// These tables would have taken longer.
    NotChecked(Vec<String>),
    /// In SQLite's words.
    Damaged(String),
}

/// How often a check that has had its time is interrupted: an interrupt between two statements has no effect.
const AGAIN: Duration = Duration::from_millis(1);

/// Checks table by table, the one that grows most last.
pub(crate) fn look(connection: &Connection, within: Duration) -> Result<Found, rusqlite::Error> {
    match tables(connection).and_then(|tables| each(connection, &tables, within)) {
        Err(error) if is_damage(&error) => Ok(Found::Damaged(error.to_string())),
        found => found,
    }
}

pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}

fn tables(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name = 'entries', name";
    let mut select = connection.prepare(sql)?;
    select.query_map([], |row| row.get(0))?.collect()
}

/// Checks the tables in their order, and interrupts the one that is being checked when the time is over.
fn each(connection: &Connection, tables: &[String], within: Duration) -> Result<Found, rusqlite::Error> {
    let until = Instant::now() + within;
    let (done, waiting) = channel::<()>();
    let interrupt = connection.get_interrupt_handle();
    let clock = thread::Builder::new().name("store-check".into()).spawn(move || {
        let mut wait = within;
        // Ends when the other end is dropped.
        while waiting.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            interrupt.interrupt();
            wait = AGAIN;
        }
    });
    let mut found = Ok(Found::Whole);
    for (place, table) in tables.iter().enumerate() {
        found = match Instant::now() < until {
            true => one(connection, table),
            false => Ok(None),
        }
        .map(|found| found.unwrap_or_else(|| Found::NotChecked(tables[place..].to_vec())));
        if found != Ok(Found::Whole) {
            break;
        }
    }
    drop(done);
    if let Ok(clock) = clock {
        let _ = clock.join();
    }
    found
}

/// Whether a table is whole; none where the check was interrupted.
fn one(connection: &Connection, table: &str) -> Result<Option<Found>, rusqlite::Error> {
    let check = format!("PRAGMA quick_check(\"{}\")", table.replace('"', "\"\""));
    match connection.query_row(&check, [], |row| row.get::<_, String>(0)) {
        Ok(said) if said == "ok" => Ok(Some(Found::Whole)),
        Ok(said) => Ok(Some(Found::Damaged(format!("table {table}: {said}")))),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_time_nothing_is_called_whole() {
        let connection = Connection::open_in_memory().expect("memory");
        let many = "CREATE TABLE a (x); CREATE TABLE entries (x); CREATE INDEX entries_x ON entries (x);
                    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000)
                    INSERT INTO entries SELECT x FROM n;";
        connection.execute_batch(many).expect("made");
        assert_eq!(look(&connection, Duration::from_secs(600)), Ok(Found::Whole));
        let Ok(Found::NotChecked(left)) = look(&connection, Duration::ZERO) else { panic!("there was no time") };
        assert_eq!(left.last().map(String::as_str), Some("entries"));
    }
}
