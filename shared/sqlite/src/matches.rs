//! Records by what they may be found by.

use domain::{
    history::MatchRow,
    id::{MatchKey, RecordKey},
};
use engine::ports::{Matches, PortError};
use rusqlite::params;

use crate::{Store, failure::Failure};

impl Matches for Store {
    async fn put_match(&self, row: &MatchRow) -> Result<(), PortError> {
        let row = row.clone();
        self.write("keeping what a record is found by", move |connection| {
            let sql = "INSERT INTO matches (key, record, seq) VALUES (?1, ?2, ?3)
                       ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE seq < excluded.seq";
            let values = params![row.key.as_str(), row.record.to_string(), row.seq];
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
        .await
    }

    async fn matches(&self, key: &MatchKey, limit: usize) -> Result<Vec<MatchRow>, PortError> {
        self.read("looking for a record", |connection| {
            let sql = "SELECT record, seq FROM matches WHERE key = ?1 LIMIT ?2";
            let mut select = connection.prepare_cached(sql)?;
            let mut rows = select.query(params![key.as_str(), limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let record = record(&row.get::<_, String>(0)?)?;
                found.push(MatchRow { key: key.clone(), record, seq: row.get(1)? });
            }
            Ok(found)
        })
    }
}

fn record(text: &str) -> Result<RecordKey, Failure> {
    text.parse().map_err(|error| Failure::from(<serde_json::Error as serde::de::Error>::custom(error)))
}
