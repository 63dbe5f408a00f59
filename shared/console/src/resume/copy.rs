//! In a store that was put back from a copy: what the store that was copied may have done since.

use domain::{
    history::{Change, Entry, EventChange, ExecutionRow},
    instant::Instant,
};
use engine::ports::{Active, EffectRow};

use crate::{answer::Failure, app::App, ports::ConsolePorts};

/// Whether the store that was copied may have sent this: it was asked for before the copy was taken.
pub(super) async fn may_have_left<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    row: &EffectRow,
) -> Result<bool, Failure> {
    let Some(restored) = &active.restored else { return Ok(false) };
    let asked = app.ports.entry(&row.request.record, row.request.seq).await?;
    Ok(asked.is_none_or(|entry| restored.may_have_left(entry.at)))
}

/// Whether the store that was copied may have taken this on: it was under way when the copy was taken, or came due before
/// the copy was opened.
pub(super) async fn may_be_done<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    row: &ExecutionRow,
) -> Result<bool, Failure> {
    let Some(restored) = &active.restored else { return Ok(false) };
    let Some(held) = app.ports.entry(&row.record, row.seq).await? else { return Ok(true) };
    let Some(open) = held.head.execution(&row.execution) else { return Ok(true) };
    if let Some((_, _, due)) = open.waiting.timer() {
        return Ok(restored.may_be_done(due));
    }
    // It waits for nothing: what set it going was there when the copy was taken, or came in later.
    let came = match event_at(&held) {
        Some(came) => came,
        None => {
            let started = app.ports.entry(&row.record, open.started_seq).await?;
            started.and_then(|entry| event_at(&entry)).unwrap_or(open.started_at)
        }
    };
    Ok(restored.may_have_left(came))
}

/// When the event happened that an entry takes in.
fn event_at(entry: &Entry) -> Option<Instant> {
    entry.changes.iter().find_map(|change| match change {
        Change::Event(EventChange::Received { occurred_at, .. }) => Some(*occurred_at),
        _ => None,
    })
}
