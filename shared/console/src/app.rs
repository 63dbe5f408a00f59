//! What every handler gets: the host's ports and how this host is set up.

use std::sync::Arc;

use engine::ports::{Active, Playbooks, PortError};

use crate::{answer::Failure, healthz::Health, idempotency::Keys, ports::Trust, rate::Limiter};

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// API keys decide.
    #[default]
    Keys,
    /// Everybody may do everything: for a demonstration on loopback, nothing else.
    Open,
}

/// How often one address may post to public forms, whatever their names. Advisory: kept in memory, per process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub per_second: f64,
    /// How many posts may come at once after a quiet time.
    pub burst: f64,
}

impl Rate {
    /// How often one address may post to forms that the playbook does not have.
    pub(crate) fn unmatched(self) -> Self {
        Self { per_second: self.per_second / 10.0, burst: (self.burst / 10.0).max(1.0) }
    }
}

impl Default for Rate {
    fn default() -> Self {
        Self { per_second: 100.0, burst: 3000.0 }
    }
}

/// How a host is set up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    pub access: Access,
    /// No limit where absent: right for a host that only listens on loopback.
    pub rate: Option<Rate>,
    /// The address the outside world uses, without a path: `https://handoff.example.com`. Providers
    /// sign it. Where absent, `https://` and the request's `Host` are assumed.
    pub public_url: Option<String>,
    /// The largest body of a submission, in bytes; [`forms::limits::BODY_BYTES`] where absent.
    pub body_limit: Option<usize>,
    /// Why this host can send no e-mail, and what to set. A playbook that sends any is then refused
    /// when it is published. Absent where there is a provider.
    pub cannot_mail: Option<&'static str>,
    /// How old the host's answer to "what is active" may be: executions are resumed after it.
    pub active_may_be_old_seconds: u32,
    /// Other processes accept requests, too: which of two that came at once under an Idempotency-Key is taken, is not
    /// known before `evaluate` has taken it.
    pub others_accept: bool,
    /// An edit of the host's own folder replaces what is published: said to the person who publishes.
    pub folder_is_watched: bool,
}

/// The state of both routers. Cheap to clone.
pub struct App<P> {
    pub ports: Arc<P>,
    pub trust: Trust,
    pub config: Arc<Config>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) health: Option<Arc<dyn Health>>,
}

impl<P> App<P> {
    pub fn new(ports: Arc<P>, trust: Trust, config: Config) -> Self {
        Self { ports, trust, config: Arc::new(config), limiter: Arc::default(), keys: Arc::default(), health: None }
    }

    /// The same, with what this host knows of its own health.
    pub fn with_health(self, health: impl Health + 'static) -> Self {
        Self { health: Some(Arc::new(health)), ..self }
    }
}

impl<P: Playbooks> App<P> {
    /// The active playbook. Before the first one is published nothing can be accepted.
    pub(crate) async fn active(&self) -> Result<Active, Failure> {
        match self.ports.active().await {
            Err(PortError::Refused { .. }) => {
                let detail = "no playbook is published here yet; publish one, then send the same request again";
                Err(Failure::new(503, "playbook_missing", "Not available at the moment", detail).retry_after(60))
            }
            active => Ok(active?),
        }
    }
}

impl<P> Clone for App<P> {
    fn clone(&self) -> Self {
        Self {
            ports: self.ports.clone(),
            trust: self.trust.clone(),
            config: self.config.clone(),
            limiter: self.limiter.clone(),
            keys: self.keys.clone(),
            health: self.health.clone(),
        }
    }
}
