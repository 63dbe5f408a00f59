use clap::Args;
use serde_json::{Value, json};

use crate::{Exit, failure::Failure, find, patience, remote::Remote, say::Say};

/// Give the owner of a record their turn back: a bad lead, a no-show
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff credit ada@example.com --reason \"no-show\"
  handoff credit lead/2ksv5y --reason \"not a company\"")]
pub struct Credit {
    /// kind/id, or its e-mail address, phone number or name, in any spelling
    record: String,
    /// Kept in the record's timeline, with the name of your key
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    remote: Remote,
}

/// How often the outcome is asked for.
const TRIES: u32 = 50;

impl Credit {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let path = find::record_path(&self.remote, &self.record)?;
        let before = self.remote.get(&path, "seq")?["seq"].as_u64().unwrap_or_default();
        self.remote.post(&format!("{path}/credit"), &json!({ "reason": self.reason }), "message_id")?;
        let outcome = self.outcome(&path, before)?;
        say.either(&outcome, || vec![outcome["text"].as_str().unwrap_or_default().to_owned()]);
        // What needs somebody's attention is a refusal, and why.
        Ok(if outcome["kind"] == "attention" { Exit::Found } else { Exit::Fine })
    }

    /// The line of the timeline that says what came of it: it is worked off within moments.
    fn outcome(&self, path: &str, before: u64) -> Result<Value, Failure> {
        let reason = self.reason.trim();
        let found = patience::look(TRIES, || {
            let answer = self.remote.get(&format!("{path}/timeline?limit=20"), "data")?;
            let mut lines = answer["data"].as_array().into_iter().flatten();
            let is_ours = |line: &&Value| {
                let text = line["text"].as_str().unwrap_or_default();
                line["seq"].as_u64() > Some(before) && text.contains("redit for ") && text.contains(reason)
            };
            Ok(lines.find(is_ours).cloned())
        })?;
        found.ok_or_else(|| {
            Failure::new("the host has accepted the credit and not decided it yet")
                .hint(format!("`handoff timeline {}` will say who is credited, or why nobody is", self.record))
        })
    }
}
