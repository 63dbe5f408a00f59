//! `escalate`: each minute, sends the timers that are near and drains the dead letters.

mod dead_letters;
mod sweep;

pub use dead_letters::{drain, handle};
pub use sweep::{AHEAD_MINUTES, sweep};

use crate::{
    Error,
    ports::{Timers, Watermark},
};

/// The work of a minute. A failure of the one half does not keep the other from being done.
pub async fn each_minute(ports: &(impl dead_letters::Ports + Timers + Watermark)) -> Result<(), Error> {
    // Boxed: the functions' own futures would grow beyond what the compiler lays out.
    let swept = Box::pin(sweep(ports)).await;
    let drained = Box::pin(drain(ports)).await;
    swept.and(drained).map(drop)
}
