//! Files that hold people's data are their owner's to read, and nobody else's.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
};

use crate::lock::lock_path;

/// A file that these options make is for its owner only (0600).
pub(crate) fn readable_by_owner(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Takes a database and what lies beside it away from everybody but their owner, and says so.
pub(crate) fn take_from_others(path: &Path) {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let with = |ending: &str| {
        let mut beside = real.as_os_str().to_owned();
        beside.push(ending);
        PathBuf::from(beside)
    };
    for file in [real.clone(), with("-wal"), with("-shm"), with(".life"), lock_path(path), lock_path(&real)] {
        match make_private(&file) {
            Ok(false) => {}
            Ok(true) => tracing::warn!(file = %file.display(), "others could read it; now only its owner can"),
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "others can read it, and that cannot be changed");
            }
        }
    }
}

/// Whether the file was open to others.
#[cfg(unix)]
fn make_private(file: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(there) = fs::metadata(file) else { return Ok(false) };
    if there.permissions().mode() & 0o077 == 0 {
        return Ok(false);
    }
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).map(|()| true)
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> std::io::Result<bool> {
    Ok(false)
}
