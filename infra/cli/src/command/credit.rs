use clap::Args;
use serde_json::json;

use crate::{Exit, failure::Failure, remote::Remote, say::Say};

/// Give the owner of a record their turn back: a bad lead, a no-show
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff credit ada@example.com --reason \"no-show\"
  handoff credit lead/2ksv5y --reason \"not a company\"")]
pub struct Credit {
    /// kind/id, or the e-mail address that identifies it
    record: String,
    /// Kept in the record's timeline, with the name of your key
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    remote: Remote,
}

impl Credit {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let path = self.remote.record_path(&self.record)?;
        let answer = self.remote.post(&format!("{path}/credit"), &json!({ "reason": self.reason }))?;
        say.either(&answer, || {
            vec![format!("Sent. `handoff timeline {}` says who is credited, or why nobody is.", self.record)]
        });
        Ok(Exit::Fine)
    }
}
