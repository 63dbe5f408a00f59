use std::path::PathBuf;

use clap::Args;
use domain::{duration::moment, id::FormId, instant::Instant, nearest::choices, playbook::Playbook, workflow::Trigger};
use engine::ports::Clock;
use playbook::load_folder;
use script::{Place, Script, Setting, Told};
use serde_json::json;

use super::check::{read_or_shipped, see_problems};
use crate::{
    Exit, block_on,
    failure::Failure,
    local::sample::filled,
    say::{Look, Say},
    submission::Submission,
};

/// What would happen to this submission, without any of it happening
#[derive(Debug, Args)]
#[command(
    name = "try",
    after_help = "\
Examples:
  handoff try                                     a sample lead, at the next opening
  handoff try lead.json
  handoff try lead.json --at 03:00                at night
  handoff try lead.json --playbook draft          with an edit that is not published
  handoff try lead.json --until '3 days'          looks no further than that

It runs the real engine in memory, with nobody's earlier leads counted. Nothing is sent or kept.
It looks to the end, until no workflow waits any more, and says so; at most 400 days.
Ends with 1 if no workflow starts."
)]
pub struct Try {
    /// What the form sends: JSON, or urlencoded text; a sample if left out
    file: Option<PathBuf>,
    /// The form's name
    #[arg(long, default_value = "demo-request")]
    form: String,
    /// The playbook's folder; ./playbook, else the shipped one
    #[arg(long, value_name = "DIR")]
    playbook: Option<PathBuf>,
    /// When it is submitted: 03:00, monday, 2026-03-02T03:00 by the organisation's clock, or with a Z in UTC; now if left
    /// out, or for a sample at the next opening
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// How far to look ahead: a moment as for --at, or a length of time (3 days); to the end if left out
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
}

/// How far is looked ahead at most for what comes if nobody does anything.
const AHEAD: &str = "400 days";

impl Try {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        if let Some(file) = &self.file {
            Submission::read(file)?;
        }
        let folder = read_or_shipped(self.playbook.as_deref())?;
        let playbook = load_folder(&folder)
            .playbook
            .ok_or_else(|| Failure::new("the playbook has problems").hint(see_problems(self.playbook.as_deref())))?;
        let workflows = self.workflows(&playbook)?;
        if workflows.is_empty() {
            return Err(self.nothing_starts());
        }
        let setting = Setting { playbook: folder.files, place: Place::Memory, ..Setting::default() };
        let at = self.at(&playbook)?;
        let until = self.until(&playbook, at)?;
        let text = self.script(&playbook, at, until, &workflows);
        let script = Script::parse("try", &text).map_err(|errors| {
            Failure::usage(errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join("\n"))
        })?;
        let mut printed: Vec<Vec<String>> = Vec::new();
        let run = script::run(&script, &setting, |told| {
            if let Told::Output(_, lines) = told {
                printed.push(lines.to_vec());
            }
        });
        let played = block_on(run)?;
        if let Some(refused) = refused(&printed) {
            return Err(refused);
        }
        played.map_err(|error| Failure::new(error.message))?;
        if self.file.is_none() && !say.json {
            let submitted = playbook.organisation.time_zone.describe(at);
            say.line(format!("A sample lead, submitted {submitted} (--at names another moment).\n"));
        }
        self.report(say, &workflows, &printed)
    }

    /// The workflows that the form can start.
    fn workflows(&self, playbook: &Playbook) -> Result<Vec<String>, Failure> {
        let form = playbook.forms.keys().find(|id| id.as_str() == self.form);
        let form = form.ok_or_else(|| {
            let forms: Vec<&str> = playbook.forms.keys().map(|id| id.as_str()).collect();
            Failure::usage(format!("there is no form `{}`; {}", self.form, choices(forms)))
        })?;
        let submitted = Trigger::FormSubmitted(form.clone());
        Ok(playbook.workflows.iter().filter(|(_, one)| one.when == submitted).map(|(id, _)| id.to_string()).collect())
    }

    /// A sample comes when somebody is there, whatever the hour is: it is to show an assignment.
    fn at(&self, playbook: &Playbook) -> Result<Instant, Failure> {
        let (now, calendar) = (sqlite::SystemClock.now(), playbook.organisation.calendar());
        match &self.at {
            Some(text) => moment::parse(text, now, calendar).map_err(|error| Failure::usage(error.to_string())),
            None if self.file.is_none() => Ok(calendar.next_opening(now).unwrap_or(now)),
            None => Ok(now),
        }
    }

    /// How far to look, seen from when it is submitted.
    fn until(&self, playbook: &Playbook, at: Instant) -> Result<Option<Instant>, Failure> {
        let Some(text) = &self.until else { return Ok(None) };
        let organisation = &playbook.organisation;
        let until = moment::parse(text, at, organisation.calendar());
        let until = until.map_err(|error| Failure::usage(error.to_string()))?;
        if until <= at {
            let (until, at) = (organisation.time_zone.describe(until), organisation.time_zone.describe(at));
            return Err(Failure::usage(format!("--until {text} is {until}, which is not after the submission ({at})")));
        }
        Ok(Some(until))
    }

    fn sample(&self, playbook: &Playbook) -> String {
        filled(&playbook.forms[&FormId::new(self.form.as_str())], playbook).to_string()
    }

    /// What is submitted, as a script writes it.
    fn submission(&self, playbook: &Playbook) -> String {
        let Some(file) = &self.file else { return self.sample(playbook) };
        let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
        format!("\"{}\"", file.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
    }

    /// The commands whose output `report` reads, in this order.
    fn script(&self, playbook: &Playbook, at: Instant, until: Option<Instant>, workflows: &[String]) -> String {
        let submission = self.submission(playbook);
        let mut text = format!("at {at}\nform {} {submission}\nshow kept\nlet RECORD = last record\n", self.form);
        for workflow in workflows {
            text.push_str(&format!("show why {workflow} RECORD\n"));
        }
        text.push_str("show assignments RECORD\nshow letter\nshow timeline RECORD\n");
        let ahead = match until {
            None => format!("advance to the end, at most {AHEAD}"),
            Some(until) => format!("advance to the end, until {until}"),
        };
        text.push_str(&format!("{ahead}\nshow timeline RECORD\nshow standing RECORD\nshow time\n"));
        text
    }

    /// That no workflow starts by this form, and what would.
    fn nothing_starts(&self) -> Failure {
        Failure::new(format!("no workflow starts by form {}, so nothing happens but that it is kept", self.form))
            .hint(format!("write `when: {{ form_submitted: {} }}` in a workflow", self.form))
    }

    fn report(&self, say: &Say, workflows: &[String], printed: &[Vec<String>]) -> Result<Exit, Failure> {
        let of = |index: usize| printed.get(index).cloned().unwrap_or_default();
        let whys: Vec<String> = (0..workflows.len()).map(|index| of(4 + index).join("\n  ")).collect();
        let after = 4 + workflows.len();
        let (people, letters, timeline) = (of(after), of(after + 1), of(after + 2));
        let later: Vec<String> = of(after + 4).into_iter().skip(timeline.len()).collect();
        let looked = looked(&of(after + 5), of(after + 6).first().map_or("", String::as_str));
        let exit = if whys.iter().any(|why| why.starts_with("Started")) { Exit::Fine } else { Exit::Found };
        let verdicts: Vec<String> = workflows.iter().zip(&whys).map(|(id, why)| format!("{id}: {why}")).collect();
        if say.json {
            say.document(&json!({
                "verdicts": verdicts, "people": people, "messages": letters,
                "timeline": timeline, "if_nobody_does_anything": later, "looked": looked,
            }));
            return Ok(exit);
        }
        section(say, "Verdict", &verdicts);
        section(say, "Who gets it", &people);
        section(say, "What happens", &timeline);
        section(say, "Messages", &letters);
        section(say, "If nobody does anything", &later);
        say.line(&looked);
        say.line(say.paint(Look::Dim, "Nothing was sent, and nothing was kept."));
        Ok(exit)
    }
}

/// Why nothing of the submission reached a record, if so: it was refused, or is kept for a person. `printed` is what
/// `at`, `form` and `show kept` printed, and more where it went on.
fn refused(printed: &[Vec<String>]) -> Option<Failure> {
    let [_, form, kept, rest @ ..] = printed else { return None };
    match kept.as_slice() {
        [why, next @ ..] if rest.is_empty() => {
            let why = format!("it would be kept aside and reach no record: {why}");
            Some(Failure::new(why).hint(next.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n  ")))
        }
        _ => (!form.is_empty()).then(|| Failure::new(form.join("\n"))),
    }
}

/// How far was looked, and what is left.
fn looked(waiting: &[String], until: &str) -> String {
    match waiting {
        [] => "Looked to the end: no workflow waits any more.".to_owned(),
        waits => {
            format!("Looked until {until}, when this still waits: {}. Look further with --until.", waits.join("; "))
        }
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
