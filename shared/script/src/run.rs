//! Runs a script: each command in its place, and what it prints.

use std::path::PathBuf;

use domain::{id::RecordKey, playbook::Playbook, plural::counted};
use engine::ports::DeadLetters;
use host::Delivery;
use playbook::Files;

use crate::{
    aliases::Aliases,
    command::Command,
    source::{Line, Says, Script, ScriptError},
    transcript::Transcript,
    world::{Place, World},
};

/// What a run starts from.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// The playbook's files, where the script names no other.
    pub playbook: Files,
    /// The folder that names of files are relative to.
    pub folder: PathBuf,
    pub place: Place,
    pub delivery: Delivery,
}

/// Something to tell while a script runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Told<'a> {
    Narration(&'a str),
    /// A command is about to run.
    Command(&'a Command, &'a Line),
    /// What it printed.
    Output(&'a Command, &'a [String]),
}

/// A script under way.
pub(crate) struct Run<'a> {
    pub(crate) setting: &'a Setting,
    pub(crate) files: Files,
    pub(crate) playbook: Playbook,
    pub(crate) world: Option<World>,
    pub(crate) aliases: Aliases,
    pub(crate) last_record: Option<RecordKey>,
    /// Manifests that were active, the present one last.
    pub(crate) published: Vec<String>,
}

/// Runs a script to its end and checks that nothing is left undone.
///
/// Stops at the first command that cannot be carried out. An expectation that does not hold
/// is a failure in the transcript, and the script goes on.
pub async fn run(
    script: &Script,
    setting: &Setting,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Transcript, ScriptError> {
    let mut transcript = Transcript::default();
    let mut run = Run::new(setting).map_err(|message| script.error_at(1, message))?;
    for (index, line) in script.lines.iter().enumerate() {
        match &line.says {
            Says::Comment | Says::Expected(_) => {}
            Says::Narration(text) => tell(Told::Narration(text)),
            Says::Command(command) => {
                tell(Told::Command(command, line));
                let done = run.carry_out(command).await.map_err(|message| script.error_at(line.number, message))?;
                if let Some(failure) = done.failure {
                    transcript.failures.push((line.number, failure));
                }
                let output: Vec<String> = done.output.iter().map(|text| run.aliases.shorten(text)).collect();
                tell(Told::Output(command, &output));
                transcript.print(index, output);
            }
        }
    }
    let last = script.lines.last().map_or(1, |line| line.number);
    if let Some(left) = run.left_undone().await.map_err(|message| script.error_at(last, message))? {
        transcript.failures.push((last, left));
    }
    Ok(transcript)
}

/// What a command did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) output: Vec<String>,
    /// An expectation that does not hold.
    pub(crate) failure: Option<String>,
}

impl Done {
    pub(crate) fn printed(output: Vec<String>) -> Self {
        Self { output, failure: None }
    }

    pub(crate) fn failed(why: String) -> Self {
        Self { output: vec![format!("FAILED: {why}")], failure: Some(why) }
    }
}

impl<'a> Run<'a> {
    fn new(setting: &'a Setting) -> Result<Self, String> {
        let files = setting.playbook.clone();
        Ok(Self {
            setting,
            playbook: checked(&files)?,
            files,
            world: None,
            aliases: Aliases::default(),
            last_record: None,
            published: Vec::new(),
        })
    }

    /// The record that a script's name for it means.
    pub(crate) fn record(&self, name: &str) -> Result<RecordKey, String> {
        self.aliases.record(name)
    }

    /// What is left at the end: a held queue is released, then every queue must be empty. Nor
    /// may a try have failed: in a story nothing does, so it is a bug though the next try went well.
    async fn left_undone(&mut self) -> Result<Option<String>, String> {
        let Some(world) = &mut self.world else { return Ok(None) };
        world.host.release_all();
        world.host.run_until_idle().await.map_err(|error| error.to_string())?;
        let undone = world.host.undone().map_err(|error| error.to_string())?;
        let undone = undone.iter().map(|(queue, depth)| format!("{} to {queue:?}", counted(depth.undone(), "message")));
        let failed = world.host.failed().iter().map(|failed| format!("a failed try, {failed}"));
        let dead = world.store().dead_letters(None, 1).await.map_err(|error| error.to_string())?;
        let dead = dead.items.iter().map(|letter| format!("a dead letter from {:?}: {}", letter.queue, letter.body));
        let left: Vec<String> = undone.chain(failed).chain(dead).collect();
        Ok((!left.is_empty()).then(|| format!("left undone at the end: {}", left.join(", "))))
    }
}

/// A playbook without errors, and without the secrets of its forms: a script has none, and sends for itself.
pub(crate) fn checked(files: &Files) -> Result<Playbook, String> {
    let checked = playbook::load(files);
    let problems: Vec<String> =
        checked.diagnostics.iter().filter(|found| found.is_error()).map(ToString::to_string).collect();
    let mut playbook =
        checked.playbook.ok_or_else(|| format!("the playbook has problems:\n  {}", problems.join("\n  ")))?;
    playbook.forms.values_mut().for_each(|form| form.secret = None);
    Ok(playbook)
}

#[cfg(test)]
mod tests {
    use engine::ports::{DeadLetter, Dlq, Queue};

    use super::*;

    #[tokio::test]
    async fn a_message_that_nobody_can_read_is_left_undone_and_the_reason_is_told() {
        let organisation = "name: Example\ntime_zone: UTC\nhours: { mon-fri: 09:00-17:00 }\n";
        let files = [("organisation.yaml", organisation), ("schema.yaml", "kinds: { lead: { fields: {} } }\n")];
        let playbook = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let setting = Setting { playbook, ..Setting::default() };
        let mut run = Run::new(&setting).unwrap();
        assert_eq!(run.left_undone().await, Ok(None), "nothing has happened yet");
        let world = run.begun().await.unwrap();
        let letter = DeadLetter {
            id: "d1".into(),
            queue: Queue::Act,
            body: "not a message".into(),
            record: None,
            died_at: world.now(),
            redriven: 1,
            redrive_at: None,
            ended_process: false,
        };
        world.store().redrive(&letter, 1).await.unwrap();
        let left = run.left_undone().await.unwrap().expect("it is dead");
        assert!(left.contains("1 message to Act") && left.contains("cannot be read"), "{left}");
    }
}
