//! What a release left behind: a store and a stack with every kind of state, kept under `releases/<commit>/`,
//! and what that release told of them.
//!
//! `cargo run -p contracts --bin release -- make DIR` makes both with the code it is built from; run it at the
//! commit of a release and commit what it wrote. Nothing under `releases/<commit>/` is ever made again.

mod mail;
mod playing;
mod stack;
mod story;
mod tell;

pub use mail::Post;
pub use playing::Playing;
pub use stack::{dump, load, put};
pub use story::{END, play};
pub use tell::{Told, facts, tell, words};
