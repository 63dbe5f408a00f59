use clap::Args;

use crate::{
    Exit,
    command::away::carried_out,
    failure::Failure,
    remote::{Remote, part},
    say::Say,
};

/// Say that a person is back, or switch them on again
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff back ana
  handoff back ana --all")]
pub struct Back {
    /// By the id in people.yaml, the name or the e-mail address
    person: String,
    /// Call off what is planned as well
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Back {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let answer =
            self.remote.delete(&format!("/v1/people/{}/away?all={}", part(&self.person), self.all), "sentence")?;
        carried_out(&self.remote, &answer)?;
        say.either(&answer, || vec![answer["sentence"].as_str().unwrap_or_default().to_owned()]);
        Ok(Exit::Fine)
    }
}
