//! Files in the making, beside what they will be. Each is locked while its process is at work on it, so that what a
//! killed process left is told from what another one is making.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use crate::{beside, private::readable_by_owner};

/// How the name of every such file ends.
pub(crate) const ENDING: &str = ".part";

/// A new, empty file that only its owner may read: it will hold what everybody wrote. It is in the making until the
/// handle is dropped, which must come last: closing it takes away the locks that SQLite holds on the file.
pub(crate) fn begin(part: &Path) -> io::Result<File> {
    let file = readable_by_owner(OpenOptions::new().write(true).create_new(true)).open(part)?;
    // Where there are no locks, nothing is taken for left behind either.
    let _ = file.try_lock();
    Ok(file)
}

/// Removes what killed processes left beside `to`.
pub(crate) fn remove_left(to: &Path) {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let begins = to.file_name().map(|name| format!("{}.", name.to_string_lossy())).unwrap_or_default();
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let number = name.strip_prefix(&begins).and_then(|rest| rest.strip_suffix(ENDING)).unwrap_or_default();
        let is_ours = !number.is_empty() && number.chars().all(|letter| letter.is_ascii_digit() || letter == '-');
        let part = folder.join(&name);
        if is_ours && File::open(&part).is_ok_and(|file| file.try_lock().is_ok()) {
            // What cannot be removed is only in the way of a reader's eye.
            let _ = fs::remove_file(beside(&part, "-journal"));
            let _ = fs::remove_file(&part);
        }
    }
}
