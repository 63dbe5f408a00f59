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
    #[error("its tables could not be read or made")]
    Sql(#[from] rusqlite::Error),
}

/// Brings a file to the newest version, making its tables if it is empty.
pub(crate) fn bring_up(connection: &Connection) -> Result<(), SchemaError> {
    let version = number(connection, "PRAGMA user_version")?;
    let version = usize::try_from(version).map_err(|_| SchemaError::Foreign)?;
    let tables = number(connection, "SELECT count(*) FROM sqlite_schema")?;
    let is_empty = version == 0 && tables == 0;
    if !is_empty && number(connection, "PRAGMA application_id")? != i64::from(APPLICATION_ID) {
        return Err(SchemaError::Foreign);
    }
    if version > STEPS.len() {
        return Err(SchemaError::Newer { found: version, known: STEPS.len() });
    }
    for (from, step) in STEPS.iter().enumerate().skip(version) {
        let to = from + 1;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {step}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {to}; COMMIT;"
        ))?;
    }
    Ok(())
}

fn number(connection: &Connection, sql: &str) -> Result<i64, SchemaError> {
    let number = connection.query_row(sql, [], |row| row.get(0));
    number.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => SchemaError::Foreign,
        _ => SchemaError::Sql(error),
    })
}
