use engine::ports::{Clock, PortError, Queue};
use rusqlite::{Connection, params};

use crate::{Store, failure::Failure};

use super::number;

/// How long a delivered message's deduplication id is remembered.
const REMEMBERED_MILLIS: i64 = 5 * 60 * 1000;

/// A message on its way to a queue.
pub(crate) struct Outgoing {
    pub id: String,
    pub body: String,
    pub delay_seconds: u32,
    pub line: Option<Line>,
}

/// Where a message is lined up, and what makes a second send of it a repetition.
pub(crate) struct Line {
    pub lane: String,
    pub dedup: String,
}

impl Outgoing {
    /// Lines the message up. `redrive` makes one that is sent again on purpose a new message.
    pub fn in_lane(mut self, lane: String, redrive: u32) -> Self {
        self.line = Some(Line { lane, dedup: format!("{}#{redrive}", self.id) });
        self
    }
}

impl Store {
    pub(crate) async fn send(
        &self,
        operation: &'static str,
        queue: Queue,
        messages: Vec<Outgoing>,
    ) -> Result<(), PortError> {
        if messages.is_empty() {
            return Ok(());
        }
        let now = self.now().as_millis();
        self.write_to_queue(operation, queue, move |connection| {
            // Not atomic: after an error some may have been sent, and the sender sends all again.
            messages.iter().try_for_each(|message| insert(connection, queue, message, now))
        })
        .await
    }
}

fn insert(connection: &Connection, queue: Queue, message: &Outgoing, now: i64) -> Result<(), Failure> {
    let visible_at = now.saturating_add(i64::from(message.delay_seconds) * 1000);
    match &message.line {
        None => {
            let sql = "INSERT INTO messages (queue, visible_at, receives, id, body) VALUES (?1, ?2, 0, ?3, ?4)";
            let values = params![number(queue), visible_at, message.id, message.body];
            connection.prepare_cached(sql)?.execute(values)?;
        }
        Some(Line { lane, dedup }) => {
            let sql = "INSERT INTO messages (queue, visible_at, receives, id, body, lane, dedup)
                       SELECT ?1, ?2, 0, ?3, ?4, ?5, ?6
                       WHERE NOT EXISTS (SELECT 1 FROM delivered WHERE dedup = ?6 AND at > ?7)
                       ON CONFLICT DO NOTHING";
            let remembered = now.saturating_sub(REMEMBERED_MILLIS);
            let values = params![number(queue), visible_at, message.id, message.body, lane, dedup, remembered];
            connection.prepare_cached(sql)?.execute(values)?;
        }
    }
    Ok(())
}

/// Notes that a lined-up message was delivered, and forgets those of long ago.
pub(super) fn remember(connection: &Connection, dedup: &str, now: i64) -> Result<(), Failure> {
    let sql = "INSERT INTO delivered (dedup, at) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = excluded.at";
    connection.prepare_cached(sql)?.execute(params![dedup, now])?;
    let forget = "DELETE FROM delivered WHERE at <= ?1";
    connection.prepare_cached(forget)?.execute(params![now.saturating_sub(REMEMBERED_MILLIS)])?;
    Ok(())
}
