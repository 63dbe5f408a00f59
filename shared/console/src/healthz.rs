//! `GET /healthz`: the process answers, and whether it can do its work. `GET /healthz?ready` answers 503
//! where it cannot: for what decides whether requests are sent here.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::{
    extract::{RawQuery, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::ports::{Playbooks, PortError};
use serde::Serialize;
use serde_json::json;

use crate::{
    answer::{Answer, Code, Failure, UNAVAILABLE, ok, problem_document},
    app::App,
    page,
};

const TITLE: &str = "Not available at the moment";
/// In seconds.
const RETRY_AFTER: u64 = 5;

/// One thing that is wrong with a host. Anybody may read it: no names, no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unwell {
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub detail: String,
}

/// What a host knows of its own health, besides what the ports say.
pub trait Health: Send + Sync {
    /// Everything that keeps it from its work now. Answers within a second or two, whatever hangs.
    fn problems(&self) -> Pin<Box<dyn Future<Output = Vec<Unwell>> + Send + '_>>;

    /// What is wrong while it does its work.
    fn warnings(&self) -> Vec<Unwell>;
}

pub(crate) async fn answer<P: Playbooks>(State(app): State<App<P>>, RawQuery(query): RawQuery) -> Answer {
    let must_be_ready = asks_for_ready(query.as_deref().unwrap_or_default())?;
    let problems = problems(&app).await;
    if !problems.is_empty() && must_be_ready {
        return Ok(not_ready(&problems));
    }
    let mut answer = json!({ "status": if problems.is_empty() { "ok" } else { "not_ready" } });
    let warnings = app.health.as_ref().map_or_else(Vec::new, |health| health.warnings());
    for (name, found) in [("problems", problems), ("warnings", warnings)] {
        if !found.is_empty() {
            answer[name] = json!(found);
        }
    }
    ok(answer)
}

/// `?ready` is a word and needs no value, unlike every other parameter.
fn asks_for_ready(query: &str) -> Result<bool, Failure> {
    match query {
        "" => Ok(false),
        "ready" | "ready=" | "ready=1" | "ready=true" => Ok(true),
        _ => {
            let detail = "the only parameter is `ready`: /healthz?ready";
            Err(Failure::new(400, "parameter_unknown", "There is no such parameter", detail))
        }
    }
}

async fn problems<P: Playbooks>(app: &App<P>) -> Vec<Unwell> {
    let mut problems = match &app.health {
        Some(health) => health.problems().await,
        None => Vec::new(),
    };
    let unwell = |code, detail: &str| Unwell { code, detail: detail.to_owned() };
    match app.ports.active().await {
        Ok(_) => {}
        Err(PortError::Refused { .. }) => {
            problems.push(unwell("playbook_missing", "no playbook is published here yet; publish one"));
        }
        Err(_) => {
            problems.push(unwell("playbook_unreadable", "the active playbook cannot be read; see the host's log"))
        }
    }
    problems
}

/// Where the ports do not answer, says what the host knows of it: sending again does not empty a disk.
pub(crate) async fn say_why(State(health): State<Option<Arc<dyn Health>>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_unavailable = response.extensions().get::<Code>().is_some_and(|Code(code)| *code == UNAVAILABLE);
    let Some(health) = health.filter(|_| is_unavailable) else { return response };
    let problems = health.problems().await;
    let Some(first) = problems.first() else { return response };
    let detail = format!("nothing was accepted or changed: {}", in_words(&problems));
    let failure = Failure::new(503, first.code, TITLE, detail).retry_after(RETRY_AFTER);
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page { page::failed(&failure) } else { failure.into_response() }
}

fn in_words(problems: &[Unwell]) -> String {
    problems.iter().map(|problem| problem.detail.as_str()).collect::<Vec<_>>().join("; ")
}

fn not_ready(problems: &[Unwell]) -> Response {
    let body = json!({
        "type": "urn:handoff:problem:not_ready",
        "title": TITLE,
        "status": 503,
        "code": "not_ready",
        "detail": in_words(problems),
        "problems": problems,
    });
    let mut response = problem_document(503, &body);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
    response
}
