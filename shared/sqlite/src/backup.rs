//! A whole and consistent copy of a file, made while another process writes to it, or none does.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use domain::instant::Instant;
use engine::ports::{PortError, Restored};
use rusqlite::{Connection, OpenFlags, params};

use crate::{
    beside, life,
    lock::{LockError, holder, lock},
    parts,
    place::rescue,
    restored,
    schema::{SchemaError, bring_up, recognise},
    space::let_give_back,
};

/// Why a backup was not made or not put back. Whatever was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is there already; name a file that is not", .0.display())]
    There(PathBuf),
    #[error("there is no file {}", .0.display())]
    Absent(PathBuf),
    #[error(
        "{} does not lie there, or is another file: the one that process {holder} has open was deleted, moved or \
         replaced. If it was moved, move it back. If it is gone, save it before that process stops: {how}; then stop \
         the process and start the host again",
        path.display()
    )]
    Gone { path: PathBuf, holder: u32, how: String },
    #[error("{} is the data itself; name a backup of it", .0.display())]
    Itself(PathBuf),
    #[error("{} is empty; it is no backup", .0.display())]
    Empty(PathBuf),
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
    refuse_gone(data)?;
    made_beside(to, |part| {
        copy(data, part)?;
        mark(part, data, Some(now))?;
        finish(part, to)
    })
}

/// Puts a backup in the place of a store that no host has open. What was there is renamed, not removed:
/// the path it has now, if there was anything.
pub fn restore(from: &Path, data: &Path, now: Instant) -> Result<Option<PathBuf>, BackupError> {
    if from.canonicalize().is_ok_and(|from| data.canonicalize().is_ok_and(|data| from == data)) {
        return Err(BackupError::Itself(from.to_owned()));
    }
    check(from)?;
    let _lock = lock(data)?;
    made_beside(data, |part| {
        copy(from, part)?;
        mark(part, from, None)?;
        let aside = set_aside(data, now).map_err(|source| unusable(data, source))?;
        finish(part, data)?;
        Ok(aside)
    })
}

/// The file that a running host has open may have been deleted or replaced. Whatever is under its name then is not the
/// host's data, so no copy of it is made.
fn refuse_gone(data: &Path) -> Result<(), BackupError> {
    let is_theirs = data.exists() && life::is_noted(data);
    let Some(holder) = Some(data).filter(|_| !is_theirs).and_then(holder) else { return Ok(()) };
    let how = rescue(data, holder);
    let how = if how.is_empty() { format!("its files are open under /proc/{holder}/fd") } else { how };
    Err(BackupError::Gone { path: data.to_owned(), holder, how })
}

/// Gives `make` a name of its own beside `to`, so that two at a time are not in each other's way, and removes what
/// is half made there: it is of no use. So it does with what a killed process left.
fn made_beside<T>(to: &Path, make: impl FnOnce(&Path) -> Result<T, BackupError>) -> Result<T, BackupError> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    parts::remove_left(to);
    let part = beside(to, &format!(".{}-{number}{}", std::process::id(), parts::ENDING));
    let _part = parts::begin(&part).map_err(|source| unusable(&part, source))?;
    let made = make(&part);
    // Under its own name, or never there.
    let _ = fs::remove_file(&part);
    made
}

fn copy(data: &Path, to: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::Copy { path: data.to_owned(), source };
    if !data.exists() {
        return Err(BackupError::Absent(data.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(data, flags).map_err(failed)?;
    let_give_back(&connection).map_err(failed)?;
    connection.execute("VACUUM INTO ?1", params![to.to_string_lossy()]).map_err(failed)?;
    Ok(())
}

/// `as_of`: when the copy was taken; without it, and without a mark from then, its newest entry tells.
/// `of`: what it is a copy of.
fn mark(copy: &Path, of: &Path, as_of: Option<Instant>) -> Result<(), BackupError> {
    let connection = Connection::open(copy).map_err(|source| BackupError::Copy { path: of.to_owned(), source })?;
    bring_up(&connection).map_err(|source| BackupError::Schema { path: of.to_owned(), source })?;
    let marked = restored::newest_entry(&connection).and_then(|newest| {
        restored::mark(&connection, &Restored { as_of: as_of.or(newest), ..Restored::default() })?;
        Ok(life::end(&connection)?)
    });
    marked.map_err(|failure| BackupError::Mark(failure.into_port("marking a backup")))
}

/// Durable first, then under its own name, which nothing else has: half a backup never has it, and of two that are
/// made at once the first.
fn finish(part: &Path, to: &Path) -> Result<(), BackupError> {
    let named = File::open(part).and_then(|file| file.sync_all()).and_then(|()| match fs::hard_link(part, to) {
        // A file system that has no links.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(part, to),
        linked => linked,
    });
    named.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => BackupError::There(to.to_owned()),
        _ => unusable(to, source),
    })
}

fn check(path: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::Copy { path: path.to_owned(), source };
    match fs::metadata(path) {
        Ok(there) if there.len() == 0 => return Err(BackupError::Empty(path.to_owned())),
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Err(BackupError::Absent(path.to_owned())),
        _ => {}
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    recognise(&connection).map_err(|source| match source {
        SchemaError::Sql(source) => failed(source),
        source => BackupError::Schema { path: path.to_owned(), source },
    })?;
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
    if found == "ok" { Ok(()) } else { Err(BackupError::Damaged { path: path.to_owned(), found }) }
}

/// The file with its log goes aside together: a log must never meet another file.
fn set_aside(data: &Path, now: Instant) -> io::Result<Option<PathBuf>> {
    let aside = beside(data, &format!(".before-{}", now.as_millis()));
    // The lock makes an empty file where there was none.
    if fs::metadata(data).is_ok_and(|there| there.len() == 0) {
        fs::remove_file(data)?;
    }
    let mut is_any = false;
    for ending in ["-wal", "-shm", ""] {
        let from = beside(data, ending);
        if from.exists() {
            fs::rename(&from, beside(&aside, ending))?;
            is_any = true;
        }
    }
    Ok(is_any.then_some(aside))
}

fn unusable(path: &Path, source: io::Error) -> BackupError {
    BackupError::File { path: path.to_owned(), source }
}
