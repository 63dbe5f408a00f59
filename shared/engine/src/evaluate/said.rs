//! One line on the log for each decision that matters to the person who runs a host. What else happened to a
//! record is in its timeline, with the reasons: here are ids only.

use domain::history::{Change, EndedHow, Entry, ExecutionChange, KeptChange, OwnerChange, RecordChange, RequestChange};

pub(super) fn log(entry: &Entry) {
    let (record, seq) = (|| entry.record.logged(), entry.seq);
    for change in &entry.changes {
        match change {
            Change::Owner(OwnerChange::Assigned { person, pool, .. }) => {
                let pool = pool.as_ref().map(tracing::field::display);
                tracing::info!(record.id = record(), entry.seq = seq, person.id = %person, pool.id = pool, "assigned");
            }
            Change::Request(RequestChange::Waits { retry_at, .. }) => {
                tracing::info!(record.id = record(), entry.seq = seq, %retry_at, "nobody is available; asked again");
            }
            Change::Execution(ExecutionChange::WaitMissed { execution, .. }) => {
                tracing::info!(record.id = record(), entry.seq = seq, execution.id = %execution, "escalated");
            }
            Change::Record(RecordChange::ClockSetBack { from }) => {
                tracing::warn!(record.id = record(), entry.seq = seq, %from, "the clock was ahead; waits moved back");
            }
            Change::Execution(ExecutionChange::Ended { execution, how: EndedHow::Failed { .. }, .. }) => {
                tracing::warn!(record.id = record(), entry.seq = seq, execution.id = %execution, "cannot go on");
            }
            Change::Record(RecordChange::Deleted { entries, .. }) => {
                tracing::info!(record.id = record(), entry.seq = seq, entries, "record deleted by retention");
            }
            Change::Kept(KeptChange::Deleted { submissions, .. }) => {
                tracing::info!(
                    record.id = record(),
                    entry.seq = seq,
                    submissions,
                    "kept submissions deleted by retention"
                );
            }
            _ => {}
        }
    }
}
