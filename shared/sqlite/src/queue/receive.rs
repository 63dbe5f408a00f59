use domain::{id::MessageId, instant::Instant};
use engine::ports::{Clock, PortError, Queue};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Store, commit::atomically, failure::Failure};

use super::{MAX_RECEIVES, Receipt, Received, has_lanes, number};

/// What one lane gives at most to one receive.
const FROM_ONE_LANE: usize = 256;

/// The first message of every lane, found by skipping from lane to lane.
const HEADS: &str = "
    WITH RECURSIVE lanes (lane) AS (
        SELECT min(lane) FROM messages WHERE queue = ?1 AND lane IS NOT NULL
        UNION ALL
        SELECT (SELECT min(next.lane) FROM messages next WHERE next.queue = ?1 AND next.lane > lanes.lane)
        FROM lanes WHERE lanes.lane IS NOT NULL
    )
    SELECT head.n, head.lane, head.visible_at FROM lanes JOIN messages head
    ON head.n = (SELECT min(n) FROM messages WHERE queue = ?1 AND messages.lane = lanes.lane)";

impl Store {
    /// Takes up to `max` messages that are due. Each stays invisible for `visibility_millis`,
    /// then it is delivered again unless it was acknowledged. One that was delivered
    /// [`MAX_RECEIVES`] times before goes to the dead letters instead.
    ///
    /// A lane gives its messages in order, and nothing while one of them is not settled.
    pub async fn receive(&self, queue: Queue, max: usize, visibility_millis: i64) -> Result<Vec<Received>, PortError> {
        let now = self.now().as_millis();
        let until = now.saturating_add(visibility_millis);
        self.write("receiving messages", move |connection| {
            atomically(connection, |connection| {
                loop {
                    let due = due(connection, queue, max, now)?;
                    let found = due.len();
                    let received = deliver(connection, due, until)?;
                    // Only dead ones were found: behind them may be others.
                    if !received.is_empty() || found == 0 {
                        return Ok(received);
                    }
                }
            })
        })
        .await
    }

    /// When the next message of a queue can be received; in the past if one can be now. None
    /// if it is empty.
    pub fn next_visible_at(&self, queue: Queue) -> Result<Option<Instant>, PortError> {
        self.read("looking for the next message", |connection| {
            let sql = if has_lanes(queue) {
                format!("SELECT min(visible_at) FROM ({HEADS})")
            } else {
                "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND lane IS NULL".to_owned()
            };
            let next: Option<i64> =
                connection.prepare_cached(&sql)?.query_row(params![number(queue)], |row| row.get(0))?;
            Ok(next.map(Instant::from_millis))
        })
    }
}

/// Whether no message is in a lane, waiting or in flight.
pub(crate) fn lane_is_empty(connection: &Connection, lane: &str) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT 1 FROM messages WHERE queue = ?1 AND lane = ?2";
    Ok(!connection.prepare_cached(sql)?.exists(params![number(Queue::Assign), lane])?)
}

fn due(connection: &Connection, queue: Queue, max: usize, now: i64) -> Result<Vec<Received>, Failure> {
    if has_lanes(queue) {
        return due_in_lanes(connection, queue, max, now);
    }
    let sql = "SELECT n, id, body, lane, receives FROM messages
               WHERE queue = ?1 AND lane IS NULL AND visible_at <= ?2 ORDER BY visible_at, n LIMIT ?3";
    let mut select = connection.prepare_cached(sql)?;
    let rows = select.query_map(params![number(queue), now, max], |row| received(queue, row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn due_in_lanes(connection: &Connection, queue: Queue, max: usize, now: i64) -> Result<Vec<Received>, Failure> {
    let sql = format!("SELECT lane FROM ({HEADS}) WHERE visible_at <= ?2 ORDER BY n LIMIT ?3");
    let mut select = connection.prepare_cached(&sql)?;
    let lanes = select.query_map(params![number(queue), now, max], |row| row.get(0))?;
    let lanes: Vec<String> = lanes.collect::<Result<_, _>>()?;
    let sql = "SELECT n, id, body, lane, receives, visible_at FROM messages
               WHERE queue = ?1 AND lane = ?2 ORDER BY n LIMIT ?3";
    let mut of_lane = connection.prepare_cached(sql)?;
    let mut all = Vec::new();
    for lane in lanes {
        let mut rows = of_lane.query(params![number(queue), lane, FROM_ONE_LANE.min(max - all.len())])?;
        while let Some(row) = rows.next()?
            && row.get::<_, i64>(5)? <= now
        {
            all.push(received(queue, row)?);
        }
    }
    Ok(all)
}

pub(super) fn received(queue: Queue, row: &Row<'_>) -> Result<Received, rusqlite::Error> {
    let receives = row.get::<_, u32>(4)? + 1;
    Ok(Received {
        id: MessageId::new(row.get::<_, String>(1)?),
        body: row.get(2)?,
        lane: row.get(3)?,
        receives,
        receipt: Receipt { queue, n: row.get(0)?, receives },
    })
}

pub(super) fn deliver(connection: &Connection, due: Vec<Received>, until: i64) -> Result<Vec<Received>, Failure> {
    let mut delivered = Vec::with_capacity(due.len());
    for message in due {
        if message.receives > MAX_RECEIVES {
            bury(connection, message.receipt.n, Death::Failed)?;
        } else {
            let sql = "UPDATE messages SET visible_at = ?2, receives = ?3, handled = 1 WHERE n = ?1";
            connection.prepare_cached(sql)?.execute(params![message.receipt.n, until, message.receives])?;
            delivered.push(message);
        }
    }
    Ok(delivered)
}

/// How a message came to be dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    /// Each try gave an error.
    Failed,
    /// Tries had no answer, for the process ended.
    EndedProcess,
}

/// Moves a message to the dead ones.
pub(super) fn bury(connection: &Connection, n: i64, death: Death) -> Result<(), rusqlite::Error> {
    let sql = "DELETE FROM messages WHERE n = ?1 RETURNING queue, body";
    let mut delete = connection.prepare_cached(sql)?;
    let dead: Option<(u8, String)> = delete.query_row(params![n], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((queue, body)) = dead {
        let sql = "INSERT INTO dead (queue, body, ended_process) VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute(params![queue, body, death == Death::EndedProcess])?;
    }
    Ok(())
}
