//! What a host writes to its log, the same on both hosts: one line for each decision that
//! matters, with ids and no personal values, at levels that `RUST_LOG` sets.
//!
//! A log that cannot be written is no reason for anything to fail: see [`Line`].

mod levels;
mod line;
mod panics;

use tracing_subscriber::{Layer as _, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

pub use levels::{Levels, LevelsError};
use line::Line;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Time, level, place, words, `name=value`.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Begins the log of this process, on standard error. Once: later calls change nothing.
pub fn start(format: Format, levels: Levels) {
    let layer = fmt::layer().with_writer(|| Line).with_ansi(false).log_internal_errors(false);
    let layer = match format {
        Format::Text => layer.boxed(),
        Format::Json => layer.json().flatten_event(true).boxed(),
    };
    let unknown = levels.unknown.clone();
    // Only a second call fails.
    let _ = tracing_subscriber::registry().with(layer.with_filter(levels.filter())).try_init();
    panics::log();
    for word in unknown {
        tracing::warn!(
            target: levels::OF_THE_LOG,
            word,
            "RUST_LOG: this word is neither a level nor a part of Handoff, so only a crate of that name is logged for \
             it; write for example info, or warn,engine=debug"
        );
    }
}
