//! The histories of all records: one row per entry, `(record, seq)` unique.

use std::sync::Arc;

use domain::{
    history::{Entry, Stored, unfold, unfold_newest},
    id::{MessageId, RecordKey},
    instant::Instant,
};
use engine::ports::{Append, Histories, Look, PortError};
use rusqlite::{Connection, Row, params};

use crate::{
    Store,
    failure::Failure,
    newest::{Displaced, Known, Own},
};

/// A message's own entry is not older than this before the message's `since`: the machine's
/// clock may be set back between the two.
const SEARCH_BACK_MINUTES: i64 = 15;

impl Histories for Store {
    async fn newest(&self, record: &RecordKey) -> Result<Option<Arc<Entry>>, PortError> {
        let asked = match self.kept().newest.of(record, self.view()) {
            Known::Entry(entry) => return Ok(Some(entry)),
            Known::NoEntry => return Ok(None),
            Known::Unknown(asked) => asked,
        };
        let newest = self.read("reading a record's newest entry", |connection| newest(connection, record))?;
        match &newest {
            Some(entry) => drop(self.kept().newest.keep(entry)),
            None => self.kept().newest.keep_without(record, &asked),
        }
        Ok(newest)
    }

    async fn look(&self, record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Result<Look, PortError> {
        let newest = self.newest(record).await?;
        let oldest = since.map(|since| since.plus_minutes(-SEARCH_BACK_MINUTES));
        let own = match &newest {
            None => None,
            Some(entry) if entry.caused_by == *message => Some(Arc::clone(entry)),
            Some(entry) if entry.seq == 1 => None,
            Some(entry) => match self.kept().newest.own(entry, message, oldest, self.view()) {
                Own::None => None,
                Own::Entry(seq) => match self.entry(record, seq).await?.filter(|own| own.caused_by == *message) {
                    Some(own) => Some(own),
                    None => self.walk_to(entry, message, oldest)?,
                },
                Own::Unknown => self.walk_to(entry, message, oldest)?,
            },
        };
        Ok(Look::found(newest, own))
    }

    async fn entry(&self, record: &RecordKey, seq: u64) -> Result<Option<Arc<Entry>>, PortError> {
        if let Known::Entry(newest) = self.kept().newest.of(record, self.view())
            && newest.seq == seq
        {
            return Ok(Some(newest));
        }
        self.read("reading an entry", |connection| one(connection, record, seq))
    }

    async fn append(&self, entry: &Entry) -> Result<Append, PortError> {
        const OPERATION: &str = "appending an entry";
        let body = serde_json::to_string(entry).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let (record, seq, at) = (entry.record.to_string(), entry.seq, entry.at.as_millis());
        let (caused_by, entry) = (entry.caused_by.clone(), Arc::new(entry.clone()));
        self.unit().inspect(|unit| unit.appends(&entry.record));
        let (kept, written) = (self.share_kept(), Arc::clone(&entry));
        let insert = move |connection: &Connection| {
            let sql = "INSERT INTO entries (record, seq, at, caused_by, body) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO NOTHING";
            let mut insert = connection.prepare_cached(sql)?;
            match insert.execute(params![record, seq, at, caused_by.as_str(), body])? {
                0 => Ok(Append::Taken),
                _ => {
                    kept.newest.write(&written);
                    Ok(Append::Done)
                }
            }
        };
        self.write_and(OPERATION, insert, move |kept, appended| match appended {
            Some(Append::Done) => kept.newest.keep(&entry),
            // Whatever is kept, the file knows better.
            Some(Append::Taken) | None => {
                kept.newest.forget(&entry.record);
                Displaced::default()
            }
        })
        .await
    }

    async fn page(&self, record: &RecordKey, before: Option<u64>, limit: usize) -> Result<Vec<Entry>, PortError> {
        self.read("reading a part of a history", |connection| {
            let mut entries = unfold(run(connection, record, before, limit)?)?;
            entries.truncate(limit);
            Ok(entries)
        })
    }
}

impl Store {
    /// The message's own entry, looked for in the file.
    fn walk_to(
        &self,
        newest: &Entry,
        message: &MessageId,
        oldest: Option<Instant>,
    ) -> Result<Option<Arc<Entry>>, PortError> {
        let oldest = oldest.map_or(i64::MIN, Instant::as_millis);
        self.read("looking into a record's history", |connection| {
            let own = own(connection, &newest.record, message, oldest)?.filter(|seq| *seq >= newest.head.first_left());
            own.map_or(Ok(None), |seq| one(connection, &newest.record, seq))
        })
    }
}

/// Walks back from the newest entry to the message's own, and gives its number. Stops at entries before `oldest`.
fn own(connection: &Connection, record: &RecordKey, message: &MessageId, oldest: i64) -> Result<Option<u64>, Failure> {
    let sql = "SELECT at, caused_by, seq FROM entries WHERE record = ?1 ORDER BY seq DESC";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query(params![record.to_string()])?;
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)? == message.as_str() {
            return Ok(Some(row.get(2)?));
        }
        if row.get::<_, i64>(0)? < oldest {
            break;
        }
    }
    Ok(None)
}

pub(crate) fn newest(connection: &Connection, record: &RecordKey) -> Result<Option<Arc<Entry>>, Failure> {
    Ok(unfold_newest(run(connection, record, None, 1)?)?.map(Arc::new))
}

fn one(connection: &Connection, record: &RecordKey, seq: u64) -> Result<Option<Arc<Entry>>, Failure> {
    let entry = unfold_newest(run(connection, record, Some(seq + 1), 1)?)?;
    Ok(entry.filter(|entry| entry.seq == seq).map(Arc::new))
}

/// Entries below `before`, newest first: as many as wanted, if there are, and on to one that stands alone.
fn run(
    connection: &Connection,
    record: &RecordKey,
    before: Option<u64>,
    wanted: usize,
) -> Result<Vec<Stored>, Failure> {
    let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
    let sql = "SELECT body FROM entries WHERE record = ?1 AND seq < ?2 ORDER BY seq DESC";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query(params![record.to_string(), before])?;
    let mut read: Vec<Stored> = Vec::new();
    while (read.len() < wanted || !read.last().is_some_and(Stored::stands_alone))
        && let Some(row) = rows.next()?
    {
        read.push(stored(row)?);
    }
    Ok(read)
}

/// The entry in the first column of a row.
pub(crate) fn stored(row: &Row<'_>) -> Result<Stored, Failure> {
    Ok(serde_json::from_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?)
}
