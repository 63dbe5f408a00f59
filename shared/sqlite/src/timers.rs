//! Timers, kept in the order they are due in.

use domain::{history::TimerRow, id::TimerId, instant::Instant};
use engine::ports::{PortError, Timers};
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

    async fn timers_in(&self, minute: i64) -> Result<Vec<TimerRow>, PortError> {
        self.read("reading the timers of a minute", |connection| {
            let sql = "SELECT due, timer, generation, record, seq FROM timers WHERE minute = ?1
                       ORDER BY due, timer, generation";
            let mut select = connection.prepare_cached(sql)?;
            let mut rows = select.query(params![minute])?;
            let mut timers = Vec::new();
            while let Some(row) = rows.next()? {
                timers.push(timer(row)?);
            }
            Ok(timers)
        })
    }
}

fn timer(row: &rusqlite::Row<'_>) -> Result<TimerRow, Failure> {
    let record: String = row.get(3)?;
    Ok(TimerRow {
        due: Instant::from_millis(row.get(0)?),
        timer: TimerId::new(row.get::<_, String>(1)?),
        generation: row.get(2)?,
        record: record.parse().map_err(<serde_json::Error as serde::de::Error>::custom)?,
        seq: row.get(4)?,
    })
}
