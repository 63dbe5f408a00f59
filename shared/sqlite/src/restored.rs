//! A store that was put back from a copy: nothing leaves until somebody has seen what may have left since.

use domain::{decide::Paused, instant::Instant};
use engine::ports::Restored;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{failure::Failure, playbooks};

/// Marks a file as a copy, as of so far, unless it is marked already.
pub(crate) fn mark(connection: &Connection, restored: &Restored) -> Result<(), Failure> {
    let sql = "INSERT INTO restored (id, body) VALUES (1, ?1) ON CONFLICT DO NOTHING";
    connection.execute(sql, params![serde_json::to_string(restored)?])?;
    Ok(())
}

pub(crate) fn read(connection: &Connection) -> Result<Option<Restored>, Failure> {
    let mut select = connection.prepare_cached("SELECT body FROM restored")?;
    let body: Option<String> = select.query_row([], |row| row.get(0)).optional()?;
    Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
}

/// Holds everything of a marked file, the first time it is opened.
pub(crate) fn hold(connection: &Connection, now: Instant) -> Result<(), Failure> {
    let Some(mut restored) = read(connection)?.filter(|restored| restored.found_at.is_none()) else { return Ok(()) };
    restored.found_at = Some(now);
    restored.paused_before = playbooks::paused(connection)?;
    playbooks::pause(connection, &serde_json::to_string(&Paused::Everything)?)?;
    connection.execute("UPDATE restored SET body = ?1", params![serde_json::to_string(&restored)?])?;
    Ok(())
}

/// Once not everything is held any more, it is a store like any other.
pub(crate) fn forget(connection: &Connection) -> Result<(), Failure> {
    connection.prepare_cached("DELETE FROM restored")?.execute([])?;
    Ok(())
}

/// When the newest entry was written: a copy that nobody dated is at least as old.
pub(crate) fn newest_entry(connection: &Connection) -> Result<Option<Instant>, Failure> {
    let sql = "SELECT at FROM entries ORDER BY rowid DESC LIMIT 1";
    Ok(connection.query_row(sql, [], |row| row.get(0)).optional()?.map(Instant::from_millis))
}
