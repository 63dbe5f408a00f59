use domain::{clock::was_ahead, history::TimerRow, instant::Instant};
use futures_util::future::try_join_all;

use crate::{
    Error,
    evaluate::{Sending, set_clock_back_for_all, timer_message},
    ports::{Clock, Delayed, Queues, Swept, Timers, Watermark},
};

/// Minutes after this one whose timers a sweep sends: a sweep or two may fail, and they are still on time.
pub const AHEAD_MINUTES: i64 = 2;

/// Minutes before this one that the very first sweep looks at.
const FIRST_LOOK_BACK_MINUTES: i64 = 2;

/// How far back a sweep begins after a wrong clock: whatever it ran past was sent, and what was armed
/// since is younger than this.
const LOOK_BACK_AFTER_WRONG_CLOCK_MINUTES: i64 = 24 * 60;

/// Timers that are read together, and how many of them one send takes. All sends of a page run side by side.
const PAGE: usize = 1000;
const SEND: usize = 50;

/// After this time a sweep leaves the rest to the next one: half of what the function may take, so
/// that the dead letters behind it have their time too.
const LONGEST_MILLIS: i64 = 15_000;

/// Sends the timers that are due up to two minutes from now, each once. Returns how many.
///
/// It goes on where the last one stopped, page by page, and notes how far it has come after each
/// page: however many timers there are, and however long it did not run, each sweep gets further.
/// What is sent a second time, because noting it failed, changes nothing.
pub async fn sweep(ports: &(impl Timers + Watermark + Queues + Clock)) -> Result<usize, Error> {
    let started = ports.now();
    let horizon = started.minute() + AHEAD_MINUTES;
    let mut swept = match ports.swept_to().await? {
        Some(ahead) if was_ahead(said_by(&ahead), started) => after_wrong_clock(ports, &ahead, started).await?,
        Some(swept) => swept,
        None => Swept::minute(started.minute() - FIRST_LOOK_BACK_MINUTES - 1),
    };
    let (mut sent, mut noted) = (0, true);
    while swept.minute < horizon {
        if ports.now().millis_since(started) >= LONGEST_MILLIS {
            tracing::warn!(sent, minutes_left = horizon - swept.minute, "the sweep goes on in the next minute");
            break;
        }
        let page = ports.timers_in(swept.minute + 1, swept.within.as_ref(), PAGE).await?;
        send(ports, &page.items, started.minute()).await?;
        sent += page.items.len();
        swept = match page.next {
            Some(within) => Swept { within: Some(within), ..swept },
            None => Swept::minute(swept.minute + 1),
        };
        noted = !page.items.is_empty();
        if noted {
            ports.set_swept_to(&swept).await?;
        }
    }
    if !noted {
        ports.set_swept_to(&swept).await?;
    }
    Ok(sent)
}

/// What the clock said at least by which the sweep has come so far.
fn said_by(swept: &Swept) -> Instant {
    Instant::from_millis((swept.minute - AHEAD_MINUTES) * 60_000)
}

/// A clock that was ahead has moved the watermark to a time that has not come: nothing would be swept until then. It
/// has written entries as well, so all that is open is looked through. That is on its way before the watermark, which
/// tells of it, is back.
async fn after_wrong_clock(ports: &(impl Watermark + Queues), ahead: &Swept, now: Instant) -> Result<Swept, Error> {
    let said = said_by(ahead);
    tracing::warn!(%said, %now, "the clock was ahead and has been set back; timers of the last day are sent again");
    ports.send_evaluate(&[set_clock_back_for_all(now)]).await?;
    let back = Swept::minute(now.minute() - LOOK_BACK_AFTER_WRONG_CLOCK_MINUTES);
    ports.set_back(ahead, &back).await?;
    Ok(back)
}

async fn send(ports: &(impl Queues + Clock), timers: &[TimerRow], minute: i64) -> Result<(), Error> {
    let now: Instant = ports.now();
    let message = |row: &TimerRow| timer_message(row, now, Sending::Swept { minute });
    let sends: Vec<Vec<Delayed<_>>> = timers.chunks(SEND).map(|some| some.iter().map(message).collect()).collect();
    try_join_all(sends.iter().map(|some| ports.send_evaluate(some))).await?;
    Ok(())
}
