use std::{path::PathBuf, time::Duration};

use clap::Args;
use script::{
    Place, Script, Setting, Told,
    command::{Body, Command, Show, When},
};
use serde_json::{Value, json};

use crate::{
    Exit, block_on,
    failure::Failure,
    say::{Look, Say},
    shipped,
};

/// Tell a lead's morning, from the form to the escalation, in a few seconds
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff demo
  handoff demo --script    prints the script it runs, for `handoff script`

Time is virtual; everything else is real: the playbook, the engine, a database file in a
temporary folder that is closed and opened again where the story says so.")]
pub struct Demo {
    /// Print the script instead of running it
    #[arg(long)]
    script: bool,
    /// Without the short pauses between parts
    #[arg(long)]
    fast: bool,
}

const SCRIPT: &str = include_str!("../demo.txt");

impl Demo {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        if self.script {
            say.line(SCRIPT.trim_end());
            return Ok(Exit::Fine);
        }
        let folder = tempfile::tempdir().map_err(|error| Failure::from_error("no temporary folder", &error))?;
        let setting = Setting {
            playbook: shipped::files(),
            folder: PathBuf::new(),
            place: Place::File(folder.path().join("demo.db")),
            ..Setting::default()
        };
        let script = Script::parse("demo", SCRIPT)
            .map_err(|errors| Failure::new(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
        let pause = if self.fast || say.json || !say.is_terminal() { Duration::ZERO } else { PAUSE };
        let transcript = block_on(script::run(&script, &setting, |told| tell(say, told, pause)))?
            .map_err(|error| Failure::new(error.to_string()))?;
        if say.json {
            say.document(&json!({ "ok": transcript.failures.is_empty(), "transcript": transcript.render(&script) }));
        } else {
            ending(say);
        }
        Ok(if transcript.failures.is_empty() { Exit::Fine } else { Exit::Found })
    }
}

/// So that a person can follow.
const PAUSE: Duration = Duration::from_millis(600);

fn tell(say: &Say, told: Told<'_>, pause: Duration) {
    if say.json {
        return;
    }
    match told {
        Told::Narration(text) => match text.strip_prefix("# ") {
            Some(heading) => {
                std::thread::sleep(pause);
                say.line(format!("\n{}\n", say.paint(Look::Bold, heading)));
            }
            None => {
                std::thread::sleep(pause / 2);
                say.line(text);
            }
        },
        Told::Command(command, _) => {
            if let Some(text) = in_words(command) {
                say.line(say.paint(Look::Link, &format!("  → {text}")));
            }
        }
        Told::Output(command, lines) => output(say, command, lines),
    }
}

/// What happens, for people who do not read scripts; nothing about checks.
fn in_words(command: &Command) -> Option<String> {
    Some(match command {
        Command::At(When::Local(at)) => at.strftime("%A, %H:%M").to_string(),
        Command::At(When::Clock(at)) => at.strftime(if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string(),
        Command::Form { body: Body::Json(text), .. } => {
            let body: Value = serde_json::from_str(text).unwrap_or_default();
            let part = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            format!("a form: {}, {}, {} people", part("full_name"), part("company"), part("team_size"))
        }
        Command::Event { .. } => "a call is logged".to_owned(),
        Command::Away { person, until } => format!("handoff away {person} --until {until}"),
        Command::Kill => "kill -9".to_owned(),
        _ => return None,
    })
}

fn output(say: &Say, command: &Command, lines: &[String]) {
    let is_letter = matches!(command, Command::Show(Show::Letter(_)));
    for line in lines.iter().filter(|line| !is_inside(line)) {
        let text = match line {
            failed if failed.starts_with("FAILED") => say.paint(Look::Bad, failed),
            line if is_letter => format!("{} {line}", say.paint(Look::Dim, "│")),
            detail if detail.contains("  · ") => say.paint(Look::Dim, detail),
            line => line.clone(),
        };
        say.line(format!("    {text}"));
    }
    if !lines.is_empty() {
        say.line("");
    }
}

/// Details of how it works inside, which `handoff timeline` shows and a story does not need.
fn is_inside(line: &str) -> bool {
    let inside =
        ["Company is company/", "Left empty: ", "Kept as it came: ", "Pool ", "Waiting for pool ", "Call logged: "];
    line.split_once("  · ").is_some_and(|(_, detail)| inside.iter().any(|start| detail.starts_with(start)))
}

fn ending(say: &Say) {
    say.line(format!("\n{}\n", say.paint(Look::Bold, "Four people, and nobody was forgotten")));
    say.line("No message left this machine. Everything above is a playbook of a few short files: edit them.");
    let handoff = std::env::args().next().unwrap_or_else(|| "handoff".to_owned());
    say.line(format!("Start your own: {}", say.paint(Look::Link, &handoff)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_is_true() {
        let say = Say::new(true);
        assert_eq!(Demo { script: false, fast: true }.run(&say).unwrap(), Exit::Fine);
    }
}
