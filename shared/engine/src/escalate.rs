//! `escalate`: each minute, sends the timers that are near and drains the dead letters.

mod dead_letters;
mod retention;
mod sweep;

pub use dead_letters::{drain, handle};
pub use retention::look_for_what_is_over;
pub use sweep::{AHEAD_MINUTES, sweep};

use crate::{
    Error,
    ports::{Playbooks, Timers, Walk, Watermark},
};

/// The work of a minute. A failure of one part does not keep the others from being done.
pub async fn each_minute(
    ports: &(impl dead_letters::Ports + Timers + Watermark + Walk + Playbooks),
) -> Result<(), Error> {
    // Boxed: the functions' own futures would grow beyond what the compiler lays out.
    let swept = Box::pin(sweep(ports)).await;
    let drained = Box::pin(drain(ports)).await;
    // Last: it is the one that can wait.
    let looked = Box::pin(look_for_what_is_over(ports)).await;
    swept.and(drained).and(looked)
}
