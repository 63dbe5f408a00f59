//! Up to where the sweep over the timers has come.

use engine::ports::{PortError, Watermark};
use rusqlite::{OptionalExtension, params};

use crate::{Store, commit::atomically};

/// How long a timer is kept after the sweep has passed it, in minutes.
const KEPT_FOR: i64 = 7 * 24 * 60;

impl Watermark for Store {
    async fn swept_to(&self) -> Result<Option<i64>, PortError> {
        self.read("reading how far the sweep has come", |connection| {
            let mut select = connection.prepare_cached("SELECT minute FROM sweep")?;
            Ok(select.query_row([], |row| row.get(0)).optional()?)
        })
    }

    async fn set_swept_to(&self, minute: i64) -> Result<(), PortError> {
        self.write("noting how far the sweep has come", move |connection| {
            atomically(connection, |connection| {
                let sql = "INSERT INTO sweep (id, minute) VALUES (1, ?1)
                           ON CONFLICT DO UPDATE SET minute = max(minute, excluded.minute)";
                connection.prepare_cached(sql)?.execute(params![minute])?;
                let forget = "DELETE FROM timers WHERE minute < ?1";
                connection.prepare_cached(forget)?.execute(params![minute.saturating_sub(KEPT_FOR)])?;
                Ok(())
            })
        })
        .await
    }
}
