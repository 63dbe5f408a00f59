use serde::Serialize;

use super::{
    Voice,
    beside::Beside,
    change::{Place, words},
    index::Index,
};
use crate::{history::Entry, instant::Instant};

/// One line of a record's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub at: Instant,
    /// The entry it tells of.
    pub seq: u64,
    pub kind: LineKind,
    /// One sentence, without the time.
    pub text: String,
    /// What else the same moment brought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detail: Vec<String>,
}

/// What a line is about: what an icon may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Something came from outside.
    Event,
    /// A workflow started, did not start, or ended.
    Workflow,
    Owner,
    Message,
    Task,
    Wait,
    /// An awaited event did not come, or came too late.
    Missed,
    /// A person should look at it.
    Attention,
    /// The record itself: its fields, links, its end.
    Record,
}

/// Tells a whole history, oldest first, whichever way round the entries come.
pub fn timeline(entries: &[Entry], voice: &Voice<'_>) -> Vec<Line> {
    timeline_of_part(entries, &Beside::default(), voice)
}

/// Tells a part of a history in the very words that the whole would be told in.
pub fn timeline_of_part(entries: &[Entry], beside: &Beside, voice: &Voice<'_>) -> Vec<Line> {
    let mut ordered: Vec<&Entry> = entries.iter().collect();
    ordered.sort_by_key(|entry| entry.seq);
    let index = Index::beside(&ordered, beside);
    ordered.into_iter().flat_map(|entry| lines_of(entry, &index, voice)).collect()
}

fn lines_of(entry: &Entry, index: &Index<'_>, voice: &Voice<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for change in &entry.changes {
        let phrase = words(change, entry, index, voice);
        match (phrase.place, lines.last_mut()) {
            (Place::Nowhere, _) => {}
            // What belongs to a moment that has no line of its own becomes one.
            (Place::Detail, Some(line)) => line.detail.extend([phrase.text].into_iter().chain(phrase.detail)),
            (Place::Line | Place::Detail, _) => {
                let Entry { at, seq, .. } = *entry;
                lines.push(Line { at, seq, kind: phrase.kind, text: phrase.text, detail: phrase.detail });
            }
        }
    }
    lines
}
