use clap::Args;
use serde_json::{Value, json};

use crate::{
    Exit,
    failure::Failure,
    remote::{Remote, part},
    say::Say,
};

/// Say that a person is away, or back
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff away ana --until monday
  handoff away ana --until 2026-03-09T12:00 --reason training
  handoff away ana --back")]
pub struct Away {
    /// As in people.yaml
    person: String,
    /// When the person is back: monday, tomorrow, 2026-03-09, 3 days
    #[arg(long, value_name = "WHEN", required_unless_present = "back", conflicts_with = "back")]
    until: Option<String>,
    /// The person is back now
    #[arg(long)]
    back: bool,
    #[arg(long, value_name = "TEXT", conflicts_with = "back")]
    reason: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

impl Away {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let path = format!("/v1/people/{}/away", part(&self.person));
        let answer = match &self.until {
            Some(until) => {
                let mut body = json!({ "until": until });
                if let Some(reason) = &self.reason {
                    body["reason"] = Value::from(reason.as_str());
                }
                self.remote.post(&path, &body)?
            }
            None => self.remote.delete(&path)?,
        };
        say.either(&answer, || match &self.until {
            Some(until) => vec![format!("{} is away until {until} and gets no new records.", self.person)],
            None => vec![format!("{} is back.", self.person)],
        });
        Ok(Exit::Fine)
    }
}
