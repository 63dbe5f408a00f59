//! Deleting what `retention:` lets go, and finding it. Its space is used again, or given back (`space.rs`).

use std::sync::Arc;

use domain::{
    follow_up::Erasure,
    history::{Entry, unfold_what_is_left},
    id::RecordKey,
    instant::Instant,
};
use engine::ports::{Cursor, Erase, Page, PortError, Rounds, Walk, in_full};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Store,
    commit::atomically,
    failure::Failure,
    histories::{newest, stored},
};

/// Where the search notes how far it has come.
const ROUNDS: &str = "retention";

impl Erase for Store {
    async fn oldest(&self, record: &RecordKey, limit: usize) -> Result<Vec<Arc<Entry>>, PortError> {
        self.read("reading the first entries of a history", |connection| {
            let sql = "SELECT body FROM entries WHERE record = ?1 ORDER BY seq LIMIT ?2";
            let mut select = connection.prepare_cached(sql)?;
            let mut rows = select.query(params![record.to_string(), limit])?;
            let mut read = Vec::new();
            while let Some(row) = rows.next()? {
                read.push(stored(row)?);
            }
            Ok(unfold_what_is_left(read)?.into_iter().map(Arc::new).collect())
        })
    }

    async fn erase(&self, erasure: &Erasure) -> Result<(), PortError> {
        let record = erasure.record.clone();
        let (kept, erasure) = (self.share_kept(), erasure.clone());
        let erase = move |connection: &Connection| {
            atomically(connection, |connection| erase(connection, &erasure))?;
            kept.newest.take_back(&erasure.record);
            Ok(())
        };
        // A history may be gone altogether.
        self.write_and("deleting entries", erase, move |kept, _| kept.newest.forget(&record)).await
    }
}

fn erase(connection: &Connection, erasure: &Erasure) -> Result<(), Failure> {
    let record = erasure.record.to_string();
    let delete = |sql: &str, ids: &mut dyn Iterator<Item = &str>| -> Result<(), Failure> {
        let mut delete = connection.prepare_cached(sql)?;
        for id in ids {
            delete.execute(params![id, record, erasure.below])?;
        }
        Ok(())
    };
    let matches = "DELETE FROM matches WHERE key = ?1 AND record = ?2 AND seq < ?3";
    delete(matches, &mut erasure.matches.iter().map(|key| key.as_str()))?;
    let tasks = "DELETE FROM tasks WHERE id = ?1 AND record = ?2 AND seq < ?3";
    delete(tasks, &mut erasure.tasks.iter().map(|task| task.as_str()))?;
    let mut executions = connection.prepare_cached("DELETE FROM executions WHERE id = ?1 AND seq < ?2")?;
    for execution in &erasure.executions {
        executions.execute(params![execution.as_str(), erasure.below])?;
    }
    let mut effects = connection.prepare_cached("DELETE FROM effects WHERE id = ?1")?;
    for effect in &erasure.effects {
        effects.execute(params![effect.as_str()])?;
    }
    let mut entries = connection.prepare_cached("DELETE FROM entries WHERE record = ?1 AND seq = ?2")?;
    for seq in &erasure.seqs {
        entries.execute(params![record, seq])?;
    }
    Ok(())
}

impl Walk for Store {
    async fn walk(&self, from: Option<&Cursor>, limit: usize) -> Result<Page<(Arc<Entry>, Cursor)>, PortError> {
        self.read("walking through the histories", |connection| {
            let mut page = Page { items: Vec::new(), next: None };
            let mut last = from.cloned().unwrap_or_default();
            for _ in 0..limit {
                let Some(record) = after(connection, &last)? else { return Ok(page) };
                page.items.extend(readable(connection, &record)?.map(|entry| (entry, record.clone())));
                last = record;
            }
            page.next = Some(last);
            Ok(page)
        })
    }

    async fn forget_effects(&self, written_by: Instant, most: usize) -> Result<usize, PortError> {
        self.write("deleting old effects", move |connection| {
            let sql = "DELETE FROM effects WHERE id IN
                       (SELECT id FROM effects WHERE at <= ?1 AND state = 'settled' ORDER BY at, id LIMIT ?2)";
            Ok(connection.prepare_cached(sql)?.execute(params![written_by.as_millis(), most])?)
        })
        .await
    }

    async fn rounds(&self) -> Result<Option<Rounds>, PortError> {
        const OPERATION: &str = "reading how far retention has come";
        let note = self.note(ROUNDS).await?;
        let rounds = note.map(|note| serde_json::from_str(&note)).transpose();
        rounds.map_err(|error| Failure::Json(error).into_port(OPERATION))
    }

    async fn set_rounds(&self, rounds: &Rounds) -> Result<(), PortError> {
        let note = serde_json::to_string(rounds).expect("rounds are plain data with text keys");
        self.set_note(ROUNDS, &note).await
    }
}

/// The next record by name: one step in the index, however many entries it has.
fn after(connection: &Connection, record: &str) -> Result<Option<String>, Failure> {
    let mut select =
        connection.prepare_cached("SELECT record FROM entries WHERE record > ?1 ORDER BY record LIMIT 1")?;
    Ok(select.query_row(params![record], |row| row.get(0)).optional()?)
}

/// The newest entry; none where it cannot be read, which stops nothing.
fn readable(connection: &Connection, record: &str) -> Result<Option<Arc<Entry>>, Failure> {
    let Ok(record) = record.parse::<RecordKey>() else {
        tracing::warn!("a history without a record's name stays");
        return Ok(None);
    };
    match newest(connection, &record) {
        Err(error @ (Failure::Json(_) | Failure::History(_))) => {
            let error = error.into_port("reading a record's newest entry");
            tracing::warn!(record.id = record.logged(), error = in_full(&error), "an entry cannot be read: it stays");
            Ok(None)
        }
        newest => newest,
    }
}
