use clap::Args;
use script::render;
use serde_json::Value;

use crate::{Exit, failure::Failure, find, remote::Remote, say::Say};

/// Who got a record and why, and why not the others
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  handoff assignments ada@example.com")]
pub struct Assignments {
    /// kind/id, or its e-mail address, phone number or name, in any spelling
    record: String,
    #[command(flatten)]
    remote: Remote,
}

impl Assignments {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let path = find::record_path(&self.remote, &self.record)?;
        let answer = self.remote.get_whole(&format!("{path}/assignments?limit=200"))?;
        let lines = render::assignments(&answer);
        let exit = if lines.is_empty() { Exit::Found } else { Exit::Fine };
        say.either(&answer, || if lines.is_empty() { vec![nobody(&answer)] } else { lines });
        Ok(exit)
    }
}

/// Why there is no line.
fn nobody(answer: &Value) -> String {
    answer["deleted"].as_str().unwrap_or("Nobody has had it.").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_that_was_deleted_says_so_rather_than_that_nobody_had_it() {
        assert_eq!(nobody(&json!({ "data": [], "deleted": "Deleted on 2 Mar 2028" })), "Deleted on 2 Mar 2028");
        assert_eq!(nobody(&json!({ "data": [] })), "Nobody has had it.");
    }
}
