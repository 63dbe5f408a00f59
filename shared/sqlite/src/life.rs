//! Whether a file is the store that lay here last, or a copy of it.
//!
//! Each opening begins a *life* with a name of its own, written into the file, past its log, and into a note beside
//! it, which also says which file that was. A file whose life, or whose place on the disk, is not the one of the
//! note is a copy: what it does not know of may have left the house since. A snapshot of the whole disk, note
//! included, cannot be told from the store itself.

use std::{
    fs::{self, Metadata, OpenOptions},
    io::{self, Write},
    path::Path,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::{
    beside,
    log::{self, Log},
    private::readable_by_owner,
};

/// What lies beside a file: the life that began here last, the one before it, and in which file.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    life: String,
    /// Still the file's own where the process was killed before the new life was written into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    file: String,
}

/// What a file says of its last life, read without its log.
#[derive(Debug, PartialEq)]
struct Life {
    name: String,
    open: bool,
}

/// What is found before a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Found {
    /// It is not the file that lay here last.
    pub is_copy: bool,
    pub log: Log,
    /// The log beside it belongs to another file: SQLite would write it over this one.
    pub log_is_foreign: bool,
}

/// Looks at a file that nobody has open. One that is new, or of a release before lives, is what it seems.
pub(crate) fn look(path: &Path) -> Found {
    let Some(life) = life_of(path) else { return Found::default() };
    let log_bytes = fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len());
    let note = note_of(path);
    let is_same_life =
        note.as_ref().is_some_and(|note| note.life == life.name || note.before.as_ref() == Some(&life.name));
    let is_same_file = note.as_ref().is_some_and(|note| Some(&note.file) == file_of(path).as_ref());
    Found {
        is_copy: !(is_same_life && is_same_file),
        log: log::look(path, life.open),
        log_is_foreign: log_bytes > 0 && note.is_some() && !is_same_life,
    }
}

/// Whether the file is the one in which a life began here last.
pub(crate) fn is_noted(path: &Path) -> bool {
    note_of(path).is_none_or(|note| Some(note.file) == file_of(path))
}

/// Begins a life: first in the note, which names the one before as well, then in the file, past its log. A process
/// that is killed between the two leaves a file that is known. After that a file of the life before is a copy.
pub(crate) fn begin(connection: &Connection, path: &Path) -> Result<(), rusqlite::Error> {
    let before = connection.query_row("SELECT name FROM life", [], |row| row.get(0)).optional()?;
    let life: String = connection.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))?;
    let note = Note { life, before, file: file_of(path).unwrap_or_default() };
    note_down(path, &note);
    let sql = "INSERT INTO life (id, name, open) VALUES (1, ?1, 1)
               ON CONFLICT DO UPDATE SET name = excluded.name, open = 1";
    connection.execute(sql, [&note.life])?;
    // The log keeps its frames: one that is empty while the file is open has been emptied by somebody else.
    connection.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))?;
    note_down(path, &Note { before: None, ..note });
    Ok(())
}

/// Ends a life in order.
pub(crate) fn end(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute("UPDATE life SET open = 0", []).map(drop)
}

fn note_down(path: &Path, note: &Note) {
    if let Err(error) = write_note(path, note) {
        tracing::warn!(error = %error, "no note can be written beside the data: at the next start it counts as a copy");
    }
}

fn write_note(path: &Path, note: &Note) -> io::Result<()> {
    let (whole, part) = (beside(path, ".life"), beside(path, ".life.part"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = readable_by_owner(&mut options).open(&part)?;
    file.write_all(serde_json::to_string(note)?.as_bytes())?;
    file.sync_all()?;
    fs::rename(part, whole)
}

fn note_of(path: &Path) -> Option<Note> {
    serde_json::from_slice(&fs::read(beside(path, ".life")).ok()?).ok()
}

/// The life that the file itself names. Its log, which may be another file's, is left alone.
fn life_of(path: &Path) -> Option<Life> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri(path)?, flags).ok()?;
    let read = |row: &rusqlite::Row<'_>| Ok(Life { name: row.get(0)?, open: row.get(1)? });
    connection.query_row("SELECT name, open FROM life", [], read).optional().ok()?
}

fn uri(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    let escaped: String = path.to_str()?.chars().map(escape).collect();
    Some(format!("file:{escaped}?immutable=1"))
}

fn escape(letter: char) -> String {
    match letter {
        '?' | '#' | '%' => format!("%{:02x}", u32::from(letter)),
        other => other.to_string(),
    }
}

/// The file's place on the disk, which a copy does not share.
#[cfg(unix)]
fn place(metadata: &Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    metadata.ino().to_string()
}

#[cfg(not(unix))]
fn place(_: &Metadata) -> String {
    String::new()
}

fn file_of(path: &Path) -> Option<String> {
    fs::metadata(path).ok().map(|metadata| place(&metadata))
}
