//! What a host has accepted is worked off within moments: looking again until it is there.

use std::{thread, time::Duration};

use crate::failure::Failure;

const PAUSE: Duration = Duration::from_millis(100);

/// Looks once and, until something is there, up to `times` more, a tenth of a second apart.
pub fn look<T>(times: u32, mut once: impl FnMut() -> Result<Option<T>, Failure>) -> Result<Option<T>, Failure> {
    for _ in 0..times {
        if let Some(found) = once()? {
            return Ok(Some(found));
        }
        thread::sleep(PAUSE);
    }
    once()
}
