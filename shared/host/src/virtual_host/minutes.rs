//! Which minutes' work is done in virtual time. A real host works every minute; here, those
//! whose work would change nothing are skipped, so that a month passes quickly: no timer that the sweep
//! would send, no dead letter to drain or to put back, no failure in the minute before.

use domain::instant::Instant;
use engine::{
    escalate::AHEAD_MINUTES,
    ports::{DeadLetters, Page, PortError, Queue, Swept, Timers, Walk, Watermark},
};
use sqlite::Store;

use crate::minute::beginning;

/// The longest time without a minute's work.
const QUIET_MINUTES: i64 = 60;

/// How many dead letters are looked at together for their time to be put back.
const LETTERS: usize = 100;

/// The minutes so far.
#[derive(Default)]
pub(super) struct Minutes {
    last: Option<i64>,
    /// The last one's work was not finished: the next minute continues it.
    unfinished: bool,
}

impl Minutes {
    /// Takes this minute's work for done from here on. False if it was before.
    pub fn begin(&mut self, now: Instant) -> bool {
        let begins = self.last.replace(now.minute()) != Some(now.minute());
        if begins {
            self.unfinished = false;
        }
        begins
    }

    pub fn failed(&mut self) {
        self.unfinished = true;
    }

    /// The beginning of the next minute whose work can change something, or of one an hour off.
    pub async fn next(&self, store: &Store, now: Instant) -> Result<Instant, PortError> {
        let next = now.minute() + 1;
        let is_looking = store.rounds().await?.is_some_and(|rounds| rounds.latest.ended_at.is_none());
        if self.unfinished || is_looking || holds_dead(store)? {
            return Ok(beginning(next));
        }
        let latest = next + QUIET_MINUTES;
        let timer = timer_in_sight(store, next, latest).await?;
        let letter = letter_due(store).await?;
        Ok(beginning([timer, letter].into_iter().flatten().fold(latest, i64::min).max(next)))
    }
}

/// Whether a message died that was not drained yet.
fn holds_dead(store: &Store) -> Result<bool, PortError> {
    for queue in Queue::ALL {
        if store.depth(queue)?.dead > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first minute between two whose sweep sends a timer that was not sent before.
async fn timer_in_sight(store: &Store, from: i64, to: i64) -> Result<Option<i64>, PortError> {
    let first = || Swept::minute(from - 1 - AHEAD_MINUTES);
    let Swept { minute: swept, within } = store.swept_to().await?.unwrap_or_else(first);
    for minute in swept + 1..=to + AHEAD_MINUTES {
        let within = within.as_ref().filter(|_| minute == swept + 1);
        if !store.timers_in(minute, within, 1).await?.items.is_empty() {
            return Ok(Some(minute - AHEAD_MINUTES));
        }
    }
    Ok(None)
}

/// The first minute at whose beginning a dead letter is to be put back.
async fn letter_due(store: &Store) -> Result<Option<i64>, PortError> {
    let (mut due, mut cursor) = (None, None);
    loop {
        let Page { items, next } = store.dead_letters(cursor.as_ref(), LETTERS).await?;
        due = items.iter().filter_map(|letter| letter.redrive_at).chain(due).min();
        cursor = next;
        if cursor.is_none() {
            return Ok(due.map(|at| at.plus_millis(-1).minute() + 1));
        }
    }
}
