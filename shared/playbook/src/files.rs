//! The texts of a playbook folder, and the only place that reads them from disk.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Read},
    path::Path,
};

/// Path inside the folder, with `/` → text.
pub type Files = BTreeMap<String, String>;

/// What a folder holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    pub files: Files,
    /// Path inside the folder → why its text is not among the files.
    pub unread: BTreeMap<String, Unread>,
}

/// Why something in a folder is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    NotText,
    TooLarge,
    /// A pipe, a socket or a device: reading it may never end.
    NotAFile,
    /// In the system's words.
    Unreadable(String),
    /// A folder that no playbook has.
    Folder,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => f.write_str("the file is not text in UTF-8; save it as UTF-8"),
            Self::TooLarge => f.write_str("the file is larger than 1 MiB; a playbook holds no such files"),
            Self::NotAFile => f.write_str("this is a pipe, a socket or a device and is not read; a playbook holds files"),
            Self::Unreadable(why) => write!(f, "the file cannot be read: {why}"),
            Self::Folder => f.write_str("nothing in this folder is read; a playbook has forms, workflows and templates, without folders in them"),
        }
    }
}

/// The folders a playbook has; deeper ones are not read.
pub const FOLDERS: [&str; 3] = ["forms", "workflows", "templates"];
const ENDINGS: [&str; 4] = ["yaml", "yml", "md", "txt"];
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// Reads the playbook's files: those at the top, and in `forms`, `workflows` and `templates`. Fails only where the
/// folder itself cannot be read.
///
/// Files with other endings, hidden files and hidden folders are left alone.
pub fn read_folder(path: &Path) -> io::Result<Folder> {
    let mut folder = Folder::default();
    read_into(path, "", &mut folder)?;
    for name in FOLDERS {
        let inside = path.join(name);
        if inside.is_dir()
            && let Err(error) = read_into(&inside, &format!("{name}/"), &mut folder)
        {
            folder.unread.insert(name.to_owned(), Unread::Unreadable(error.to_string()));
        }
    }
    Ok(folder)
}

fn read_into(path: &Path, prefix: &str, folder: &mut Folder) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        let inside = format!("{prefix}{name}");
        if path.is_dir() {
            if !FOLDERS.contains(&inside.as_str()) {
                folder.unread.insert(inside, Unread::Folder);
            }
        } else if ENDINGS.contains(&ending) {
            match read_text(&path) {
                Ok(text) => drop(folder.files.insert(inside, text)),
                Err(why) => drop(folder.unread.insert(inside, why)),
            }
        }
    }
    Ok(())
}

fn read_text(path: &Path) -> Result<String, Unread> {
    let failed = |error: io::Error| Unread::Unreadable(error.to_string());
    // Before it is opened: a pipe that nobody writes to is never open.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Unread::NotAFile);
    }
    let mut bytes = Vec::new();
    // A file may be longer than its file system says.
    fs::File::open(path).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() > MAX_BYTES {
        return Err(Unread::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| Unread::NotText)
}
