//! How a connection is set up: durable, and with its prepared statements kept.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::space::let_give_back;

/// More than there are statements in this crate.
const STATEMENTS_KEPT: usize = 128;

/// For the writer: creates the file if there is none.
pub(crate) fn for_writing(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = prepared(Connection::open(path)?)?;
    let_give_back(&connection)?;
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
    // Otherwise SQLite compiles a statement again for every value that its LIMIT is bound to.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_compiled_once_whatever_it_is_bound_to() {
        let connection = in_memory().expect("memory");
        connection.execute_batch("CREATE TABLE numbers (n)").expect("made");
        let mut select = connection.prepare("SELECT n FROM numbers LIMIT ?1").expect("compiled");
        for most in 1..4 {
            assert!(!select.exists([most]).expect("read"));
        }
        assert_eq!(select.get_status(StatementStatus::RePrepare), 0);
    }
}
