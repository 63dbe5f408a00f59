//! What a host says at its start about data that is a copy, or whose log is missing or damaged.

use std::path::Path;

use engine::ports::Active;
use sqlite::{Log, Store};

use crate::say::{Look, Say};

pub fn warn(say: &Say, store: &Store, active: &Active, data: &Path) {
    let data = data.display();
    match store.log() {
        Log::Whole => {}
        Log::Missing => tell(
            say,
            &format!(
                "{data} was not closed in order, and {data}-wal is not beside it, or is empty. If it was copied or \
                 moved without that file, the latest changes are missing, and nobody can say how many: stop, put \
                 {data}-wal beside it or restore a backup, and start again. If another program has opened {data} \
                 since, nothing is missing."
            ),
        ),
        Log::Damaged => tell(
            say,
            &format!(
                "{data}-wal was damaged: the changes behind the damaged place are lost, and nobody can say how many. \
                 What came before that place is there. Forms that were answered may be among the lost: have them \
                 sent again, or stop, restore a backup that is newer, and start again. Look at the disk, too."
            ),
        ),
    }
    if let Some(restored) = &active.restored {
        let zone = &active.playbook.organisation.time_zone;
        let as_of = restored.as_of.map_or_else(|| "an unknown moment".to_owned(), |at| zone.describe(at));
        tell(
            say,
            &format!(
                "{data} is a copy, as of {as_of}: everything outbound is held. See what may have left since: \
                 handoff resume. Let it go on: handoff resume --yes, or with --not-again without what may have left."
            ),
        );
    }
}

fn tell(say: &Say, text: &str) {
    if say.json {
        tracing::warn!("{text}");
    } else {
        say.line(say.paint(Look::Warn, text));
    }
}
