//! The host's e-mail provider: an SMTP server named by one environment variable, or none.

use domain::playbook::{Outbound, Playbook};
use smtp::Smtp;

use crate::failure::Failure;

const VARIABLE: &str = "HANDOFF_SMTP_URL";

/// What this host lacks for a playbook that sends, and how to give it.
pub const MISSING: &str = "this host has no e-mail provider; start it with HANDOFF_SMTP_URL, \
    for example smtp://user:password@mail.example.com:587?tls=required, or set outbound to capture";

const FORMS: &str = "write smtp://user:password@mail.example.com:587?tls=required, \
    smtps://user:password@mail.example.com:465, or smtp://localhost:1025 for a catcher on this machine; \
    special characters in the password are written as %XX";

/// The provider that the environment names; one that cannot be used is refused, never passed over.
pub fn provider() -> Result<Option<Smtp>, Failure> {
    match std::env::var(VARIABLE) {
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::new(format!("{VARIABLE} is not text"))),
        Ok(url) if url.trim().is_empty() => Ok(None),
        Ok(url) => {
            let read = Smtp::from_url(&url);
            // The URL holds a password, so it is not repeated.
            let unusable = |error| Failure::from_error(&format!("{VARIABLE} cannot be used"), &error).hint(FORMS);
            read.map(Some).map_err(unusable)
        }
    }
}

/// Refuses a playbook that sends where nothing can be sent.
pub fn require(playbook: &Playbook, can_mail: bool) -> Result<(), Failure> {
    if can_mail || playbook.organisation.outbound == Outbound::Capture {
        return Ok(());
    }
    Err(Failure::new("the playbook's outbound mode sends e-mail, and nothing can be sent").hint(MISSING))
}
