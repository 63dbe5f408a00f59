use engine::ports::{Clock, PortError};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, commit::atomically, failure::Failure};

use super::{
    ASIDE, Receipt, has_lanes,
    receive::{Death, bury},
    send::remember,
};

impl Store {
    /// Removes delivered messages for good. A receipt that a later delivery has overtaken
    /// removes nothing.
    ///
    /// Nobody waits for it: a message whose removal is lost with the process, or fails, is
    /// delivered again, and finds its entry. Later operations see it.
    pub fn acknowledge(&self, receipts: &[Receipt]) {
        let Some(first) = receipts.first() else { return };
        let (queue, now, receipts) = (first.queue, self.now().as_millis(), receipts.to_vec());
        let remove = move |connection: &Connection| {
            let remove = |connection: &Connection| {
                receipts.iter().try_for_each(|receipt| acknowledge(connection, receipt, now).map(drop))
            };
            // Without lanes a removal is one statement, and needs no savepoint: that costs more than the removal.
            if has_lanes(queue) { atomically(connection, remove) } else { remove(connection) }
        };
        self.begin(remove, move |kept, removed| {
            if let Err(error) = removed {
                tracing::warn!(?queue, %error, "finished messages were not removed; they come again");
            }
            if has_lanes(queue) {
                // The next of the lane can be received now.
                kept.arrivals.on(queue).notify_one();
            }
        });
    }

    /// Gives a delivered message back: it is delivered again after so many milliseconds. One of a
    /// pool's lane steps aside, and those behind it go on.
    pub async fn retry_later(&self, receipt: Receipt, after_millis: i64) -> Result<(), PortError> {
        let visible_at = self.now().plus_millis(after_millis).as_millis();
        self.write_to_queue("giving a message back", receipt.queue, move |connection| {
            let sql = "UPDATE messages SET visible_at = ?3, handled = 0, lane = CASE
                           WHEN lane GLOB 'pool/*' AND instr(lane, ?4) = 0 THEN lane || ?4 || n ELSE lane END
                       WHERE n = ?1 AND receives = ?2";
            let values = params![receipt.n, receipt.receives, visible_at, ASIDE];
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
        .await
    }

    /// Gives messages back that were received and not looked at: this delivery does not count.
    pub async fn give_back(&self, receipts: &[Receipt]) -> Result<(), PortError> {
        let Some(first) = receipts.first() else { return Ok(()) };
        let (queue, now, receipts) = (first.queue, self.now().as_millis(), receipts.to_vec());
        self.write_to_queue("giving messages back", queue, move |connection| {
            let sql = "UPDATE messages SET visible_at = ?3, receives = receives - 1, handled = 0
                       WHERE n = ?1 AND receives = ?2";
            let mut update = connection.prepare_cached(sql)?;
            for receipt in receipts {
                update.execute(params![receipt.n, receipt.receives, now])?;
            }
            Ok(())
        })
        .await
    }

    /// Sends a delivered message to the dead ones at once: no retry would help.
    pub async fn give_up(&self, receipt: Receipt) -> Result<(), PortError> {
        self.write_to_queue("giving a message up", receipt.queue, move |connection| {
            atomically(connection, |connection| {
                let sql = "SELECT n FROM messages WHERE n = ?1 AND receives = ?2";
                let mut select = connection.prepare_cached(sql)?;
                let values = params![receipt.n, receipt.receives];
                let n: Option<i64> = select.query_row(values, |row| row.get(0)).optional()?;
                Ok(n.map_or(Ok(()), |n| bury(connection, n, Death::Failed))?)
            })
        })
        .await
    }
}

/// Removes a delivered message, and says whether it was this delivery's to remove.
pub(crate) fn acknowledge(connection: &Connection, receipt: &Receipt, now: i64) -> Result<bool, Failure> {
    let sql = "DELETE FROM messages WHERE n = ?1 AND receives = ?2 RETURNING dedup";
    let mut delete = connection.prepare_cached(sql)?;
    let dedup: Option<Option<String>> =
        delete.query_row(params![receipt.n, receipt.receives], |row| row.get(0)).optional()?;
    let was_there = dedup.is_some();
    if let Some(dedup) = dedup.flatten() {
        remember(connection, &dedup, now)?;
    }
    Ok(was_there)
}
