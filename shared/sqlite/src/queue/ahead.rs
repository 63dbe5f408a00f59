use domain::{clock, instant::Instant};
use engine::ports::{Clock, PortError, Queue};
use rusqlite::{Connection, params};

use crate::{Store, commit::atomically};

use super::number;

/// The longest that a message stays invisible by what it was sent with, or given back with.
const LONGEST_MILLIS: i64 = 900_000;

impl Store {
    /// Brings back messages that would be invisible for longer than any is: the clock was ahead when they were sent or
    /// received, and has been set back. One that is being handled has `visibility_millis` from now. Returns how many
    /// they were.
    ///
    /// Wakes every consumer in any case: one may be asleep until a time that this clock no longer means.
    pub async fn bring_back(&self, visibility_millis: i64) -> Result<usize, PortError> {
        let now = self.now();
        let bring_back = move |connection: &Connection| {
            atomically(connection, |connection| Ok(bring_back(connection, now, visibility_millis)?))
        };
        self.write_and("bringing messages back", bring_back, |kept, _| {
            Queue::ALL.into_iter().for_each(|queue| kept.arrivals.on(queue).notify_one());
        })
        .await
    }
}

fn bring_back(connection: &Connection, now: Instant, visibility_millis: i64) -> Result<usize, rusqlite::Error> {
    let latest = clock::latest(now);
    let (visible_at, handled_until) = (now.as_millis(), now.plus_millis(visibility_millis).as_millis());
    let mut found = 0;
    // Each of the two can use its index.
    for lane in ["IS NULL", "IS NOT NULL"] {
        let sql = format!(
            "UPDATE messages SET visible_at = iif(handled, ?3, ?2) WHERE queue = ?1 AND lane {lane} AND visible_at > ?4"
        );
        let mut update = connection.prepare_cached(&sql)?;
        for queue in Queue::ALL {
            let latest = latest.plus_millis(LONGEST_MILLIS).as_millis();
            found += update.execute(params![number(queue), visible_at, handled_until, latest])?;
        }
    }
    // Otherwise what is sent again on purpose would pass for a repetition until that time comes.
    let mut forget = connection.prepare_cached("DELETE FROM delivered WHERE at > ?1")?;
    forget.execute(params![latest.as_millis()])?;
    Ok(found)
}
