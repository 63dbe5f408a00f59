//! What `retention:` has deleted, in words.

use super::{
    LineKind, Voice,
    change::{Phrase, Scene},
};
use crate::{
    history::{Deleted, Head},
    instant::Instant,
    playbook::Lifetime,
    plural::counted,
};

/// When a record was deleted and why, where nothing has come since: what there is to say about it.
pub fn sentence_deleted(head: &Head, voice: &Voice<'_>) -> Option<String> {
    let deleted = head.deletion()?;
    Some(format!("Deleted on {}: {}", date(deleted.at, voice), because(deleted, voice)))
}

fn because(deleted: &Deleted, voice: &Voice<'_>) -> String {
    let (last, rule) = (date(deleted.last, voice), deleted.rule);
    format!("it was closed, nothing had happened since {last}, and `retention: closed_records` is {rule}")
}

/// With its year: what is deleted is old.
fn date(at: Instant, voice: &Voice<'_>) -> String {
    voice.zone.local(at).strftime("%-d %b %Y").to_string()
}

pub(super) fn record_deleted(entries: u64, scene: Scene<'_>) -> Phrase {
    let because = scene.entry.head.deletion().map(|deleted| because(deleted, scene.voice)).unwrap_or_default();
    let gone =
        format!("{} {} gone, and what was sent", counted(entries, "entry"), if entries == 1 { "is" } else { "are" });
    Phrase::line(LineKind::Record, format!("Deleted: {because}")).with(vec![gone])
}

pub(super) fn kept_deleted(rule: Lifetime, submissions: u64) -> Phrase {
    let gone = counted(submissions, "kept submission");
    Phrase::line(LineKind::Record, format!("{gone} deleted: `retention: kept_submissions` is {rule}"))
}
