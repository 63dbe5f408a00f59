//! The tables, and the version of them that a file has.
//!
//! Bodies are the JSON that the ports' types write; a column stands beside a body only where
//! something is found or ordered by it.

use rusqlite::Connection;

/// "HAND", so that another program's file is recognised.
const APPLICATION_ID: i32 = 0x4841_4e44;

/// What takes a file from each version to the next. The newest version is their number.
const STEPS: [&str; 7] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
];

/// Why a file's tables cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("it was written by a newer release (format {found}, this release reads up to {known}); run that release")]
    Newer { found: usize, known: usize },
    #[error("it is not a file of Handoff; name another one")]
    Foreign,
    #[error("it holds no table of entries, and without them it is no store")]
    NoEntries,
    #[error("its tables could not be read or made")]
    Sql(#[from] rusqlite::Error),
}

/// Brings a file to the newest version, making its tables if it is empty.
pub(crate) fn bring_up(connection: &Connection) -> Result<(), SchemaError> {
    let is_empty = number(connection, "PRAGMA user_version")? == 0
        && number(connection, "SELECT count(*) FROM sqlite_schema")? == 0;
    let version = if is_empty { 0 } else { version(connection)? };
    for (from, step) in STEPS.iter().enumerate().skip(version) {
        let to = from + 1;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {step}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {to}; COMMIT;"
        ))?;
    }
    Ok(())
}

/// Refuses a file that is no store: one that is empty, another program's, or without its entries.
pub(crate) fn recognise(connection: &Connection) -> Result<(), SchemaError> {
    version(connection)?;
    let entries = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'entries'";
    if number(connection, entries)? == 0 { Err(SchemaError::NoEntries) } else { Ok(()) }
}

/// The version of the tables of a file of ours.
fn version(connection: &Connection) -> Result<usize, SchemaError> {
    if number(connection, "PRAGMA application_id")? != i64::from(APPLICATION_ID) {
        return Err(SchemaError::Foreign);
    }
    let version = usize::try_from(number(connection, "PRAGMA user_version")?).map_err(|_| SchemaError::Foreign)?;
    if version > STEPS.len() {
        return Err(SchemaError::Newer { found: version, known: STEPS.len() });
    }
    Ok(version)
}

fn number(connection: &Connection, sql: &str) -> Result<i64, SchemaError> {
    let number = connection.query_row(sql, [], |row| row.get(0));
    number.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => SchemaError::Foreign,
        _ => SchemaError::Sql(error),
    })
}
