//! Timers, kept in the order they are due in.

use domain::{history::TimerRow, id::TimerId, instant::Instant};
use engine::ports::{Cursor, Page, PortError, Timers};
use rusqlite::params;

use crate::{Store, failure::Failure};

impl Timers for Store {
    async fn put_timer(&self, row: &TimerRow) -> Result<(), PortError> {
        let row = row.clone();
        self.write("keeping a timer", move |connection| {
            let sql = "INSERT INTO timers (minute, due, timer, generation, record, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                       ON CONFLICT DO NOTHING";
            let (minute, due) = (row.due.minute(), row.due.as_millis());
            let record = row.record.to_string();
            connection.prepare_cached(sql)?.execute(params![
                minute,
                due,
                row.timer.as_str(),
                row.generation,
                record,
                row.seq
            ])?;
            Ok(())
        })
        .await
    }

    async fn timers_in(&self, minute: i64, from: Option<&Cursor>, limit: usize) -> Result<Page<TimerRow>, PortError> {
        self.read("reading the timers of a minute", |connection| {
            let (due, timer, generation) = from.map_or(Ok((i64::MIN, "", 0)), |from| place(from))?;
            let sql = "SELECT due, timer, generation, record, seq FROM timers
                       WHERE minute = ?1 AND (due, timer, generation) > (?2, ?3, ?4)
                       ORDER BY due, timer, generation LIMIT ?5";
            let mut select = connection.prepare_cached(sql)?;
            let mut rows = select.query(params![minute, due, timer, generation, limit + 1])?;
            let mut items = Vec::new();
            while let Some(row) = rows.next()? {
                items.push(read(row)?);
            }
            let more = items.len() > limit;
            items.truncate(limit);
            let next = items.last().filter(|_| more).map(cursor);
            Ok(Page { items, next })
        })
    }
}

/// The place of a timer in its minute, as text that sorts like it.
fn cursor(row: &TimerRow) -> Cursor {
    format!("{:013}#{}#{:010}", row.due.as_millis().max(0), row.timer, row.generation)
}

fn place(cursor: &str) -> Result<(i64, &str, u32), Failure> {
    let place = || {
        let (due, rest) = cursor.split_once('#')?;
        let (timer, generation) = rest.rsplit_once('#')?;
        Some((due.parse().ok()?, timer, generation.parse().ok()?))
    };
    place().ok_or_else(|| Failure::Refused(format!("`{cursor}` is not a place among timers")))
}

fn read(row: &rusqlite::Row<'_>) -> Result<TimerRow, Failure> {
    let record: String = row.get(3)?;
    Ok(TimerRow {
        due: Instant::from_millis(row.get(0)?),
        timer: TimerId::new(row.get::<_, String>(1)?),
        generation: row.get(2)?,
        record: record.parse().map_err(<serde_json::Error as serde::de::Error>::custom)?,
        seq: row.get(4)?,
    })
}
