//! The texts of a playbook folder, and the only place that reads them from disk.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Path inside the folder, with `/` → text.
pub type Files = BTreeMap<String, String>;

/// A folder that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} is not text in UTF-8")]
    NotText { path: PathBuf },
    #[error("{path} is larger than 1 MiB; a playbook holds no such files")]
    TooLarge { path: PathBuf },
}

/// The folders a playbook has; deeper ones are not read.
const FOLDERS: [&str; 3] = ["forms", "workflows", "templates"];
const ENDINGS: [&str; 4] = ["yaml", "yml", "md", "txt"];
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// Reads the playbook's files: those at the top, and in `forms`, `workflows` and `templates`.
///
/// Files with other endings and hidden files are left alone.
pub fn read_folder(folder: &Path) -> Result<Files, FolderError> {
    let mut files = Files::new();
    read_into(folder, "", &mut files)?;
    for name in FOLDERS {
        let inside = folder.join(name);
        if inside.is_dir() {
            read_into(&inside, &format!("{name}/"), &mut files)?;
        }
    }
    Ok(files)
}

fn read_into(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), FolderError> {
    let failed = |source| FolderError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if path.is_file() && !name.starts_with('.') && ENDINGS.contains(&ending) {
            files.insert(format!("{prefix}{name}"), read_text(&path)?);
        }
    }
    Ok(())
}

fn read_text(path: &Path) -> Result<String, FolderError> {
    let failed = |source| FolderError::Read { path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > MAX_BYTES as u64 {
        return Err(FolderError::TooLarge { path: path.to_owned() });
    }
    let bytes = fs::read(path).map_err(failed)?;
    String::from_utf8(bytes).map_err(|_| FolderError::NotText { path: path.to_owned() })
}
