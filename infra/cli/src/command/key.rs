use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::{
    Exit,
    failure::Failure,
    remote::{Remote, part},
    say::{Look, Say},
};

/// API keys of a running host: add one for a program, list them, remove one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff key add website --scope events     printed once; the host keeps its hash
  handoff key list
  handoff key remove website

On AWS, keys are set where the functions are deployed: infra/README.md.")]
pub struct Key {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a key, and print it this once
    Add {
        /// Who uses it: shown as the author of what is done with it
        name: String,
        /// What it may do; each of read, operate and admin includes the one before, and admin includes events
        #[arg(long, value_name = "SCOPE")]
        scope: Scope,
        #[command(flatten)]
        remote: Remote,
    },
    /// Names, scopes and first letters; the keys themselves are nowhere
    List {
        #[command(flatten)]
        remote: Remote,
    },
    /// Take a key back; it is refused from now on
    Remove {
        /// As listed
        name: String,
        #[command(flatten)]
        remote: Remote,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Scope {
    /// Send forms and events
    Events,
    /// See everything
    Read,
    /// Reassign, close, credit, complete, redrive, set time off
    Operate,
    /// Publish, roll back, pause, resume, keys
    Admin,
}

impl Key {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        match self.what {
            What::Add { name, scope, remote } => add(say, &remote, &name, scope),
            What::List { remote } => list(say, &remote),
            What::Remove { name, remote } => {
                let answer = remote.delete(&format!("/v1/keys/{}", part(&name)), "removed")?;
                say.either(&answer, || vec![format!("The key {name} is removed, and refused from now on.")]);
                Ok(Exit::Fine)
            }
        }
    }
}

fn add(say: &Say, remote: &Remote, name: &str, scope: Scope) -> Result<Exit, Failure> {
    let scope = scope.to_possible_value().map(|value| value.get_name().to_owned());
    let answer = remote.post("/v1/keys", &json!({ "name": name, "scope": scope }), "key")?;
    say.either(&answer, || {
        let key = answer["key"].as_str().unwrap_or_default();
        let once = "It is shown this once: the host keeps its hash. Send it as: Authorization: Bearer KEY";
        vec![say.paint(Look::Warn, key), once.to_owned()]
    });
    Ok(Exit::Fine)
}

fn list(say: &Say, remote: &Remote) -> Result<Exit, Failure> {
    let answer = remote.get("/v1/keys", "data")?;
    say.either(&answer, || answer["data"].as_array().into_iter().flatten().map(line).collect());
    Ok(Exit::Fine)
}

fn line(key: &Value) -> String {
    let text = |name: &str| key[name].as_str().unwrap_or_default();
    let day = text("created_at").split('T').next().unwrap_or_default();
    format!("{:20} {:8} {}…  since {day}", text("name"), text("scope"), text("begins"))
}
