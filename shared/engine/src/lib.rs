//! One function per step: load → decide → append → follow up.
//!
//! Async over the small ports of [`ports`]; no AWS, no SQL, no clock of its own. Whatever
//! is decided is decided in `domain`; here it is made to last, and to happen once.

pub mod act;
pub mod assign;
mod error;
pub mod escalate;
pub mod evaluate;
pub mod ports;
mod shelf;

pub use error::Error;
pub use shelf::Shelf;
