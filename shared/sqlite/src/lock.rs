//! One process per file, by whatever path it is reached. Locks go with the process, however it ends.
//!
//! The file itself is locked (`flock`, which SQLite's own locks know nothing of), so that a symbolic
//! or hard link, a bind mount or another spelling of the path leads to the same lock. A file beside
//! it, `<path>.lock`, is locked as well: it names the process, and releases before this one look
//! at nothing else. On systems other than Linux `flock` would stand in SQLite's way: there only
//! the file beside the resolved path is locked.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{beside, place::FileId, private};

/// The right to open a file, until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _beside: Vec<File>,
    _itself: Option<Itself>,
}

/// Why a file could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("{} is in use by another process ({holder}); stop that one, or name another file", path.display())]
    InUse { path: PathBuf, holder: String },
    #[error("{} cannot be opened; check that its folder exists and may be written to", path.display())]
    Unusable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// Locks `path`, making an empty file if there is none.
pub(crate) fn lock(path: &Path) -> Result<Lock, LockError> {
    let unusable = |source| LockError::Unusable { path: path.to_owned(), source };
    let real = resolved(path).map_err(unusable)?;
    let mut beside = vec![lock_beside(path, path)?];
    if real != path && lock_path(&real).canonicalize().ok() != lock_path(path).canonicalize().ok() {
        beside.push(lock_beside(&real, path)?);
    }
    let itself = if cfg!(target_os = "linux") { Some(lock_itself(&real, path)?) } else { None };
    Ok(Lock { _beside: beside, _itself: itself })
}

/// Beside the file as it was named, and where links lead.
pub(crate) fn lock_path(path: &Path) -> PathBuf {
    beside(path, ".lock")
}

/// Where a path leads. Its last part may not be there yet.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default()))
}

fn lock_beside(path: &Path, named: &Path) -> Result<File, LockError> {
    let unusable = |source| LockError::Unusable { path: named.to_owned(), source };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = private::readable_by_owner(&mut options).open(lock_path(path)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).and_then(|()| write!(file, "process {}", std::process::id())).map_err(unusable)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            Err(LockError::InUse { path: named.to_owned(), holder })
        }
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}

/// The files that this process has locked. Closing a second handle on one of them would take away the
/// locks that SQLite holds on it, so it is not even opened.
static HELD: Mutex<Vec<FileId>> = Mutex::new(Vec::new());

/// A locked file.
#[derive(Debug)]
struct Itself {
    _file: File,
    id: FileId,
}

impl Drop for Itself {
    fn drop(&mut self) {
        HELD.lock().unwrap_or_else(PoisonError::into_inner).retain(|held| *held != self.id);
    }
}

fn lock_itself(real: &Path, named: &Path) -> Result<Itself, LockError> {
    let unusable = |source| LockError::Unusable { path: named.to_owned(), source };
    let in_use = |holder: &str| LockError::InUse { path: named.to_owned(), holder: holder.to_owned() };
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    if fs::metadata(real).is_ok_and(|there| held.contains(&FileId::of(&there))) {
        return Err(in_use("this one"));
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = private::readable_by_owner(&mut options).open(real).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(in_use("which opened it by another path")),
        Err(TryLockError::Error(source)) => return Err(unusable(source)),
    }
    let id = FileId::of(&file.metadata().map_err(unusable)?);
    held.push(id);
    Ok(Itself { _file: file, id })
}

/// The process that has `path` open, if one has.
pub(crate) fn holder(path: &Path) -> Option<u32> {
    let mut file = File::open(lock_path(path)).ok()?;
    let Err(TryLockError::WouldBlock) = file.try_lock() else { return None };
    let mut holder = String::new();
    file.read_to_string(&mut holder).ok()?;
    holder.strip_prefix("process ")?.parse().ok()
}
