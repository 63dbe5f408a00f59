//! Prints what one R1 lead costs on AWS as one JSON object; `contracts::wire` says what is assumed.
//!
//! `cargo run -q -p contracts --bin counts`

use contracts::{
    lead::{Line, sum},
    wire::Tally,
};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let line = Line::start().await;
    let first = line.lead("first").await;
    let next = line.lead("next").await;
    println!("{}", figures(&first, &next));
}

fn figures(first: &Tally, next: &Tally) -> Value {
    let queues = ["send to ", "receive from ", "delete from ", "deliver from "];
    json!({
        "write_units_per_lead": sum(first, &[], |used| used.write_units),
        "write_units_next_lead": sum(next, &[], |used| used.write_units),
        // With nothing cached yet, and with the playbook cached.
        "read_units_per_lead": sum(first, &[], |used| used.read_units),
        "read_units_next_lead": sum(next, &[], |used| used.read_units),
        "sqs_requests_per_lead": sum(first, &queues, |used| used.requests),
        "events_per_lead": sum(first, &["publish "], |used| used.requests),
        "invocations_per_lead": sum(first, &["invoke "], |used| used.requests),
        "by_operation": first.iter().map(|(operation, used)| {
            let line = json!({
                "requests": used.requests,
                "messages": used.messages,
                "write_units": used.write_units,
                "read_units": used.read_units,
            });
            ((*operation).to_owned(), line)
        }).collect::<serde_json::Map<_, _>>(),
    })
}
