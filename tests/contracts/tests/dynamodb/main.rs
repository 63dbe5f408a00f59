//! DynamoDB keeps every promise, and costs what is written down here.
//!
//! Runs against an embedded DynamoDB. It imitates no throttling and no conflict of transactions.
//! What SQS, EventBridge and SES promise is shown by the stack ring.

mod cost;
mod lost_answers;
mod search;
mod tables;

use aws::Ports;
use tables::Guard;

async fn fresh() -> (Ports, Guard) {
    tables::fresh().await
}

contracts::every_contract!(crate::fresh);
