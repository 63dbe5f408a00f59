//! What a host says at its start about data that is a copy, or whose log is missing or damaged: to the person who
//! started it, and on the log.

use std::path::Path;

use engine::ports::Active;
use sqlite::{Log, Store};

use crate::say::{Look, Say};

pub fn warn(say: &Say, store: &Store, active: &Active, data: &Path) {
    let file = data.display();
    match store.log() {
        Log::Whole => {}
        Log::Missing => {
            tracing::warn!(%file, "the data was not closed in order, and its log is missing or empty: changes may be lost");
            tell(say, &missing(data));
        }
        Log::Damaged => {
            tracing::warn!(%file, "the log of the data was damaged: the changes behind the damaged place are lost");
            tell(say, &damaged(data));
        }
    }
    if let Some(restored) = &active.restored {
        let as_of = restored.as_of.map(tracing::field::display);
        tracing::warn!(%file, as_of, "the data is a copy: everything outbound is held until `handoff resume --yes`");
        let zone = &active.plan.playbook.organisation.time_zone;
        let as_of = restored.as_of.map_or_else(|| "an unknown moment".to_owned(), |at| zone.describe(at));
        tell(
            say,
            &format!(
                "{file} is a copy, as of {as_of}: everything outbound is held. See what may have left since: \
                 handoff resume. Let it go on: handoff resume --yes, or with --not-again without what may have left."
            ),
        );
    }
}

fn missing(data: &Path) -> String {
    let data = data.display();
    format!(
        "{data} was not closed in order, and {data}-wal is not beside it, or is empty. If it was copied or \
         moved without that file, the latest changes are missing, and nobody can say how many: stop, put \
         {data}-wal beside it or restore a backup, and start again. If another program has opened {data} \
         since, nothing is missing."
    )
}

fn damaged(data: &Path) -> String {
    let data = data.display();
    format!(
        "{data}-wal was damaged: the changes behind the damaged place are lost, and nobody can say how many. \
         What came before that place is there. Forms that were answered may be among the lost: have them \
         sent again, or stop, restore a backup that is newer than what is there, and start again. Look at the disk, too."
    )
}

fn tell(say: &Say, text: &str) {
    if !say.json {
        say.line(say.paint(Look::Warn, text));
    }
}
