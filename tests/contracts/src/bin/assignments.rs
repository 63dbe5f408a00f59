//! Prints what an assignment costs on DynamoDB, as a table or as one JSON object a line;
//! `contracts::assignments` says what is counted.
//!
//! `cargo run -q -p contracts --bin assignments [-- --json]`

use contracts::assignments::{Case, Count};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let as_json = std::env::args().any(|argument| argument == "--json");
    if !as_json {
        println!("                             each assignment                          first save");
        println!("members  caps  batch  savers  write units  read units  attempts  conflicts  write units");
    }
    for case in Case::all() {
        let count = case.count().await;
        println!("{}", if as_json { object(case, count) } else { line(case, count) });
    }
}

fn line(case: Case, count: Count) -> String {
    format!(
        "{:7}  {:4}  {:5}  {:6}  {:11.2}  {:10.2}  {:8.2}  {:9.2}  {:11}",
        case.members,
        if case.caps { "open" } else { "none" },
        case.batch,
        case.savers,
        count.write_units_per_assignment,
        count.read_units_per_assignment,
        count.write_attempts_per_assignment,
        count.conflicts_per_assignment,
        count.write_units_of_first_save,
    )
}

fn object(case: Case, count: Count) -> String {
    json!({
        "members": case.members,
        "open_caps": case.caps,
        "batch": case.batch,
        "savers": case.savers,
        "write_units_per_assignment": count.write_units_per_assignment,
        "read_units_per_assignment": count.read_units_per_assignment,
        "write_attempts_per_assignment": count.write_attempts_per_assignment,
        "conflicts_per_assignment": count.conflicts_per_assignment,
        "write_units_of_first_save": count.write_units_of_first_save,
    })
    .to_string()
}
