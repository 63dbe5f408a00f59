use std::future::Future;

use super::Rendered;

/// One e-mail to hand to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail<'a> {
    pub message: &'a Rendered,
    /// The effect's id: given to providers that deduplicate by a key, and as a tag to others.
    pub key: &'a str,
}

/// The e-mail provider. Not idempotent: called at most once per claim.
pub trait Mailer: Send + Sync {
    /// Hands a message over; the provider's own id once it took it.
    fn send(&self, mail: Mail<'_>) -> impl Future<Output = Result<Option<String>, MailError>> + Send;
}

/// Why a message was not, or perhaps not, taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The provider does not take it now, and certainly has not: to be tried again.
    #[error("not taken yet: {0}")]
    NotYet(String),
    /// The provider said no, for good.
    #[error("the provider refused it: {0}")]
    Refused(String),
    /// The answer was lost: it may have been sent.
    #[error("the provider's answer was lost: {0}")]
    Unknown(String),
}
