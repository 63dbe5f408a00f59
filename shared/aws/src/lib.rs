//! The AWS host: the engine's ports on DynamoDB, SQS, EventBridge and SES, and the glue
//! that runs an engine step as a Lambda function.
//!
//! The only crate that names an AWS SDK or the Lambda runtime. It decides nothing: what a
//! port promises is stated in `engine::ports`, and how AWS keeps the promise stands here.

mod clock;
pub mod config;
mod connections;
mod counts;
mod dynamodb;
mod envelope;
mod eventbridge;
mod failure;
pub mod lambda;
mod ports;
mod sdk;
mod ses;
mod sqs;
mod trust;

pub use config::{Config, ConfigError};
pub use counts::{Counts, Usage};
pub use dynamodb::MOST_ENDS;
pub use ports::Ports;
pub use sdk::Account;
