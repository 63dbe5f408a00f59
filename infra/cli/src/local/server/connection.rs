//! One connection as the server sees it: what it is waited for, and since when.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::Limits;

/// What happens on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has come yet, or nothing since the last answer.
    Idle,
    /// A request's head has begun to come.
    Head,
    /// The head is here, the body is still coming.
    Body,
    /// The client has done its part, until it has its answer.
    Answering,
}

/// A connection. Its task, its stream and its bodies say what happens; the registry looks.
#[derive(Debug)]
pub struct Connection {
    pub id: u64,
    pub peer: IpAddr,
    state: Mutex<State>,
    cut: Notify,
}

#[derive(Debug, Clone, Copy)]
struct State {
    phase: Phase,
    since: Instant,
    /// Since when the client has taken nothing of what is to be written.
    blocked: Option<Instant>,
}

impl Connection {
    pub fn new(id: u64, peer: IpAddr, now: Instant) -> Self {
        let state = State { phase: Phase::Idle, since: now, blocked: None };
        Self { id, peer, state: Mutex::new(state), cut: Notify::new() }
    }

    pub fn enter(&self, phase: Phase) {
        let mut state = self.state();
        if state.phase != phase {
            (state.phase, state.since) = (phase, Instant::now());
        }
    }

    /// Bytes came in.
    pub fn received(&self) {
        if self.state().phase == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    /// Whether a write made progress.
    pub fn wrote(&self, progress: bool) {
        let mut state = self.state();
        state.blocked = if progress { None } else { state.blocked.or_else(|| Some(Instant::now())) };
    }

    /// Since when it waits for its client to send a request; such a connection may be closed for another.
    pub fn waits_since(&self) -> Option<Instant> {
        let state = *self.state();
        matches!(state.phase, Phase::Idle | Phase::Head).then_some(state.since)
    }

    pub fn is_overdue(&self, limits: &Limits, now: Instant) -> bool {
        let state = *self.state();
        let longer = |since: Instant, limit: Duration| now.saturating_duration_since(since) > limit;
        let kept_waiting = match state.phase {
            Phase::Idle => longer(state.since, limits.idle_timeout),
            Phase::Head => longer(state.since, limits.header_timeout),
            Phase::Body => longer(state.since, limits.body_timeout),
            Phase::Answering => false,
        };
        kept_waiting || state.blocked.is_some_and(|since| longer(since, limits.body_timeout))
    }

    /// Ends it, whatever it is doing.
    pub fn end(&self) {
        self.cut.notify_one();
    }

    /// Completes once it is to end.
    pub async fn cut(&self) {
        self.cut.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
