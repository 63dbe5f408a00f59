//! A head that was written while the clock was ahead, by the clock as it is now.

use super::Head;
use crate::{
    clock::{SetBack, was_ahead},
    instant::Instant,
};

impl Head {
    /// Brings back the moments at which something happened. What is yet to come is a matter for decisions: only they
    /// know what was put off by which clock.
    pub(super) fn set_clock_back(&mut self, set_back: SetBack) {
        // When these came is not known: the same content from now on is taken for new rather than for a repeat.
        self.submissions.retain(|submitted| !was_ahead(submitted.at, set_back.to));
        let owner = self.owner.iter_mut().map(|owner| &mut owner.at);
        let seen = self.seen.values_mut().map(|seen| &mut seen.at);
        let started = self.executions.iter_mut().map(|open| &mut open.started_at);
        let asked = self.requests.iter_mut().map(|request| &mut request.since);
        let all: Vec<&mut Instant> = owner.chain(seen).chain(started).chain(asked).collect();
        for at in all {
            *at = set_back.moved(*at);
        }
    }
}
