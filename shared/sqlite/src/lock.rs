//! One process per file. The lock lies beside the file and goes with the process, however
//! it ends.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// The right to open a file, until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
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

/// Locks `path` by a file beside it, `<path>.lock`, which names the process that holds it.
pub(crate) fn lock(path: &Path) -> Result<Lock, LockError> {
    let unusable = |source| LockError::Unusable { path: path.to_owned(), source };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(beside).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).and_then(|()| write!(file, "process {}", std::process::id())).map_err(unusable)?;
            Ok(Lock { _file: file })
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            Err(LockError::InUse { path: path.to_owned(), holder })
        }
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}
