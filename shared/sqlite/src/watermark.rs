//! Up to where the sweep over the timers has come.

use engine::ports::{PortError, Swept, Watermark};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Store, commit::atomically, failure::Failure};

/// How long a timer is kept after the sweep has passed it, in minutes.
const KEPT_FOR: i64 = 7 * 24 * 60;

/// How long an ended task or execution stays on its list, in minutes. Its history stays with its record.
const ENDED_KEPT_FOR: i64 = 400 * 24 * 60;

impl Watermark for Store {
    async fn swept_to(&self) -> Result<Option<Swept>, PortError> {
        self.read("reading how far the sweep has come", |connection| {
            let mut select = connection.prepare_cached("SELECT minute, within FROM sweep")?;
            let swept = |row: &Row<'_>| Ok(Swept { minute: row.get(0)?, within: row.get(1)? });
            Ok(select.query_row([], swept).optional()?)
        })
    }

    async fn set_swept_to(&self, swept: &Swept) -> Result<(), PortError> {
        let Swept { minute, within } = swept.clone();
        self.write("noting how far the sweep has come", move |connection| {
            atomically(connection, |connection| {
                let sql = "INSERT INTO sweep (id, minute, within) VALUES (1, ?1, ?2)
                           ON CONFLICT DO UPDATE SET minute = excluded.minute, within = excluded.within
                           WHERE (excluded.minute, ifnull(excluded.within, '')) > (minute, ifnull(within, ''))";
                connection.prepare_cached(sql)?.execute(params![minute, within])?;
                let forget = "DELETE FROM timers WHERE minute < ?1";
                connection.prepare_cached(forget)?.execute(params![minute.saturating_sub(KEPT_FOR)])?;
                forget_ended(connection, minute.saturating_sub(ENDED_KEPT_FOR).saturating_mul(60_000))?;
                Ok(())
            })
        })
        .await
    }

    async fn set_back(&self, from: &Swept, to: &Swept) -> Result<(), PortError> {
        let (from, to) = (from.clone(), to.clone());
        self.write("setting the sweep back", move |connection| {
            let sql = "UPDATE sweep SET minute = ?3, within = ?4 WHERE minute = ?1 AND within IS ?2";
            connection.prepare_cached(sql)?.execute(params![from.minute, from.within, to.minute, to.within])?;
            Ok(())
        })
        .await
    }
}

/// Some of what ended before a moment leaves the lists.
fn forget_ended(connection: &Connection, before: i64) -> Result<(), Failure> {
    let tasks = "DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE ended = 1 AND at < ?1 LIMIT 100)";
    connection.prepare_cached(tasks)?.execute(params![before])?;
    // The column is when it started; when it ended is in the body.
    let executions = "DELETE FROM executions WHERE id IN (SELECT id FROM executions
                      WHERE state = 'ended' AND at < ?1 AND json_extract(body, '$.at') < ?1 LIMIT 100)";
    connection.prepare_cached(executions)?.execute(params![before])?;
    Ok(())
}
