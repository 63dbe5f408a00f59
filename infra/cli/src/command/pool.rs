use clap::Args;
use script::render;

use crate::{
    Exit,
    failure::Failure,
    remote::{Remote, part},
    say::Say,
};

/// A pool's ledger: who was due what, who got what, and who is available now
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  handoff pool inbound")]
pub struct Pool {
    /// The pool's name in pools.yaml
    pool: String,
    #[command(flatten)]
    remote: Remote,
}

impl Pool {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let answer = self.remote.get(&format!("/v1/pools/{}", part(&self.pool)), "members")?;
        say.either(&answer, || render::pool(&answer));
        Ok(Exit::Fine)
    }
}
