//! What a host remembers of itself from one start to the next, by name.

use engine::ports::PortError;
use rusqlite::{OptionalExtension, params};

use crate::Store;

impl Store {
    pub async fn note(&self, name: &str) -> Result<Option<String>, PortError> {
        self.read("reading a note", |connection| {
            let mut select = connection.prepare_cached("SELECT value FROM notes WHERE name = ?1")?;
            Ok(select.query_row(params![name], |row| row.get(0)).optional()?)
        })
    }

    pub async fn set_note(&self, name: &'static str, value: &str) -> Result<(), PortError> {
        let value = value.to_owned();
        self.write("keeping a note", move |connection| {
            let sql = "INSERT INTO notes (name, value) VALUES (?1, ?2)
                       ON CONFLICT DO UPDATE SET value = excluded.value";
            connection.prepare_cached(sql)?.execute(params![name, value])?;
            Ok(())
        })
        .await
    }
}
