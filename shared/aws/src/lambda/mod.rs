//! What stands between the Lambda runtime and an engine step: batches of messages, the
//! minute's schedule, and HTTP. Nothing here knows what a message means.

mod batch;
mod durable;
mod error;
mod http;
mod queue;
mod start;
mod suspects;

pub use error::Error;
pub use http::run_http;
pub use queue::{Consumer, Delivery, run_queue, run_queue_and_schedule};
pub use start::start;
