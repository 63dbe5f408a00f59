use std::path::PathBuf;

use clap::Args;
use engine::ports::Clock;
use serde_json::json;
use sqlite::SystemClock;

use crate::{Exit, failure::Failure, say::Say};

/// Put a backup back, with everything outbound held until `handoff resume`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff restore /backups/monday.db
  handoff restore /backups/monday.db --data /var/lib/handoff/handoff.db

The host must be stopped. The data that was there is renamed, not removed.
Then start the host, see what may have left since the backup with `handoff resume`, and let it go on:
  handoff resume --yes               sends all of it
  handoff resume --yes --not-again   does not send what may have left already")]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// The file that holds everything
    #[arg(long, value_name = "FILE", default_value = "handoff.db")]
    data: PathBuf,
}

impl Restore {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let aside = sqlite::restore(&self.file, &self.data, SystemClock.now())
            .map_err(|error| Failure::from_error("nothing was put back", &error))?;
        say.either(&json!({ "data": self.data, "set_aside": aside }), || {
            let aside = aside.iter().map(|aside| format!("What was there is now {}.", aside.display()));
            let next = "Everything outbound is held. Start the host, then: handoff resume".to_owned();
            let done = format!("{} holds the backup {}.", self.data.display(), self.file.display());
            std::iter::once(done).chain(aside).chain([next]).collect()
        });
        Ok(Exit::Fine)
    }
}
