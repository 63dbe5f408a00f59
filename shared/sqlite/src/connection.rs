//! How a connection is set up: durable, and with its prepared statements kept.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// More than there are statements in this crate.
const STATEMENTS_KEPT: usize = 128;

/// For the writer: creates the file if there is none.
pub(crate) fn for_writing(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = prepared(Connection::open(path)?)?;
    // FULL: a commit is answered only once the log is on the disk.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
         PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8192;",
    )?;
    Ok(connection)
}

pub(crate) fn for_reading(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = prepared(Connection::open_with_flags(path, flags)?)?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -1024;")?;
    Ok(connection)
}

pub(crate) fn in_memory() -> Result<Connection, rusqlite::Error> {
    prepared(Connection::open_in_memory()?)
}

fn prepared(connection: Connection) -> Result<Connection, rusqlite::Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}
