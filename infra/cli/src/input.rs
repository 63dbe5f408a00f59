//! A file that a command is told to read.

use std::{fs, io::ErrorKind, path::Path};

use crate::failure::Failure;

/// What a file holds. `holds` says what should be in it, with an example: `a scenario, for example demo.txt`.
pub fn bytes(path: &Path, holds: &str) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        let path = path.display();
        let why = match error.kind() {
            ErrorKind::NotFound => format!("there is no file {path}"),
            ErrorKind::IsADirectory => format!("{path} is a folder, not a file"),
            _ => format!("cannot read {path}: {error}"),
        };
        Failure::usage(why).hint(format!("name a file that holds {holds}"))
    })
}

/// The same for text.
pub fn text(path: &Path, holds: &str) -> Result<String, Failure> {
    String::from_utf8(bytes(path, holds)?)
        .map_err(|_| Failure::usage(format!("{} is not text in UTF-8", path.display())).hint("save it as UTF-8"))
}
