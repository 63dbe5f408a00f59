use std::path::{Path, PathBuf};

use clap::Args;
use engine::ports::Clock;
use playbook::{Files, load};
use script::{Place, Script, Setting, Told};
use serde_json::json;

use crate::{
    Exit, block_on,
    failure::Failure,
    say::{Look, Say},
    shipped,
};

/// What would happen to this submission, without any of it happening
#[derive(Debug, Args)]
#[command(
    name = "try",
    after_help = "\
Examples:
  handoff try lead.json
  handoff try lead.json --at 2026-03-02T03:00Z    at night
  handoff try lead.json --playbook draft          with an edit that is not published

It runs the real engine in memory, with nobody's earlier leads counted. Nothing is sent or kept.
Ends with 1 if no workflow takes its main path."
)]
pub struct Try {
    /// What the form sends: JSON, or urlencoded text
    file: PathBuf,
    /// The form's name
    #[arg(long, default_value = "demo-request")]
    form: String,
    /// The playbook's folder; ./playbook, else the shipped one
    #[arg(long, value_name = "DIR")]
    playbook: Option<PathBuf>,
    /// When it is submitted; now if left out
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// How far is looked ahead for what comes if nobody does anything.
const AHEAD: &str = "4 days";

impl Try {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        if !self.file.is_file() {
            return Err(Failure::usage(format!("there is no file {}", self.file.display()))
                .hint("name a file that holds what the form sends, for example {\"email\": \"ada@example.com\"}"));
        }
        let files = self.files()?;
        let workflows = self.workflows(&files)?;
        let setting = Setting { playbook: files, place: Place::Memory, ..Setting::default() };
        let text = self.script(&workflows);
        let script = Script::parse("try", &text).map_err(|errors| {
            Failure::usage(errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join("\n"))
        })?;
        let mut printed: Vec<Vec<String>> = Vec::new();
        let run = script::run(&script, &setting, |told| {
            if let Told::Output(_, lines) = told {
                printed.push(lines.to_vec());
            }
        });
        block_on(run)?.map_err(|error| Failure::new(error.message))?;
        self.report(say, &workflows, &printed)
    }

    fn files(&self) -> Result<Files, Failure> {
        match &self.playbook {
            Some(folder) => super::check::read(folder),
            None if Path::new("playbook").is_dir() => super::check::read(Path::new("playbook")),
            None => Ok(shipped::files()),
        }
    }

    /// The workflows that the form can start.
    fn workflows(&self, files: &Files) -> Result<Vec<String>, Failure> {
        let playbook = load(files)
            .playbook
            .ok_or_else(|| Failure::new("the playbook has problems").hint("see them all with `handoff check`"))?;
        let form = playbook.forms.keys().find(|id| id.as_str() == self.form);
        let form = form.ok_or_else(|| {
            let forms: Vec<&str> = playbook.forms.keys().map(|id| id.as_str()).collect();
            Failure::usage(format!("there is no form `{}`; there are {}", self.form, forms.join(", ")))
        })?;
        let kind = playbook.forms[form].record.as_str();
        let submitted = engine::evaluate::form_submitted();
        let triggered = |trigger| domain::decide::trigger_matches(trigger, &submitted, Some(form.as_str()), kind);
        Ok(playbook.workflows.iter().filter(|(_, one)| triggered(&one.when)).map(|(id, _)| id.to_string()).collect())
    }

    /// The commands whose output `report` reads, in this order.
    fn script(&self, workflows: &[String]) -> String {
        let at = self.at.clone().unwrap_or_else(|| sqlite::SystemClock.now().to_string());
        let file = std::path::absolute(&self.file).unwrap_or_else(|_| self.file.clone());
        let file = file.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
        let mut text = format!("at {at}\nform {} \"{file}\"\nlet RECORD = last record\n", self.form);
        for workflow in workflows {
            text.push_str(&format!("show why {workflow} RECORD\n"));
        }
        text.push_str("show assignments RECORD\nshow letter\nshow timeline RECORD\n");
        text.push_str(&format!("advance {AHEAD}\nshow timeline RECORD\n"));
        text
    }

    fn report(&self, say: &Say, workflows: &[String], printed: &[Vec<String>]) -> Result<Exit, Failure> {
        let of = |index: usize| printed.get(index).cloned().unwrap_or_default();
        if !of(1).is_empty() {
            return Err(Failure::new(of(1).join("\n")));
        }
        let whys: Vec<String> = (0..workflows.len()).map(|index| of(3 + index).join("\n  ")).collect();
        let after = 3 + workflows.len();
        let (people, letters, timeline) = (of(after), of(after + 1), of(after + 2));
        let later: Vec<String> = of(after + 4).into_iter().skip(timeline.len()).collect();
        let exit = if whys.iter().any(|why| why.starts_with("Started. ")) { Exit::Fine } else { Exit::Found };
        let verdicts: Vec<String> = workflows.iter().zip(&whys).map(|(id, why)| format!("{id}: {why}")).collect();
        if say.json {
            say.document(&json!({
                "verdicts": verdicts, "people": people, "messages": letters,
                "timeline": timeline, "if_nobody_does_anything": later,
            }));
            return Ok(exit);
        }
        section(say, "Verdict", &verdicts);
        section(say, "Who gets it", &people);
        section(say, "What happens", &timeline);
        section(say, "Messages", &letters);
        section(say, "If nobody does anything", &later);
        say.line(say.paint(Look::Dim, "Nothing was sent, and nothing was kept."));
        Ok(exit)
    }
}

fn section(say: &Say, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    say.line(say.paint(Look::Bold, title));
    lines.iter().for_each(|line| say.line(format!("  {line}")));
    say.line("");
}
