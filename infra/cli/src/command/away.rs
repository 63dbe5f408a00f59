use clap::Args;
use serde_json::{Value, json};

use crate::{
    Exit,
    failure::Failure,
    remote::{Remote, part},
    say::Say,
};

/// Say that a person is away; without an end, switch them off until `handoff back`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff away ana --until monday
  handoff away ana --until 2026-03-09T12:00 --reason training
  handoff away ana")]
pub struct Away {
    /// By the id in people.yaml, the name or the e-mail address
    person: String,
    /// When the person is back: monday, tomorrow, 2026-03-09, 3 days
    #[arg(long, value_name = "WHEN", default_value = "further notice")]
    until: String,
    /// Why; shown to who looks at the absence
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

impl Away {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let mut body = json!({ "until": self.until });
        if let Some(reason) = &self.reason {
            body["reason"] = Value::from(reason.as_str());
        }
        let answer = self.remote.post(&format!("/v1/people/{}/away", part(&self.person)), &body, "sentence")?;
        say.either(&answer, || vec![answer["sentence"].as_str().unwrap_or_default().to_owned()]);
        Ok(Exit::Fine)
    }
}
