use clap::Args;
use serde_json::{Value, json};

use crate::{
    Exit,
    failure::Failure,
    patience,
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
        carried_out(&self.remote, &answer)?;
        say.either(&answer, || vec![answer["sentence"].as_str().unwrap_or_default().to_owned()]);
        Ok(Exit::Fine)
    }
}

/// How often is looked whether it is so.
const TRIES: u32 = 50;

/// Waits until a change of somebody's time off is carried out: the next command goes by it. Others may change it at the
/// same moment, so it looks for this change alone.
pub fn carried_out(remote: &Remote, answer: &Value) -> Result<(), Failure> {
    let (Some(link), Some(added), Some(ended)) =
        (answer["links"]["away"].as_str(), answer["added"].as_array(), answer["ended"].as_array())
    else {
        return Ok(());
    };
    let is_so = patience::look(TRIES, || {
        let now = remote.get(link, "data")?["data"].take();
        let holds = |off: &Value| now.as_array().is_some_and(|all| all.contains(off));
        Ok((added.iter().all(holds) && !ended.iter().any(holds)).then_some(()))
    })?;
    is_so.ok_or_else(|| {
        Failure::new("the host has accepted this and not carried it out yet, or somebody else has changed it since")
            .hint(format!("`GET {link}` says when the person is off"))
    })
}
