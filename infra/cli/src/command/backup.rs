use std::path::PathBuf;

use clap::Args;
use engine::ports::Clock;
use serde_json::json;
use sqlite::SystemClock;

use crate::{Exit, failure::Failure, say::Say};

/// Copy everything to a file, while the host runs or not
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff backup /backups/monday.db
  handoff backup /backups/monday.db --data /var/lib/handoff/handoff.db

Runs on the machine that holds the data. The copy is whole as of one moment; put it back with `handoff restore`.")]
pub struct Backup {
    /// The file to make; it must not be there yet
    file: PathBuf,
    /// The file that holds everything
    #[arg(long, value_name = "FILE", default_value = "handoff.db")]
    data: PathBuf,
}

impl Backup {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        sqlite::back_up(&self.data, &self.file, SystemClock.now())
            .map_err(|error| Failure::from_error("no backup was made", &error))?;
        let answer = json!({ "data": self.data, "backup": self.file });
        say.either(&answer, || vec![format!("{} is a whole copy of {}.", self.file.display(), self.data.display())]);
        Ok(Exit::Fine)
    }
}
