use clap::Args;

use crate::{
    Exit,
    failure::Failure,
    remote::{Remote, part},
    say::Say,
};

/// Say that a person is back, or switch them on again; of who is not away, call off what is planned
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  handoff back ana")]
pub struct Back {
    /// As in people.yaml
    person: String,
    #[command(flatten)]
    remote: Remote,
}

impl Back {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let answer = self.remote.delete(&format!("/v1/people/{}/away", part(&self.person)))?;
        say.either(&answer, || vec![format!("{} is back.", self.person)]);
        Ok(Exit::Fine)
    }
}
