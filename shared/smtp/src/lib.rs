//! E-mail over SMTP: the engine's [`Mailer`](engine::ports::Mailer) on any server that speaks it.
//!
//! SMTP has no key to deduplicate by, so a message is handed over once per call and never
//! repeated here. What an error means depends on one moment: before the message's text was
//! sent nothing can have left; after it, only an answer tells.
//!
//! `lettre`'s own transport gives one error for the whole dialogue, so its connection is driven step by step here.
//! Until the text is sent (after `DATA`), whatever is not a final refusal is `NotYet`: `act` gives its claim back, and
//! the message comes again, a minute later, then as a dead letter does, until the effect's own deadline. After it,
//! without an answer, the effect is in doubt and a person gets a task. Nothing is sent twice to find out.

mod letter;
mod pool;
mod server;
mod smtp;
mod url;

pub use smtp::Smtp;
pub use url::UrlError;
