//! The playbook's folder: taken when it passes the check, and left alone when it does not.
//!
//! What is published over HTTP stays, and so does the folder. The host remembers what it last took from
//! the folder: only a folder that has changed since then is taken again.

use std::{io, path::Path, time::Duration};

use domain::{
    id::{ManifestId, derive},
    playbook::Playbook,
};
use engine::ports::{Activation, Clock, Playbooks, PortError, Published};
use playbook::{Checked, Diagnostic, Files, Folder, load_folder, read_folder};
use sqlite::Store;

use crate::{
    command::print_problems,
    failure::Failure,
    local::{mail, secrets},
    say::{Look, Say},
    shipped, waiting,
};

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Who activates what the folder holds.
pub const BY: &str = "the folder";
/// Under what name the host remembers what it last took from the folder.
const LAST_TAKEN: &str = "folder_last_taken";
/// How far back an earlier release's last taking of the folder is looked for.
const ACTIVATIONS: usize = 20;
/// How many errors of an edit that is refused the log names.
const TOLD: usize = 5;

/// What the folder holds. Where there is no folder, the shipped playbook is written there first; but for a store that
/// has a playbook already, which is not to be replaced by it: then none is watched.
pub async fn prepare(path: &Path, store: &Store) -> Result<Option<Folder>, Failure> {
    if !path.exists() {
        if !store.activations(1).await.map_err(|error| unpublished(&error))?.is_empty() {
            return Ok(None);
        }
        shipped::write_to(path)
            .map_err(|error| Failure::from_error(&format!("{} cannot be written", path.display()), &error))?;
    }
    let unread = |error| Failure::from_error(&format!("the folder {} cannot be read", path.display()), &error);
    read(path).await.map(Some).map_err(unread)
}

/// Reads the folder where a file system that does not answer holds up nothing else.
async fn read(path: &Path) -> io::Result<Folder> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || read_folder(&path)).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// What a look at the folder led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is active now, in the place of what was.
    New { manifest: ManifestId, replaces: Option<ManifestId> },
    /// It was active before.
    Same,
    /// It has not changed since it was taken, and something else was published since.
    SetAside,
    /// It has errors; what was active stays active.
    Refused,
    /// There is none; what was active stays active.
    NoFolder,
}

/// Makes the files the active playbook if they changed and pass the check, and prints every problem. Fails
/// where they send e-mail and the host cannot.
pub async fn take(say: &Say, store: &Store, folder: &Folder) -> Result<Taken, Failure> {
    let files = &folder.files;
    let Checked { playbook, diagnostics, .. } = load_folder(folder);
    if !say.json {
        print_problems(say, files, &diagnostics);
    }
    let Some(playbook) = playbook else {
        log_refused(&diagnostics);
        return Ok(Taken::Refused);
    };
    let active = store.active().await.ok().map(|active| active.manifest);
    let manifest = playbook.manifest_id();
    let taken = if active.as_ref() == Some(&manifest) {
        Taken::Same
    } else if active.is_some() && was_taken(store, files, &manifest).await? {
        Taken::SetAside
    } else {
        mail::require(&playbook, store.has_mailer())?;
        publish(store, &playbook, active).await?
    };
    store.set_note(LAST_TAKEN, &content(files)).await.map_err(|error| unpublished(&error))?;
    Ok(taken)
}

/// Where the errors are and what kind they have, but not what stands there: it may name people.
fn log_refused(diagnostics: &[Diagnostic]) {
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|found| found.is_error())
        .map(|found| format!("{}:{} {}", found.file, found.line, found.code))
        .collect();
    let (count, first) = (errors.len(), errors.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", "));
    tracing::warn!(errors = count, first, "the folder is refused; what was active stays active");
}

/// Whether these very files are what was last taken. A release that did not remember it wrote down
/// which playbook it was.
async fn was_taken(store: &Store, files: &Files, manifest: &ManifestId) -> Result<bool, Failure> {
    if let Some(last) = store.note(LAST_TAKEN).await.map_err(|error| unpublished(&error))? {
        return Ok(last == content(files));
    }
    let activations = store.activations(ACTIVATIONS).await.map_err(|error| unpublished(&error))?;
    Ok(activations.iter().find(|activation| activation.by == BY).is_some_and(|last| last.manifest == *manifest))
}

/// In the place of what is active, whatever that has become meanwhile.
async fn publish(store: &Store, playbook: &Playbook, active: Option<ManifestId>) -> Result<Taken, Failure> {
    let (manifest, mut replaces) = (playbook.manifest_id(), active);
    loop {
        let activation = Activation { manifest: manifest.clone(), at: store.now(), by: BY.to_owned() };
        let published = store.publish(playbook, replaces.as_ref(), activation).await;
        match published.map_err(|error| unpublished(&error))? {
            Published::Done => break,
            Published::Conflict { active } => replaces = Some(active),
        }
    }
    let before = replaces.as_ref().map(tracing::field::display);
    tracing::info!(%manifest, replaces = before, by = BY, "playbook changed");
    Ok(Taken::New { manifest, replaces })
}

/// A name for what the files hold, down to the letter.
fn content(files: &Files) -> String {
    let parts: Vec<&str> = files.iter().flat_map(|(path, text)| [path.as_str(), text.as_str()]).collect();
    derive("fol_", &parts)
}

fn unpublished(error: &PortError) -> Failure {
    Failure::from_error("the playbook cannot be published", error)
}

/// Watches the folder for ever. One that cannot be read is said once, and looked at again.
pub async fn watch(say: Say, store: Store, path: &Path, mut seen: Folder) {
    let mut is_readable = true;
    loop {
        tokio::time::sleep(EVERY).await;
        let folder = match read(path).await {
            Ok(folder) => folder,
            Err(error) => {
                if std::mem::take(&mut is_readable) {
                    let text = format!("{} cannot be read ({error}); what was active stays active.", path.display());
                    say.line(say.paint(Look::Bad, &text));
                    tracing::warn!(folder = %path.display(), %error, "the folder cannot be read; what was active stays active");
                }
                continue;
            }
        };
        is_readable = true;
        if folder == seen {
            continue;
        }
        match take(&say, &store, &folder).await {
            Ok(Taken::New { manifest, .. }) => {
                say.line(say.paint(Look::Good, &format!("{} was edited: {manifest} is active", path.display())));
                if let Ok(active) = store.active().await {
                    secrets::warn(&active.plan.playbook);
                    let waiting = waiting::count(&store, &active.plan.playbook).await;
                    waiting::log(&waiting);
                    waiting.iter().for_each(|(form, count)| say.line(waiting::line(form, *count)));
                }
            }
            Ok(Taken::Refused) => {
                say.line(say.paint(Look::Bad, "The edit has problems; what was active stays active."));
            }
            Ok(Taken::SetAside) => {
                let text = "The folder is again what was taken before; what was published since stays active.";
                say.line(say.paint(Look::Warn, text));
            }
            Ok(Taken::Same | Taken::NoFolder) => {}
            Err(failure) => {
                tracing::warn!(why = %failure, "the folder is not taken; what was active stays active");
                say.failure(&failure);
            }
        }
        seen = folder;
    }
}
