use super::{
    LineKind,
    change::{Phrase, Scene},
};
use crate::{
    effect::{Action, EffectResult, Message},
    id::{EffectId, PersonId, TaskId},
    instant::Instant,
    task::{Task, TaskEnd},
};

/// The outcome of an effect tells about it; until that is known, its request does.
pub(super) fn effect_requested(effect: &EffectId, action: &Action, scene: Scene<'_>) -> Phrase {
    let what = scene.voice.action(action, scene.entry.record.kind.as_str());
    if scene.index.is_settled(effect) {
        return Phrase::nowhere(LineKind::Message, what);
    }
    let stands = scene.index.put_off(effect).map_or_else(
        || "on its way".to_owned(),
        |off| format!("not taken yet ({}); tried again at {}", off.why, scene.voice.at(off.until, scene.entry.at)),
    );
    Phrase::line(LineKind::Message, format!("{what}: {stands}")).with(said(action))
}

pub(super) fn effect_settled(effect: &EffectId, result: &EffectResult, scene: Scene<'_>) -> Phrase {
    let action = scene.index.action(effect);
    let what = action
        .map_or_else(|| "A message".to_owned(), |action| scene.voice.action(action, scene.entry.record.kind.as_str()));
    let cleared_up = scene.index.is_cleared_up(effect);
    let outcome = match result {
        EffectResult::Sent { .. } if cleared_up => "sent, as is known now".to_owned(),
        EffectResult::InDoubt if cleared_up => {
            let outcome = "the answer was lost; what became of it was known later";
            return Phrase::line(LineKind::Message, format!("{what}: {outcome}"));
        }
        EffectResult::Sent { .. } => "sent".to_owned(),
        EffectResult::Captured => "kept in the outbox, sent to nobody".to_owned(),
        EffectResult::Failed { why } => format!("not sent, {why}"),
        EffectResult::InDoubt => "may or may not have been sent, the answer was lost".to_owned(),
        EffectResult::Expired => "not sent, its time had passed".to_owned(),
        EffectResult::NotAgain => "not sent again, it may have left before the store was put back".to_owned(),
    };
    let kind = if result.needs_a_person() { LineKind::Attention } else { LineKind::Message };
    Phrase::line(kind, format!("{what}: {outcome}")).with(action.map(said).unwrap_or_default())
}

/// What a notice says. One of an earlier release was filled only where it was sent.
fn said(action: &Action) -> Vec<String> {
    match action {
        Action::Notify { message: Message::Plain(text), .. } => {
            text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
        }
        Action::Notify { message: Message::Unmarked(text), .. } if !text.contains('{') => vec![text.clone()],
        Action::Notify { .. } | Action::SendEmail { .. } => Vec::new(),
    }
}

pub(super) fn task_created(task: &Task, scene: Scene<'_>) -> Phrase {
    let Task { title, priority, due, assigned_to, .. } = task;
    let person = assigned_to.as_ref().map_or("nobody yet", |person| scene.voice.short(person));
    let due = due.map(|due| format!(", due {}", scene.voice.at(due, scene.entry.at))).unwrap_or_default();
    let kind = if assigned_to.is_some() { LineKind::Task } else { LineKind::Attention };
    Phrase::line(kind, format!("Task \u{201c}{title}\u{201d} ({priority:?}) for {person}{due}"))
}

pub(super) fn task_moved(task: &TaskId, to: &PersonId, scene: Scene<'_>) -> Phrase {
    let (title, person) = (scene.index.task(task), scene.voice.short(to));
    Phrase::detail(LineKind::Task, format!("Task \u{201c}{title}\u{201d} moved to {person}"))
}

pub(super) fn task_due(task: &TaskId, due: Instant, scene: Scene<'_>) -> Phrase {
    let (title, due) = (scene.index.task(task), scene.voice.at(due, scene.entry.at));
    Phrase::detail(LineKind::Task, format!("Task \u{201c}{title}\u{201d} is due {due}"))
}

pub(super) fn task_ended(task: &Task, how: &TaskEnd) -> Phrase {
    let how = match how {
        TaskEnd::Done => "done",
        TaskEnd::RecordClosed => "dropped, the record was closed",
    };
    Phrase::detail(LineKind::Task, format!("Task \u{201c}{}\u{201d} {how}", task.title))
}
