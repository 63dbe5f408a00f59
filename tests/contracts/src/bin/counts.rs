//! Prints what one R1 lead costs on AWS as one JSON object; `contracts::wire` says what is assumed.
//!
//! `cargo run -q -p contracts --bin counts`

use contracts::{
    lead::{Line, sum},
    wire::{Tally, messages_per_timer},
};
use serde_json::{Value, json};

/// Letters of the message in the form: what people usually write, and a long one.
const MESSAGE: usize = 300;
const LONG_MESSAGE: usize = 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let line = Line::start().await;
    let first = line.lead("first", MESSAGE).await;
    let next = line.lead("next", MESSAGE).await;
    let long = line.lead("long", LONG_MESSAGE).await;
    let closed = Line::start().await.lead_to_its_close("missed", MESSAGE).await;
    println!("{}", figures(&first, &next, &long, &closed));
}

fn figures(first: &Tally, next: &Tally, long: &Tally, closed: &Tally) -> Value {
    let queues = ["send to ", "receive from ", "delete from ", "deliver from "];
    json!({
        "write_units_per_lead": sum(first, &[], |used| used.write_units),
        "write_units_next_lead": sum(next, &[], |used| used.write_units),
        "write_units_long_message": sum(long, &[], |used| used.write_units),
        // With nothing cached yet, and with the playbook cached.
        "read_units_per_lead": sum(first, &[], |used| used.read_units),
        "read_units_next_lead": sum(next, &[], |used| used.read_units),
        // Nobody calls: it is reassigned and escalated, and closed an hour later.
        "write_units_to_close": sum(closed, &[], |used| used.write_units),
        "read_units_to_close": sum(closed, &[], |used| used.read_units),
        "messages_per_timer": messages_per_timer(closed),
        "sqs_requests_to_close": sum(closed, &queues, |used| used.requests),
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
