//! The playbook that comes with the binary.

use std::{fs, io, path::Path};

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Path inside the folder → text.
pub fn files() -> std::collections::BTreeMap<String, String> {
    SHIPPED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// Writes it as a folder of its own, to be edited.
pub fn write_to(folder: &Path) -> io::Result<()> {
    for (path, text) in SHIPPED {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(())
}
