//! The admin key of a local host, in a file beside its data that only its owner can read.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// `handoff.db` → `handoff.key`.
pub fn beside(data: &Path) -> PathBuf {
    data.with_extension("key")
}

/// Writes a key so that only its owner can read it (0600).
pub fn write(path: &Path, key: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        // A file that was there before keeps its mode unless told otherwise.
        if path.exists() {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
    }
    writeln!(options.open(path)?, "{key}")
}

/// The key, if there is one.
pub fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = beside(&folder.path().join("handoff.db"));
        fs::write(&path, "old").unwrap();
        write(&path, "hk_1").unwrap();
        assert_eq!(read(&path).as_deref(), Some("hk_1"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
