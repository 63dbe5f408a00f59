use std::path::PathBuf;

use clap::Args;

use crate::{
    Exit,
    failure::Failure,
    remote::{Remote, part},
    say::{Look, Say},
    submission::Submission,
};

/// Submit a form to a running host
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff send lead.json
  handoff send lead.json --form contact --to http://127.0.0.1:9000")]
pub struct Send {
    /// What the form sends: JSON, or urlencoded text
    file: PathBuf,
    /// The form's name
    #[arg(long, default_value = "demo-request")]
    form: String,
    #[command(flatten)]
    remote: Remote,
}

impl Send {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let submission = Submission::read(&self.file)?;
        let path = format!("/v1/forms/{}", part(&self.form));
        let answered = self.remote.send("POST", &path, &submission.body, submission.content_type)?;
        if answered.status != 200 {
            return Err(self.remote.refused(&answered));
        }
        let answer = self.remote.holding(answered, "event_id")?;
        say.either(&answer, || match answer["record"].as_str() {
            Some(record) => vec![
                format!("{} It is about {record}.", say.paint(Look::Good, "Accepted.")),
                format!("See what became of it: handoff timeline {record}{}", self.remote.again()),
            ],
            None if answer["kept"] == "test" => vec!["Accepted, and kept as a test. See /v1/tests.".to_owned()],
            None => vec!["Accepted, and kept aside for a person. See it with `handoff held`.".to_owned()],
        });
        Ok(Exit::Fine)
    }
}
