//! Whether the file that is open still lies where it is looked for. One that was deleted, moved or replaced can be
//! written to as before, and all of it is gone once its last process ends: so nothing more is written to it.

use std::{
    fs::{self, Metadata},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{beside, failure::Lost};

/// Where an open file was when it was opened.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
    file: FileId,
    is_gone: AtomicBool,
}

impl Place {
    pub fn of(path: &Path) -> io::Result<Self> {
        let file = FileId::of(&fs::metadata(path)?);
        Ok(Self { path: path.to_owned(), file, is_gone: AtomicBool::new(false) })
    }

    /// Fails as long as the file is not there; says on the log when it goes, and when it is there again.
    pub fn check(&self) -> Result<(), Lost> {
        let is_gone = match fs::metadata(&self.path) {
            Ok(there) => FileId::of(&there) != self.file,
            Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
        };
        let file = self.path.display();
        match (self.is_gone.swap(is_gone, Ordering::Relaxed), is_gone) {
            (false, true) => tracing::error!(
                %file,
                "the data file was deleted, moved or replaced: nothing is accepted until that very file lies there \
                 again; `handoff backup` says how to save it, as long as this process runs"
            ),
            (true, false) => tracing::info!(%file, "the data file is back in its place"),
            _ => {}
        }
        if is_gone { Err(Lost::Gone) } else { Ok(()) }
    }
}

/// What a file is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    #[cfg(unix)]
    pub fn of(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { device: file.dev(), inode: file.ino() }
    }

    /// Where a file that is open can be neither deleted nor replaced, all are in their places.
    #[cfg(not(unix))]
    pub fn of(_: &Metadata) -> Self {
        Self { device: 0, inode: 0 }
    }
}

/// The commands that copy a deleted file and its log out of the process that still has them open.
pub(crate) fn rescue(path: &Path, process: u32) -> String {
    let Ok(whole) = std::path::absolute(path) else { return String::new() };
    let open: Vec<PathBuf> = fs::read_dir(format!("/proc/{process}/fd"))
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    let copy = |ending: &str| {
        let deleted = beside(&beside(&whole, ending), " (deleted)");
        let found = open.iter().find(|link| fs::read_link(link).is_ok_and(|to| to == deleted))?;
        Some(format!("cp {} {}", found.display(), beside(path, ending).display()))
    };
    ["", "-wal"].into_iter().filter_map(copy).collect::<Vec<_>>().join(" && ")
}
