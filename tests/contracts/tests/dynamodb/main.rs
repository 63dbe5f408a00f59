//! DynamoDB keeps every promise, and costs what is written down here.
//!
//! Runs against an embedded DynamoDB. It imitates no throttling and no conflict of transactions.
//! What SQS, EventBridge and SES promise is shown by the stack ring.

mod absences;
mod attempts;
mod cost;
mod lost_answers;
mod restored;
mod search;

use aws::Ports;
use contracts::tables::Tables;

async fn fresh() -> (Ports, Tables) {
    let tables = Tables::make().await;
    (tables.ports(), tables)
}

contracts::every_contract!(crate::fresh);
