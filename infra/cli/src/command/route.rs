use std::path::{Path, PathBuf};

use clap::Args;
use domain::{id::RouteId, instant::Instant, playbook::Playbook};
use engine::ports::Clock;
use playbook::load_folder;
use script::sheet::{self, Answer, Format, Known, SheetError};

use super::check::{read_or_shipped, see_problems};
use crate::{
    Exit,
    failure::Failure,
    input,
    say::{Look, Say},
};

/// Where a route would send each lead of a list, and why, without doing it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff route leads.csv                           by the only route of ./playbook
  handoff route leads.csv --route inbound --json    by one of several, for a program
  handoff route lead.json --routing draft.yaml      one record, with an edit that is not published
  handoff route leads.csv --known companies.csv     matched to these companies: company.name,company.owner

The first line of a CSV names fields: lead.country,company.employees. Beside them it may have the columns
case (what a row is called), lead.owner and company.owner (who owns it), away (who is absent), and
expected_rule, expected_to and expected_reason: then every difference is shown.
Ends with 1 if something differs, with 2 if the list cannot be read.")]
pub struct Route {
    /// The list: CSV, or JSON where the name ends so
    leads: PathBuf,
    /// The playbook's folder; ./playbook, else the shipped one
    #[arg(long, value_name = "DIR")]
    playbook: Option<PathBuf>,
    /// A routing.yaml in place of the playbook's own
    #[arg(long, value_name = "FILE")]
    routing: Option<PathBuf>,
    /// Records that leads are matched to, with their owners: CSV, or JSON where the name ends so
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// The route's name, where there are several
    #[arg(long, value_name = "NAME")]
    route: Option<String>,
    /// When they come in; now if left out
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

impl Route {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let text = read(&self.leads)?;
        let (playbook, at) = (self.playbook()?, self.at()?);
        let route = sheet::route_named(&playbook, self.route.as_deref()).map_err(|error| bad(&self.leads, &[error]))?;
        let known = self.known(&playbook, &route)?;
        let answers = sheet::route(&playbook, &route, (format(&self.leads), &text), &known, at)
            .map_err(|errors| bad(&self.leads, &errors))?;
        self.report(say, &route, &answers);
        let differs = answers.iter().any(|answer| !answer.differences.is_empty());
        Ok(if differs { Exit::Found } else { Exit::Fine })
    }

    fn playbook(&self) -> Result<Playbook, Failure> {
        let mut folder = read_or_shipped(self.playbook.as_deref())?;
        if let Some(routing) = &self.routing {
            folder.files.insert("routing.yaml".to_owned(), read(routing)?);
        }
        let playbook = load_folder(&folder).playbook;
        playbook.ok_or_else(|| Failure::usage("the playbook has problems").hint(see_problems(self.playbook.as_deref())))
    }

    fn known(&self, playbook: &Playbook, route: &RouteId) -> Result<Known, Failure> {
        let Some(file) = &self.known else { return Ok(Known::default()) };
        Known::read(playbook, route, (format(file), &read(file)?)).map_err(|errors| bad(file, &errors))
    }

    fn at(&self) -> Result<Instant, Failure> {
        let Some(text) = &self.at else { return Ok(sqlite::SystemClock.now()) };
        Instant::parse(text)
            .map_err(|_| Failure::usage(format!("`{text}` is not a moment; write one like 2026-03-02T09:00Z")))
    }

    fn report(&self, say: &Say, route: &RouteId, answers: &[Answer]) {
        if say.json {
            return say.document(&sheet::document(route, answers));
        }
        for answer in answers {
            let look = if answer.differences.is_empty() { Look::Bold } else { Look::Bad };
            let lines = sheet::text(answer);
            say.line(say.paint(look, &lines[0]));
            lines[1..].iter().for_each(|line| say.line(line));
        }
        say.line("");
        say.line(sheet::summary(answers));
    }
}

fn bad(file: &Path, errors: &[SheetError]) -> Failure {
    let file = file.display();
    let line = |error: &SheetError| match error {
        SheetError::At { line, message } => format!("{file}:{line}: {message}"),
        SheetError::Whole(message) => message.clone(),
    };
    Failure::usage(errors.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn format(file: &Path) -> Format {
    let is_json = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if is_json { Format::Json } else { Format::Csv }
}

fn read(file: &Path) -> Result<String, Failure> {
    input::text(file, "leads, a line each, below the names of their fields: lead.country,lead.postal_code")
}
