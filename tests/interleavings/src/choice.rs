//! What may happen next.

use std::{fmt, sync::Arc};

use domain::message::{AssignOutcome, ToAssign, ToEvaluate};

use crate::{
    ports::Call,
    world::{Body, Errand},
};

/// How a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Well,
    /// The handler crashes before it, or is told that it failed.
    NotDone,
    /// It is done, and the handler crashes, or is told that it failed.
    AnswerLost,
}

/// One thing that happens in a run.
#[derive(Clone)]
pub enum Choice {
    /// A worker takes messages; of the first, another copy comes later.
    Start {
        errands: Vec<Arc<Errand>>,
        copy: bool,
    },
    /// A worker makes the call before which it stands.
    Call {
        worker: usize,
        of: Arc<Errand>,
        call: Call,
        how: How,
    },
    Publish(Arc<Errand>),
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { errands, copy } => {
                let names: Vec<String> = errands.iter().map(ToString::to_string).collect();
                let copy = if *copy { ", which comes again later" } else { "" };
                write!(f, "a worker takes {}{copy}", names.join(" and "))
            }
            Self::Call { of, call, how: How::Well, .. } => write!(f, "{of}: {call:?}"),
            Self::Call { of, call, how: How::NotDone, .. } => write!(f, "{of}: crashes before {call:?}"),
            Self::Call { of, call, how: How::AnswerLost, .. } => write!(f, "{of}: crashes after {call:?}"),
            Self::Publish(errand) => write!(f, "{errand}"),
        }
    }
}

impl fmt::Display for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body {
            Body::Evaluate(message) => evaluate(f, &message.body),
            Body::Assign(message) => assign(f, &message.body),
            Body::Publish(_) => f.write_str("publishing"),
        }
    }
}

fn evaluate(f: &mut fmt::Formatter<'_>, message: &ToEvaluate) -> fmt::Result {
    match message {
        ToEvaluate::Event(event) => write!(f, "{} of {}", event.event_type, event.record.key),
        ToEvaluate::Timer { record, generation, .. } => write!(f, "timer {generation} of {record}"),
        ToEvaluate::Assignment { record, answer } => match &answer.outcome {
            AssignOutcome::Assigned { person } => write!(f, "answer {person} for {record}"),
            other => write!(f, "answer {other:?} for {record}"),
        },
        ToEvaluate::Credited { record, .. } => write!(f, "news of the credit of {record}"),
        ToEvaluate::Command { record, command, .. } => write!(f, "{command:?} of {record}"),
        other => write!(f, "{other:?}"),
    }
}

fn assign(f: &mut fmt::Formatter<'_>, message: &ToAssign) -> fmt::Result {
    match message {
        ToAssign::Request(request) => write!(f, "request {} of {}", request.number, request.record),
        ToAssign::Withdraw { request, .. } => write!(f, "withdrawal of {request}"),
        ToAssign::Credit(request) => write!(f, "credit of {}", request.record),
        ToAssign::Settle { record, .. } => write!(f, "news of what {record} takes"),
        ToAssign::Away { person, .. } => write!(f, "away of {person}"),
    }
}
