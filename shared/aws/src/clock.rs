use std::time::{SystemTime, UNIX_EPOCH};

use domain::instant::Instant;
use engine::ports::Clock;

use crate::Ports;

impl Clock for Ports {
    fn now(&self) -> Instant {
        now()
    }
}

pub(crate) fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
