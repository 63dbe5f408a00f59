//! The two clocks of the embedded host: the machine's, and one that a test moves.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use domain::instant::Instant;
use engine::ports::Clock;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn new(start: Instant) -> Self {
        Self(AtomicI64::new(start.as_millis()))
    }

    /// Moves the clock to `at`. Never backwards: an earlier moment changes nothing.
    pub fn move_to(&self, at: Instant) {
        self.0.fetch_max(at.as_millis(), Ordering::SeqCst);
    }

    /// Sets the clock to `at`, also back, as somebody does who corrects a machine's clock.
    pub fn set(&self, at: Instant) {
        self.0.store(at.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}
