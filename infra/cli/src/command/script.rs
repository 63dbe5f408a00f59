use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use script::{Place, Setting, Transcript};
use serde_json::{Value, json};

use crate::{
    Exit, block_on,
    failure::Failure,
    input,
    say::{Look, Say},
    shipped,
};

/// Run scenario scripts in virtual time
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff script scenario.txt             prints the transcript
  handoff script scenario.txt --update    writes it into the file
  handoff script tests/scenarios/scripts/*.txt

A file whose lines begin with `| ` says what its commands print: it is compared, and a
difference ends with 1. A script may look like this:

  at 2026-03-02 09:00
  form demo-request {\"name\": \"Ada\", \"email\": \"ada@example.com\", \"team_size\": \"51-200\"}
  let L1 = last record
  advance 16m
  show timeline lead/L1")]
pub struct Script {
    /// Files that hold a scenario each
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write what the commands print into the files
    #[arg(long)]
    update: bool,
    /// The playbook to begin with, instead of the shipped one
    #[arg(long, value_name = "DIR")]
    playbook: Option<PathBuf>,
}

impl Script {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let playbook = match &self.playbook {
            Some(folder) => super::check::read(folder)?.files,
            None => shipped::files(),
        };
        let mut exit = Exit::Fine;
        let mut documents = Vec::new();
        for file in &self.files {
            let folder = file.parent().unwrap_or(Path::new("")).to_owned();
            let setting = Setting { playbook: playbook.clone(), folder, place: Place::Memory, ..Setting::default() };
            let script = parse(file)?;
            let transcript =
                block_on(script::run(&script, &setting, |_| {}))?.map_err(|error| Failure::new(error.to_string()))?;
            let document = self.report(say, file, &script, &transcript)?;
            if document["ok"] == false {
                exit = Exit::Found;
            }
            documents.push(document);
        }
        if say.json {
            say.document(&documents);
        }
        Ok(exit)
    }

    fn report(
        &self,
        say: &Say,
        file: &Path,
        script: &script::Script,
        transcript: &Transcript,
    ) -> Result<Value, Failure> {
        let rendered = transcript.render(script);
        if self.update {
            fs::write(file, &rendered)
                .map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))?;
        }
        let compared = script.has_expected() && !self.update;
        let differences = if compared { transcript.differences(script) } else { Vec::new() };
        if !say.json && !compared && !self.update {
            say.line(rendered.trim_end());
        }
        for found in differences.iter().filter(|_| !say.json) {
            say.line(format!("{}:{}: {}", file.display(), found.line, found.command));
            found.lines().iter().for_each(|line| {
                let look = if line.starts_with('-') { Look::Bad } else { Look::Good };
                say.line(if line.starts_with(' ') {
                    format!("    {line}")
                } else {
                    say.paint(look, &format!("    {line}"))
                });
            });
        }
        for (line, why) in transcript.failures.iter().filter(|_| !say.json) {
            say.line(say.paint(Look::Bad, &format!("{}:{line}: {why}", file.display())));
        }
        let ok = differences.is_empty() && transcript.failures.is_empty();
        if !say.json && ok && (compared || self.update) {
            say.line(say.paint(Look::Good, &format!("{}: as it says", file.display())));
        }
        let lines: Vec<Value> =
            differences.iter().map(|found| json!({ "line": found.line, "diff": found.lines() })).collect();
        Ok(
            json!({ "file": file, "ok": ok, "transcript": rendered, "differences": lines, "failures": transcript.failures }),
        )
    }
}

/// Reads a script's file.
fn parse(file: &Path) -> Result<script::Script, Failure> {
    let text = input::text(file, "a scenario; `handoff script --help` shows one")?;
    script::Script::parse(&file.display().to_string(), &text)
        .map_err(|errors| Failure::usage(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}
