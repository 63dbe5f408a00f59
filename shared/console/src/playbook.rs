//! The playbook: published whole, checked first, and rolled back by publishing an earlier one.

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, header},
};
use domain::{
    id::ManifestId,
    playbook::{Outbound, Playbook},
    plural::counted,
};
use engine::ports::{Activation, Published};
use playbook::{Checked, Files};
use serde_json::{Value as Json, json};

use crate::{
    access::{Caller, Need},
    answer::{Answer, Failure, ok},
    app::App,
    body::{self, Object},
    kept::waiting_for,
    named,
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
};

/// The largest playbook, in bytes.
const BODY_BYTES: usize = 1024 * 1024;
const ACTIVATIONS: usize = 20;

const WATCHED: &str = "this host watches a folder: it stays as it is, and the next edit of the folder replaces \
    what is published now";

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes
        .get(Need::Scope(Scope::Read), "/v1/playbook", show::<P>)
        .put(Need::Scope(Scope::Admin), "/v1/playbook", replace::<P>)
        .post(Need::Scope(Scope::Admin), "/v1/playbook/rollback", rollback::<P>)
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    params.only(&[])?;
    let active = app.active().await?;
    let activations = app.ports.activations(ACTIVATIONS).await?;
    ok(json!({
        "manifest": active.manifest,
        "paused": crate::pause::as_json(&active.paused),
        "playbook": active.plan.playbook,
        "activations": activations,
    }))
}

async fn replace<P: ConsolePorts>(
    State(app): State<App<P>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let bytes = body::bytes(&parts.headers, body, BODY_BYTES).await?;
    let files = files(&parts.headers, &bytes)?;
    let Checked { playbook, diagnostics, .. } = playbook::load(&files);
    let diagnostics = json!(diagnostics);
    match playbook {
        Some(playbook) => publish(&app, &parts.headers, caller, &playbook, diagnostics).await,
        None => Ok(refused(&diagnostics)),
    }
}

/// A playbook's texts are long and have lines: read as they are, not by the rules for submissions.
fn files(headers: &HeaderMap, bytes: &[u8]) -> Result<Files, Failure> {
    body::require_json(headers)?;
    let json: Json = serde_json::from_slice(bytes).map_err(|error| {
        let detail = format!("this is not JSON, line {} column {}", error.line(), error.column());
        Failure::new(400, "json_malformed", "The body cannot be read", detail)
    })?;
    let mut body = Object::of("", json, &["files"])?;
    let mut files = Files::new();
    match body.take("files") {
        Some(Json::Object(texts)) if !texts.is_empty() => {
            for (path, text) in texts {
                match text {
                    Json::String(text) => drop(files.insert(path, text)),
                    _ => body.fault("files", "not_a_text", format!("`{path}` must be a text")),
                }
            }
        }
        _ => body.fault("files", "required_missing", "`files` must hold the folder's files: {\"people.yaml\": \"…\"}"),
    }
    body.done().map(|()| files)
}

/// 422 with every problem: file, line, column, code, message.
fn refused(diagnostics: &Json) -> axum::response::Response {
    let count = diagnostics.as_array().map_or(0, Vec::len);
    let body = json!({
        "type": "urn:handoff:problem:playbook_invalid",
        "title": "The playbook cannot be published",
        "status": 422,
        "code": "playbook_invalid",
        "detail": format!("{}; see diagnostics", counted(count, "problem")),
        "diagnostics": diagnostics,
    });
    crate::answer::problem_document(422, &body)
}

async fn publish<P: ConsolePorts>(
    app: &App<P>,
    headers: &HeaderMap,
    caller: Caller,
    playbook: &Playbook,
    diagnostics: Json,
) -> Answer {
    if let Some(why) = app.config.cannot_mail
        && playbook.organisation.outbound != Outbound::Capture
    {
        return Err(Failure::new(422, "no_mail_provider", "The playbook cannot be published", why));
    }
    // With no playbook active yet there is nothing to replace; if there is one all the same, the store says so.
    let active = app.ports.active().await.ok().map(|active| active.manifest);
    if let Some(expected) = if_match(headers)
        && active.as_ref() != Some(&expected)
    {
        return Err(conflict(active.as_ref()));
    }
    let manifest = playbook.manifest_id();
    let activated = active.as_ref() != Some(&manifest);
    if activated {
        let by = caller.name.clone();
        let activation = Activation { manifest: manifest.clone(), at: app.ports.now(), by: caller.name };
        if let Published::Conflict { active } = app.ports.publish(playbook, active.as_ref(), activation).await? {
            return Err(conflict(Some(&active)));
        }
        tracing::info!(%manifest, replaces = active.as_ref().map(tracing::field::display), by, "playbook changed");
    }
    // Where nothing new is published, an edit replaces what it replaced before.
    let notice = (activated && app.config.folder_is_watched).then_some(WATCHED);
    let waiting = waiting_for(&*app.ports, playbook).await?;
    ok(json!({
        "manifest": manifest, "replaces": active, "activated": activated, "waiting": waiting,
        "diagnostics": diagnostics, "notice": notice,
    }))
}

fn if_match(headers: &HeaderMap) -> Option<ManifestId> {
    let given = headers.get(header::IF_MATCH)?.to_str().ok()?.trim();
    (given != "*").then(|| ManifestId::new(given.trim_matches('"')))
}

fn conflict(active: Option<&ManifestId>) -> Failure {
    let active = active.map_or_else(|| "no playbook".to_owned(), ToString::to_string);
    let detail = format!("{active} is active; read it, merge, and publish again");
    Failure::new(409, "playbook_conflict", "Another playbook became active meanwhile", detail)
}

async fn rollback<P: ConsolePorts>(
    State(app): State<App<P>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["manifest"]).await?;
    let manifest = body.text("manifest", 100);
    body.done()?;
    let plan = app.ports.plan(&ManifestId::new(manifest.as_str())).await?;
    let Some(plan) = plan else {
        let mut latest: Vec<String> = Vec::new();
        for activation in app.ports.activations(ACTIVATIONS).await? {
            let id = activation.manifest.to_string();
            latest.extend(Some(id).filter(|id| !latest.contains(id)));
        }
        let why = named::unknown("published playbook", &manifest, latest.iter().map(String::as_str));
        return Err(Failure::missing(why));
    };
    publish(&app, &parts.headers, caller, &plan.playbook, json!([])).await
}
