//! Why a value cannot be read, and the way to it.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// A problem of one node.
#[derive(Debug)]
pub(crate) struct Error {
    pub fault: Fault,
    /// Positions of entries and items from the node back to the root.
    pub way_back: Vec<usize>,
}

#[derive(Debug)]
pub(crate) enum Fault {
    UnknownKey { key: String, known: &'static [&'static str] },
    UnknownWord { word: String, known: &'static [&'static str] },
    Missing(&'static str),
    Type { wanted: String },
    Other(String),
}

impl Error {
    pub fn inside(mut self, position: usize) -> Self {
        self.way_back.push(position);
        self
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self { fault, way_back: Vec::new() }
    }
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::Other(message.to_string()).into()
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Fault::Type { wanted: wanted.to_string() }.into()
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Fault::Type { wanted: wanted.to_string() }.into()
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Fault::UnknownKey { key: key.to_owned(), known }.into()
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Fault::UnknownWord { word: word.to_owned(), known }.into()
    }

    fn missing_field(field: &'static str) -> Self {
        Fault::Missing(field).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.fault)
    }
}

impl std::error::Error for Error {}
