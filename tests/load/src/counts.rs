//! What a lead costs on AWS: counted by the contracts' own run of one lead over an embedded
//! DynamoDB, in the everyday profile, so that the SDK is not built a second time for it.

use std::{path::Path, process::Command};

use serde_json::Value as Json;

/// What a lead uses up there.
pub struct Counts {
    pub write_units: f64,
    pub sqs_requests: f64,
    pub events: f64,
    pub invocations: f64,
    /// Of a lead that nobody calls, to its close.
    pub messages_per_timer: f64,
}

pub fn count() -> Result<Counts, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("no repository root")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let counted =
        Command::new(cargo).args(["run", "-q", "-p", "contracts", "--bin", "counts"]).current_dir(root).output();
    let counted = counted.map_err(|error| format!("cargo does not start: {error}"))?;
    if !counted.status.success() {
        return Err(format!("the counts failed: {}", String::from_utf8_lossy(&counted.stderr)));
    }
    let counts: Json = serde_json::from_slice(&counted.stdout).map_err(|error| format!("the counts: {error}"))?;
    let of = |name: &str| counts[name].as_f64().ok_or_else(|| format!("the counts lack {name}"));
    Ok(Counts {
        write_units: of("write_units_per_lead")?,
        sqs_requests: of("sqs_requests_per_lead")?,
        events: of("events_per_lead")?,
        invocations: of("invocations_per_lead")?,
        messages_per_timer: of("messages_per_timer")?,
    })
}
