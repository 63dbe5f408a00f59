//! Messages that were being handled when a process ended. One of them may have ended it.
//!
//! Those of one end are handled again like all others: machines restart. Those of two are
//! suspects, each to be tried with nothing else on its way: then an end tells which one it was.
//! One that ended the process alone as well, again and again, is dead.

use domain::instant::Instant;
use engine::ports::{Clock, PortError, Queue};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, commit::atomically};

use super::{
    Received,
    receive::{Death, bury, deliver, received},
};

/// Ends of a process that make whatever was handled then a suspect.
const SUSPECTED: u32 = 2;

/// Ends after which a message is given up: two among others, three alone.
const GIVEN_UP: u32 = 5;

/// Makes what was being handled visible again, for a file that was just opened: nobody is
/// handling it. The delivery that was cut short does not count among those that failed.
pub(crate) fn free_handled(connection: &Connection, now: Instant) -> Result<(), rusqlite::Error> {
    let free =
        "UPDATE messages SET visible_at = ?1, receives = receives - 1, interrupted = interrupted + 1, handled = 0
                WHERE handled = 1";
    connection.execute(free, params![now.as_millis()])?;
    let mut select = connection.prepare("SELECT n FROM messages WHERE interrupted >= ?1")?;
    let given_up: Vec<i64> = select.query_map(params![GIVEN_UP], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for n in given_up {
        bury(connection, n, Death::EndedProcess)?;
    }
    Ok(())
}

impl Store {
    /// Takes the first suspect that is due, for a host that handles nothing else meanwhile.
    pub async fn receive_suspect(&self, visibility_millis: i64) -> Result<Option<(Queue, Received)>, PortError> {
        let now = self.now().as_millis();
        let until = now.saturating_add(visibility_millis);
        self.write("receiving a suspect", move |connection| {
            atomically(connection, |connection| {
                let sql = "SELECT n, id, body, lane, receives, queue FROM messages
                           WHERE interrupted >= ?1 AND handled = 0 AND visible_at <= ?2 ORDER BY n LIMIT 1";
                let mut select = connection.prepare_cached(sql)?;
                let read = |row: &rusqlite::Row<'_>| {
                    let number: u8 = row.get(5)?;
                    let queue = Queue::ALL.into_iter().find(|queue| super::number(*queue) == number);
                    queue.map(|queue| Ok((queue, received(queue, row)?))).transpose()
                };
                let Some((queue, suspect)) = select.query_row(params![SUSPECTED, now], read).optional()?.flatten()
                else {
                    return Ok(None);
                };
                Ok(deliver(connection, vec![suspect], until)?.pop().map(|suspect| (queue, suspect)))
            })
        })
        .await
    }
}
