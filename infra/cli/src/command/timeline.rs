use clap::Args;
use script::render;

use crate::{Exit, failure::Failure, find, remote::Remote, say::Say};

/// What happened to a record, in sentences
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff timeline ada@example.com
  handoff timeline '+49 30 1234567'
  handoff timeline lead/2ksv5y --to http://127.0.0.1:9000")]
pub struct Timeline {
    /// kind/id, or its e-mail address, phone number or name, in any spelling
    record: String,
    #[command(flatten)]
    remote: Remote,
}

impl Timeline {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let path = find::record_path(&self.remote, &self.record)?;
        let answer = self.remote.get_whole(&format!("{path}/timeline?limit=200"))?;
        say.either(&answer, || render::timeline(&answer));
        Ok(Exit::Fine)
    }
}
