//! The playbook's folder: taken when it passes the check, and left alone when it does not.

use std::{path::Path, time::Duration};

use domain::id::ManifestId;
use engine::ports::{Activation, Clock, Playbooks, Published};
use playbook::{Checked, Files, load, read_folder};
use sqlite::Store;

use crate::{
    command::print_problems,
    failure::Failure,
    local::mail,
    say::{Look, Say},
    shipped,
};

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// The folder's files; where there is no folder, the shipped playbook is written there first.
pub fn prepare(folder: &Path) -> Result<Files, Failure> {
    if !folder.exists() {
        shipped::write_to(folder)
            .map_err(|error| Failure::from_error(&format!("{} cannot be written", folder.display()), &error))?;
    }
    read_folder(folder).map_err(|error| Failure::from_error("the playbook cannot be read", &error))
}

/// What a look at the folder led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is active now.
    New(ManifestId),
    /// It was active before.
    Same,
    /// It has errors; what was active stays active.
    Refused,
}

/// Makes the files the active playbook if they pass the check, and prints every problem. Fails
/// where they send e-mail and the host cannot.
pub async fn take(say: &Say, store: &Store, files: &Files) -> Result<Taken, Failure> {
    let Checked { playbook, diagnostics, .. } = load(files);
    if !say.json {
        print_problems(say, files, &diagnostics);
    }
    let Some(playbook) = playbook else { return Ok(Taken::Refused) };
    mail::require(&playbook, store.has_mailer())?;
    let active = store.active().await.ok().map(|active| active.manifest);
    let manifest = playbook.manifest_id();
    if active.as_ref() == Some(&manifest) {
        return Ok(Taken::Same);
    }
    let activation = Activation { manifest: manifest.clone(), at: store.now(), by: "the folder".to_owned() };
    let published = store.publish(&playbook, active.as_ref(), activation).await;
    match published.map_err(|error| Failure::from_error("the playbook cannot be published", &error))? {
        Published::Done => Ok(Taken::New(manifest)),
        Published::Conflict { .. } => Ok(Taken::Same),
    }
}

/// Watches the folder for ever. What cannot be read is looked at again.
pub async fn watch(say: Say, store: Store, folder: &Path, mut seen: Files) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Ok(files) = read_folder(folder) else { continue };
        if files == seen {
            continue;
        }
        match take(&say, &store, &files).await {
            Ok(Taken::New(manifest)) => {
                say.line(say.paint(Look::Good, &format!("{} was edited: {manifest} is active", folder.display())));
            }
            Ok(Taken::Refused) => {
                say.line(say.paint(Look::Bad, "The edit has problems; what was active stays active."));
            }
            Ok(Taken::Same) => {}
            Err(failure) => say.failure(&failure),
        }
        seen = files;
    }
}
