use serde::Serialize;

use super::{Voice, event::awaited, retention::sentence_deleted};
use crate::{
    execution::{Execution, Waiting},
    history::{Head, Request, RequestState},
    id::{ExecutionId, WorkflowId},
    instant::Instant,
};

/// Where one execution stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub execution: ExecutionId,
    pub workflow: WorkflowId,
    /// `Waiting for a call until 09:15 (Ana)`.
    pub text: String,
}

/// Where each open execution of a record stands; empty when all have ended.
pub fn now(head: &Head, voice: &Voice<'_>, now: Instant) -> Vec<Standing> {
    let of = |open: &Execution| Standing {
        execution: open.id.clone(),
        workflow: open.workflow.clone(),
        text: standing(head, open, voice, now),
    };
    head.executions.iter().map(of).collect()
}

/// The same in one sentence: `Closed`, `Ended`, that it was deleted, or what is waited for.
pub fn sentence_now(head: &Head, voice: &Voice<'_>, at: Instant) -> String {
    let mut texts: Vec<String> = now(head, voice, at).into_iter().map(|standing| standing.text).collect();
    texts.dedup();
    match texts.is_empty() {
        true if head.is_deleted() => sentence_deleted(head, voice).unwrap_or_default(),
        true if head.closed => "Closed".to_owned(),
        true => "Ended".to_owned(),
        false => texts.join("; "),
    }
}

fn standing(head: &Head, open: &Execution, voice: &Voice<'_>, now: Instant) -> String {
    if open.held {
        return "Paused".to_owned();
    }
    let owner = head.owner.as_ref().map(|owner| format!(" ({})", voice.short(&owner.person))).unwrap_or_default();
    // A branch may wait for a time of its own while an owner is still sought.
    let asked = head.awaited_requests().find(|request| request.execution == open.id);
    match (&open.waiting, asked) {
        (_, Some(request)) => for_owner(request, voice, now),
        (Waiting::Continue, None) => "Goes on at once".to_owned(),
        (Waiting::Owner { pool }, None) => format!("Waiting for somebody in {pool}"),
        (Waiting::Time { due, .. }, None) => format!("Waiting until {}{owner}", voice.at(*due, now)),
        (Waiting::Event { event_type, due, .. }, None) => {
            format!("Waiting for {} until {}{owner}", awaited(event_type), voice.at(*due, now))
        }
    }
}

fn for_owner(request: &Request, voice: &Voice<'_>, now: Instant) -> String {
    let pool = &request.pool;
    match request.state {
        RequestState::Waiting { retry_at } if retry_at >= request.deadline => {
            format!("Waiting for somebody in {pool}; goes to its lead {}", voice.at(retry_at, now))
        }
        RequestState::Waiting { retry_at } => {
            format!("Waiting for somebody in {pool}; opens {}", voice.at(retry_at, now))
        }
        RequestState::Refused => format!("Waiting to be assigned by hand: pool {pool} cannot take it"),
        RequestState::Asked | RequestState::Withdrawn => {
            format!("Waiting for pool {pool} to name an owner")
        }
    }
}
