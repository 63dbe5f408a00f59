//! Other content of a submission that was known, in words.

use super::{
    LineKind,
    change::{Phrase, Scene},
    fact::gaps_words,
    voice::{list, uncapital},
};
use crate::{
    condition::FieldPath,
    history::{Edit, EventChange, Update},
    value::Value,
};

/// Longer answers are cut in sentences: the record has the whole.
const LONGEST: usize = 120;

/// `Submission updated: message was “five people”, now “500 people”; phone “+49 30 5550177” added`.
pub(super) fn updated(update: &Update, scene: Scene<'_>) -> Phrase {
    let kind = scene.entry.record.kind.as_str();
    let label = |root: &str, name: &str| uncapital(&scene.voice.field(kind, root, &name.to_owned()));
    let set = update.set().map(|(name, now)| {
        let was = scene.entry.before.fields.get(name);
        edited(&label(kind, name), was, Some(now), scene)
    });
    let beside = update.beside.iter().map(|Edit { target, was, now }| {
        let path = target.split_once('.').map(|(root, name)| FieldPath::new(root, name));
        let known = path.filter(|path| scene.voice.names.schema.field(kind, path).is_some());
        let name = known.map_or_else(|| target.clone(), |path| label(&path.root, &path.field));
        edited(&name, was.as_ref(), now.as_ref(), scene)
    });
    let kept = update.taken_back.iter().map(|name| {
        let stays = scene.entry.head.fields.get(name).map(|value| format!("; {} stays", quoted(value, scene)));
        format!("{} no longer answered{}", label(kind, name), stays.unwrap_or_default())
    });
    let edits: Vec<String> = set.chain(beside).chain(kept).collect();
    let mut detail = gaps_words(&update.gaps, scene);
    if scene.entry.head.closed {
        detail.push(format!("The {kind} stays closed"));
    }
    Phrase::line(LineKind::Event, format!("Submission updated: {}", edits.join("; "))).with(detail)
}

fn edited(label: &str, was: Option<&Value>, now: Option<&Value>, scene: Scene<'_>) -> String {
    match (was, now) {
        (Some(was), Some(now)) => format!("{label} was {}, now {}", quoted(was, scene), quoted(now, scene)),
        (None, Some(now)) => format!("{label} {} added", quoted(now, scene)),
        (Some(was), None) => format!("{label} {} taken back", quoted(was, scene)),
        (None, None) => label.to_owned(),
    }
}

fn quoted(value: &Value, scene: Scene<'_>) -> String {
    let text = scene.voice.value(value, scene.entry.at);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("\u{201c}{}…\u{201d}", &text[..end]),
        None => format!("\u{201c}{text}\u{201d}"),
    }
}

pub(super) fn outdated(change: &EventChange, scene: Scene<'_>) -> Phrase {
    let EventChange::Outdated { occurred_at, fields, unmapped, apart, .. } = change else {
        return Phrase::nowhere(LineKind::Event, "");
    };
    let at = scene.voice.at(*occurred_at, scene.entry.at);
    let answered = unmapped.iter().filter(|(name, _)| !apart.contains(*name));
    let answers = fields.iter().chain(answered).map(|(name, value)| format!("{name} {}", quoted(value, scene)));
    let detail = vec![format!("It says: {}", list(&answers.collect::<Vec<_>>()))];
    let text = format!("An earlier version of a submission, of {at}, came after a newer one: it changes nothing");
    Phrase::line(LineKind::Event, text).with(detail)
}
