use clap::Args;
use domain::plural::counted;
use script::render;
use serde_json::{Value, json};

use crate::{Exit, failure::Failure, remote::Remote, say::Say};

/// What the parts of an answer count.
const NOT_AGAIN: &str = "not_sent_again";
const NOT_SENDING: &str = "executions_not_sending_again";

/// Show what a pause keeps back, and with --yes let it go on
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff resume                       what would go on
  handoff resume --yes                 let it
  handoff resume speed-to-lead --yes   one workflow
  handoff resume --yes --not-again     after a restore: what may have left already is not sent again,
                                       nor what a workflow that was under way sends before it next waits")]
pub struct Resume {
    /// Workflows; all of them where none is named
    workflows: Vec<String>,
    /// Do it
    #[arg(long)]
    yes: bool,
    /// After a restore: do not send what may have left before
    #[arg(long, requires = "yes")]
    not_again: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Resume {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        if !self.yes {
            let answer = self.remote.get("/v1/resume", "held_executions")?;
            say.either(&answer, || {
                let mut lines = render::preview(&answer);
                let is_paused = answer["paused"] != "nothing";
                let is_held = [&answer["held_executions"], &answer["held_effects"]].iter().any(|held| **held != 0);
                lines.push(match is_paused || is_held {
                    true => "Nothing was changed. Let it go on: handoff resume --yes".to_owned(),
                    false => "There is nothing to resume.".to_owned(),
                });
                lines
            });
            return Ok(Exit::Fine);
        }
        let mut body = json!({});
        if !self.workflows.is_empty() {
            body["workflows"] = json!(self.workflows);
        }
        if self.not_again {
            body["not_again"] = json!(true);
        }
        let answer = self.go_on(&mut body)?;
        say.either(&answer, || {
            let count = |name: &str| answer[name].as_u64().unwrap_or_default();
            let (executions, effects) = (count("resumed_executions"), count("resumed_effects"));
            let not_again = count(NOT_AGAIN);
            let skipped = format!("Not sent again, because it may have left before: {}.", counted(not_again, "message"));
            let held = [(executions, "execution"), (effects, "message")];
            let going_on: Vec<String> =
                held.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
            let resumed = match executions + effects {
                0 if not_again + count(NOT_SENDING) == 0 => "Resumed: nothing was held.".to_owned(),
                0 => "Resumed: nothing of what was held goes on now.".to_owned(),
                1 => format!("Resumed: {} goes on.", going_on.join(" and ")),
                _ => format!("Resumed: {} go on.", going_on.join(" and ")),
            };
            let quiet = count(NOT_SENDING);
            let silent = format!(
                "Sending nothing before the next wait, for more may have been done before: {}; owners are assigned and tasks created all the same.",
                counted(quiet, "execution")
            );
            let skipped = [(not_again, skipped), (quiet, silent)].into_iter().filter(|(count, _)| *count > 0);
            [resumed].into_iter().chain(skipped.map(|(_, line)| line)).collect()
        });
        Ok(Exit::Fine)
    }

    /// Asks as often as it takes: of a copy that holds much, one request looks at a part.
    fn go_on(&self, body: &mut Value) -> Result<Value, Failure> {
        let ask = |body: &Value| self.remote.post("/v1/resume", body, "resumed_executions");
        let mut answer = ask(body)?;
        while !answer["next"].is_null() {
            body["after"] = answer["next"].take();
            let before = [NOT_AGAIN, NOT_SENDING].map(|name| (name, answer[name].as_u64().unwrap_or_default()));
            answer = ask(body).map_err(|failure| {
                failure
                    .hint("not all of what is held was looked at, and nothing goes on yet: run the same command again")
            })?;
            for (name, count) in before {
                answer[name] = json!(count + answer[name].as_u64().unwrap_or_default());
            }
        }
        Ok(answer)
    }
}
