//! The kept dead letters.

use engine::ports::{Cursor, DeadLetter, DeadLetters, Page, PortError};
use rusqlite::{OptionalExtension, params};

use crate::{Store, failure::Failure, page::List};

impl DeadLetters for Store {
    async fn dead_letter(&self, id: &str) -> Result<Option<DeadLetter>, PortError> {
        self.read("reading a dead letter", |connection| {
            let mut select = connection.prepare_cached("SELECT body FROM dead_letters WHERE id = ?1")?;
            let body: Option<String> = select.query_row(params![id], |row| row.get(0)).optional()?;
            Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
        })
    }

    async fn put_dead_letter(&self, letter: &DeadLetter) -> Result<(), PortError> {
        const OPERATION: &str = "keeping a dead letter";
        let body = serde_json::to_string(letter).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let (id, died_at) = (letter.id.clone(), letter.died_at.as_millis());
        self.write(OPERATION, move |connection| {
            let sql = "INSERT INTO dead_letters (id, at, body) VALUES (?1, ?2, ?3)
                       ON CONFLICT DO UPDATE SET at = excluded.at, body = excluded.body";
            connection.prepare_cached(sql)?.execute(params![id, died_at, body])?;
            Ok(())
        })
        .await
    }

    async fn dead_letters(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<DeadLetter>, PortError> {
        self.read("listing dead letters", |connection| List::of("dead_letters").page(connection, cursor, limit))
    }
}
