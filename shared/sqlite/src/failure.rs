//! What can go wrong inside an operation, before it becomes a port's error.

use std::sync::Arc;

use engine::ports::{NotOurJson, PortError};
use rusqlite::ErrorCode;

/// Why an operation on the store failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error("a stored row is not what this release writes")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    History(#[from] domain::history::Unreadable),
    #[error("{0}")]
    Refused(String),
    #[error("a cursor that this list has not given out")]
    ForeignCursor,
    /// The transaction that the operation was part of was not committed.
    #[error(transparent)]
    Lost(#[from] Lost),
}

/// A transaction that was rolled back, with everything in it.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Lost {
    #[error("the transaction could not be committed")]
    NotCommitted(#[source] Arc<rusqlite::Error>),
    #[error("another operation of the same transaction failed and took it back")]
    TakenBack,
    #[error("the writer gave no answer")]
    Unanswered,
    #[error("the data file does not lie in its place any more")]
    Gone,
}

impl Failure {
    pub fn into_port(self, operation: &'static str) -> PortError {
        match self {
            Self::Json(source) => PortError::unreadable(operation, NotOurJson::from(&source)),
            Self::History(source) => PortError::unreadable(operation, source),
            Self::Refused(why) => PortError::Refused { operation, why },
            Self::ForeignCursor => PortError::ForeignCursor { operation },
            Self::Sql(_) | Self::Lost(_) => PortError::unavailable(operation, self),
        }
    }

    /// What SQLite calls it.
    pub fn code(&self) -> Option<ErrorCode> {
        self.sql()?.sqlite_error_code()
    }

    /// SQLite's number for it, which says more than its name; the one for any error where SQLite has none.
    pub fn extended_code(&self) -> i32 {
        let of_sqlite = self.sql().and_then(rusqlite::Error::sqlite_error);
        of_sqlite.map_or(rusqlite::ffi::SQLITE_ERROR, |error| error.extended_code)
    }

    fn sql(&self) -> Option<&rusqlite::Error> {
        match self {
            Self::Sql(error) => Some(error),
            Self::Lost(Lost::NotCommitted(error)) => Some(error),
            Self::Lost(Lost::TakenBack | Lost::Unanswered | Lost::Gone)
            | Self::Json(_)
            | Self::History(_)
            | Self::Refused(_)
            | Self::ForeignCursor => None,
        }
    }
}
