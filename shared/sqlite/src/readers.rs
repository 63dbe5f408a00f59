//! Connections for reading a file while the writer writes. A read runs on its caller's
//! thread: it is a look-up of microseconds, which handing over would only prolong.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;

use crate::{connection, failure::Failure, place::Place};

/// As many connections as there were reads at one time.
pub(crate) struct Readers {
    path: PathBuf,
    place: Arc<Place>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub fn new(path: PathBuf, place: Arc<Place>) -> Self {
        Self { path, place, idle: Mutex::new(Vec::new()) }
    }

    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            // Another file may lie there by now.
            None => {
                self.place.check().map_err(Failure::from).and_then(|()| Ok(connection::for_reading(&self.path)?))?
            }
        };
        let result = work(&connection);
        self.idle().push(connection);
        result
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
