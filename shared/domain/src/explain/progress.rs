use super::{
    LineKind,
    change::{Phrase, Scene},
    event::{awaited, event, missing},
    voice::{capital, length},
};
use crate::{
    duration::Span,
    execution::Waiting,
    history::{Change, EndedHow, ExecutionChange, NotStartedWhy, RequestChange, Unmet},
    id::{EventType, ExecutionId, WorkflowId},
    instant::Instant,
    plural::counted,
    step_path::StepPath,
};

pub(super) fn not_started(workflow: &WorkflowId, why: NotStartedWhy) -> Phrase {
    let why = match why {
        NotStartedWhy::Condition => "its conditions were not met",
        NotStartedWhy::AlreadyEnrolled => "it is still running from before",
        NotStartedWhy::WasRunning => "it was running when this happened",
        NotStartedWhy::TooDeep => "workflows set each other off in a loop",
        NotStartedWhy::RecordClosed => "the record is closed",
        NotStartedWhy::AwaitsFetch => "its answers are still to be fetched",
    };
    Phrase::line(LineKind::Workflow, format!("{workflow} did not start: {why}"))
}

pub(super) fn unmet(failed: &Unmet) -> Phrase {
    let workflows = counted(failed.count(), "workflow");
    Phrase::line(LineKind::Workflow, format!("{workflows} did not start: their conditions were not met"))
}

pub(super) fn started(workflow: &WorkflowId, path: &StepPath) -> Phrase {
    let otherwise = if path.segments().next() == Some("else") { " on its else path" } else { "" };
    Phrase::line(LineKind::Workflow, format!("{workflow} started{otherwise}"))
}

/// `trial took its else path. Score must be over 40; was 8.`
pub(super) fn branch_taken(execution: &ExecutionId, branch: &str, why: &str, scene: Scene<'_>) -> Phrase {
    let workflow = scene.index.workflow(execution);
    let taken = format!("{workflow} took its {branch} path");
    let text = match (why.is_empty(), branch) {
        (false, _) => format!("{taken}. {why}"),
        // The first release did not keep the reasons.
        (true, "then") => format!("{taken}: its condition was met"),
        (true, _) => format!("{taken}: its condition was not met"),
    };
    Phrase::detail(LineKind::Workflow, text)
}

pub(super) fn wait_started(execution: &ExecutionId, waiting: &Waiting, scene: Scene<'_>) -> Phrase {
    let text = waiting_words(waiting, scene);
    match waiting {
        Waiting::Continue => Phrase::nowhere(LineKind::Wait, text),
        Waiting::Owner { .. } if asks_a_pool(scene) => Phrase::nowhere(LineKind::Wait, text),
        // The answer, or its absence, is the line.
        Waiting::Owner { .. } => Phrase::detail(LineKind::Wait, text),
        Waiting::Time { .. } => Phrase::line(LineKind::Wait, format!("{}: {text}", scene.index.workflow(execution))),
        Waiting::Event { .. } => Phrase::line(LineKind::Wait, text),
    }
}

/// Whether the entry tells already that a pool was asked, or has nobody.
fn asks_a_pool(scene: Scene<'_>) -> bool {
    let asks =
        |change: &Change| matches!(change, Change::Request(RequestChange::Asked { .. } | RequestChange::Waits { .. }));
    scene.entry.changes.iter().any(asks)
}

fn waiting_words(waiting: &Waiting, scene: Scene<'_>) -> String {
    match waiting {
        Waiting::Continue => "Goes on at once".to_owned(),
        Waiting::Owner { pool } => format!("Waiting for pool {pool} to name an owner"),
        Waiting::Time { due, .. } => format!("waiting until {}", scene.voice.at(*due, scene.entry.at)),
        Waiting::Event { event_type, due, .. } => {
            format!("Waiting for {} until {}", awaited(event_type), scene.voice.at(*due, scene.entry.at))
        }
    }
}

pub(super) fn wait_met(execution: &ExecutionId, step: &StepPath, by_seq: u64, scene: Scene<'_>) -> Phrase {
    let met = match scene.index.met_by(execution, step, by_seq) {
        Some(event_type) => capital(&event(event_type)),
        None => "The awaited event came".to_owned(),
    };
    let early = if by_seq < scene.entry.seq { " already" } else { "" };
    Phrase::detail(LineKind::Wait, format!("{met}{early}: nothing more to wait for"))
}

/// `No call in 4 working hours`: the span that the workflow has, not the nights that lay in between.
pub(super) fn wait_missed(
    execution: &ExecutionId,
    step: &StepPath,
    event_type: &EventType,
    within: Option<Span>,
    scene: Scene<'_>,
) -> Phrase {
    // Entries of earlier releases do not hold the span.
    let waited = || scene.index.wait(execution, step, scene.entry.seq).map(length);
    let within = within.map(|span| span.to_string()).or_else(waited);
    let within = within.map_or_else(|| "in time".to_owned(), |length| format!("in {length}"));
    Phrase::line(LineKind::Missed, format!("No {} {within}", missing(event_type)))
}

pub(super) fn continued(execution: &ExecutionId, scene: Scene<'_>) -> Phrase {
    Phrase::nowhere(LineKind::Workflow, format!("{} goes on", scene.index.workflow(execution)))
}

pub(super) fn held(execution: &ExecutionId, scene: Scene<'_>) -> Phrase {
    Phrase::line(
        LineKind::Wait,
        format!("{} is paused: it goes on when it is resumed", scene.index.workflow(execution)),
    )
}

pub(super) fn resumed(execution: &ExecutionId, not_again: bool, scene: Scene<'_>) -> Phrase {
    let workflow = scene.index.workflow(execution);
    let quiet = "what it sends before it next waits may have left before, and is not sent again";
    let is_held = |change: &Change| matches!(change, Change::Execution(ExecutionChange::Held { execution: held }) if held == execution);
    let text = match (not_again, scene.entry.changes.iter().any(is_held)) {
        (false, _) => format!("{workflow} resumed"),
        (true, false) => format!("{workflow} resumed; {quiet}"),
        (true, true) => format!("When {workflow} goes on, {quiet}"),
    };
    Phrase::line(LineKind::Workflow, text)
}

pub(super) fn ended(workflow: &WorkflowId, started_at: Instant, how: &EndedHow, scene: Scene<'_>) -> Phrase {
    let after = scene.entry.at.millis_since(started_at);
    let took = if after < 1000 { String::new() } else { format!(" after {}", length(after)) };
    match how {
        EndedHow::Completed => Phrase::line(LineKind::Workflow, format!("{workflow} ended{took}")),
        EndedHow::RecordClosed => Phrase::detail(LineKind::Workflow, format!("{workflow} ended with it{took}")),
        EndedHow::Failed { why } => Phrase::line(LineKind::Attention, format!("{workflow} could not go on: {why}")),
    }
}
