//! The admin key of a local host and the address it listens on, in files beside its data that only
//! their owner can read.

use std::{
    fs,
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use domain::instant::Instant;

/// `handoff.db` → `handoff.key`, and `handoff.sqlite` → `handoff.sqlite.key`.
pub fn beside(data: &Path) -> PathBuf {
    with_ending(data, "key")
}

/// `handoff.db` → `handoff.url`, and `handoff.sqlite` → `handoff.sqlite.url`.
pub fn address_beside(data: &Path) -> PathBuf {
    with_ending(data, "url")
}

/// In the place of the usual ending; behind any other, so that two data files in one folder do not share what lies
/// beside them, and no file is its own key.
fn with_ending(data: &Path, ending: &str) -> PathBuf {
    if data.extension().is_some_and(|usual| usual == "db") {
        return data.with_extension(ending);
    }
    let mut path = data.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

/// Leaves the address for commands on this machine. Without it they ask the usual one.
pub fn write_address(data: &Path, address: SocketAddr) {
    let path = address_beside(data);
    if let Err(error) = write(&path, &reached_at(address)) {
        tracing::warn!(file = %path.display(), %error, "the address cannot be left for commands on this machine");
    }
}

/// Takes the address back, unless another host has left its own meanwhile.
pub fn remove_address(data: &Path, address: SocketAddr) {
    let path = address_beside(data);
    if read(&path) == Some(reached_at(address)) {
        let _ = fs::remove_file(path);
    }
}

/// A host that listens everywhere is reached on loopback.
fn reached_at(address: SocketAddr) -> String {
    let ip = match address.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// Writes a key so that only its owner can read it (0600).
pub fn write(path: &Path, key: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A file that was there before keeps its mode unless told otherwise.
    take_from_others(path)?;
    writeln!(options.open(path)?, "{key}")
}

/// Renames a key file that holds no key of its data, so that nobody's only key is lost: `handoff.key.before-…`.
pub fn set_aside(path: &Path, now: Instant) -> io::Result<PathBuf> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".before-{}", now.as_millis()));
    fs::rename(path, &aside)?;
    Ok(aside.into())
}

/// Makes a file its owner's only; says whether it was open to others.
pub fn take_from_others(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path).is_ok_and(|there| there.permissions().mode() & 0o077 != 0) {
            return fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map(|()| true);
        }
    }
    Ok(false)
}

/// The key, if there is one.
pub fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_data_file_is_its_own_key_or_shares_one() {
        for (data, key, url) in [
            ("d/handoff.db", "d/handoff.key", "d/handoff.url"),
            ("d/handoff.sqlite", "d/handoff.sqlite.key", "d/handoff.sqlite.url"),
            ("d/handoff.key", "d/handoff.key.key", "d/handoff.key.url"),
            ("d/handoff.url", "d/handoff.url.key", "d/handoff.url.url"),
        ] {
            assert_eq!((beside(data.as_ref()), address_beside(data.as_ref())), (key.into(), url.into()));
        }
    }

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
