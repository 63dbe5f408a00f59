//! A whole and consistent copy of a file, made while another process writes to it, or none does.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use domain::instant::Instant;
use engine::ports::{PortError, Restored};
use rusqlite::{Connection, OpenFlags, params};

use crate::{
    beside, life,
    lock::{LockError, lock},
    private::readable_by_owner,
    restored,
    schema::{SchemaError, bring_up},
};

/// Why a backup was not made or not put back. Whatever was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is there already; name a file that is not", .0.display())]
    There(PathBuf),
    #[error("{} cannot be read or written", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} cannot be copied", path.display())]
    Copy {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    #[error("{} cannot be used", path.display())]
    Schema {
        path: PathBuf,
        #[source]
        source: SchemaError,
    },
    #[error("the copy cannot be marked as one")]
    Mark(#[source] PortError),
    #[error("{} is damaged: {found}", path.display())]
    Damaged { path: PathBuf, found: String },
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// Copies the store in `data` to `to`, as it is at one moment, and marks the copy: those who open it find
/// everything outbound held. Needs no running host, and disturbs none.
pub fn back_up(data: &Path, to: &Path, now: Instant) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::There(to.to_owned()));
    }
    let part = beside(to, ".part");
    let made = copy(data, &part).and_then(|()| mark(&part, Some(now))).and_then(|()| finish(&part, to));
    if made.is_err() {
        // What is half made is of no use, and was never there if it cannot be removed.
        let _ = fs::remove_file(&part);
    }
    made
}

/// Puts a backup in the place of a store that no host has open. What was there is renamed, not removed:
/// the path it has now, if there was anything.
pub fn restore(from: &Path, data: &Path, now: Instant) -> Result<Option<PathBuf>, BackupError> {
    check(from)?;
    let _lock = lock(data)?;
    let part = beside(data, ".part");
    copy(from, &part)?;
    mark(&part, None)?;
    let aside = set_aside(data, now).map_err(|source| unusable(data, source))?;
    finish(&part, data)?;
    Ok(aside)
}

fn copy(data: &Path, to: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::Copy { path: data.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(data, flags).map_err(failed)?;
    make_private(to).map_err(|source| unusable(to, source))?;
    connection.execute("VACUUM INTO ?1", params![to.to_string_lossy()]).map_err(failed)?;
    Ok(())
}

/// A new, empty file that only its owner may read: it will hold what everybody wrote.
fn make_private(path: &Path) -> io::Result<File> {
    // One that an interrupted backup left.
    let _ = fs::remove_file(path);
    readable_by_owner(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// `as_of`: when the copy was taken; without it, and without a mark from then, its newest entry tells.
fn mark(copy: &Path, as_of: Option<Instant>) -> Result<(), BackupError> {
    let connection = Connection::open(copy).map_err(|source| BackupError::Copy { path: copy.to_owned(), source })?;
    bring_up(&connection).map_err(|source| BackupError::Schema { path: copy.to_owned(), source })?;
    let marked = restored::newest_entry(&connection).and_then(|newest| {
        restored::mark(&connection, &Restored { as_of: as_of.or(newest), ..Restored::default() })?;
        Ok(life::end(&connection)?)
    });
    marked.map_err(|failure| BackupError::Mark(failure.into_port("marking a backup")))
}

/// Durable first, then under its own name: half a backup never has it.
fn finish(part: &Path, to: &Path) -> Result<(), BackupError> {
    let done = File::open(part).and_then(|file| file.sync_all()).and_then(|()| fs::rename(part, to));
    done.map_err(|source| unusable(to, source))
}

fn check(path: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::Copy { path: path.to_owned(), source };
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
    if found == "ok" { Ok(()) } else { Err(BackupError::Damaged { path: path.to_owned(), found }) }
}

/// The file with its log goes aside together: a log must never meet another file.
fn set_aside(data: &Path, now: Instant) -> io::Result<Option<PathBuf>> {
    let aside = beside(data, &format!(".before-{}", now.as_millis()));
    // The lock makes an empty file where there was none.
    match fs::metadata(data) {
        Ok(there) if there.len() == 0 => return fs::remove_file(data).map(|()| None),
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    for ending in ["-wal", "-shm", ""] {
        let from = beside(data, ending);
        if from.exists() {
            fs::rename(&from, beside(&aside, ending))?;
        }
    }
    Ok(Some(aside))
}

fn unusable(path: &Path, source: io::Error) -> BackupError {
    BackupError::File { path: path.to_owned(), source }
}
