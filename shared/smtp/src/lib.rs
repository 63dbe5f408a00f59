//! E-mail over SMTP: the engine's [`Mailer`](engine::ports::Mailer) on any server that speaks it.
//!
//! SMTP has no key to deduplicate by, so a message is handed over once per call and never
//! repeated here. What an error means depends on one moment: before the message's text was
//! sent nothing can have left; after it, only an answer tells.

mod letter;
mod pool;
mod server;
mod smtp;
mod url;

pub use smtp::Smtp;
pub use url::UrlError;
