//! What a host says at its start about data that is a copy, or that came without its log.

use std::path::Path;

use engine::ports::Active;
use sqlite::Store;

use crate::say::{Look, Say};

pub fn warn(say: &Say, store: &Store, active: &Active, data: &Path) {
    let data = data.display();
    if store.log_is_missing() {
        tell(
            say,
            &format!(
                "{data} was not closed in order, and {data}-wal is not beside it. If it was copied or moved without \
                 that file, the latest changes are missing, and nobody can say how many: stop, put {data}-wal beside \
                 it or restore a backup, and start again. If another program has opened {data} since, nothing is missing."
            ),
        );
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
