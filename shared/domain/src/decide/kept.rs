//! What is kept aside: told to the person whom the playbook names, and settled once.

use crate::{
    history::{KeptChange, TaskChange},
    id::{PersonId, TaskId, derive},
    kept::{Kept, KeptWhy, Settlement},
    task::{Priority, Task, TaskEnd},
};

use super::{Turn, turn::EXCEPTION_MINUTES};

/// More open tasks about one cause tell nobody more.
const MOST_OPEN: usize = 7;

pub(super) fn received(turn: &mut Turn<'_>, kept: &Kept, is_settled: bool) {
    turn.emit(KeptChange::Kept(Box::new(kept.clone())));
    if let Some(title) = title(kept.why).filter(|_| !is_settled) {
        tell(turn, kept, title);
    }
}

fn title(why: KeptWhy) -> Option<&'static str> {
    match why {
        KeptWhy::Held => Some("Submissions are held: look at them with `handoff held`"),
        KeptWhy::Unmatched => Some("Submissions came for a form that the playbook does not have: see `handoff held`"),
        KeptWhy::Conflict => Some("Submissions came under a key that was used before: see `handoff held`"),
        KeptWhy::Partial => Some("Submissions were begun and not finished: see `handoff held`"),
        KeptWhy::Test => None,
    }
}

/// One task a day for a cause and a person, however many submissions come.
fn tell(turn: &mut Turn<'_>, kept: &Kept, title: &str) {
    let playbook = &turn.context.plan.playbook;
    let person = playbook.told_of_form(&kept.form.as_str().into());
    let day = playbook.organisation.time_zone.local(turn.now()).date().to_string();
    let record = turn.record.to_string();
    let id = TaskId::new(derive("tsk_", &[&record, &day, person.as_ref().map_or("", PersonId::as_str)]));
    if turn.head.task(&id).is_some() || turn.head.tasks.len() >= MOST_OPEN {
        return;
    }
    let task = Task {
        id,
        title: title.to_owned(),
        priority: Priority::P2,
        due: Some(turn.now().plus_minutes(EXCEPTION_MINUTES)),
        assigned_to: person,
        execution: None,
        done_when: None,
    };
    turn.emit(TaskChange::Created { task });
}

pub(super) fn awaited(turn: &mut Turn<'_>) {
    if turn.seq == 1 {
        turn.emit(KeptChange::SettlementAwaited);
    }
}

/// The first settlement counts; a later one changes nothing.
pub(super) fn settled(turn: &mut Turn<'_>, by: &str, settlement: &Settlement) {
    if !turn.head.closed {
        turn.emit(KeptChange::Settled { by: by.to_owned(), settlement: settlement.clone() });
    }
}

/// Ends the tasks about a cause, unless something was kept since somebody looked.
pub(super) fn nothing_left(turn: &mut Turn<'_>, seen: u64) {
    if turn.seq != seen + 1 {
        return;
    }
    for task in turn.head.tasks.clone() {
        turn.emit(TaskChange::Ended { task, how: TaskEnd::Done });
    }
}
