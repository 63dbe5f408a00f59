//! `GET …/timeline`: a record's history in sentences; JSON, or plain text when asked.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::IntoResponse,
};
use domain::{
    explain::{self, Line, Voice},
    history::{Entry, left},
    id::RecordKey,
};
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, list},
    app::App,
    ports::{ConsolePorts, Scope},
    query::{Params, cursor_before},
    record::find,
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/records/{kind}/{id}/timeline", show::<P>)
}

async fn show<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Answer {
    let params = params.only(&["cursor", "limit"])?;
    let (before, limit) = (params.before()?, params.limit()?);
    let active = app.active().await?;
    let (record, _) = find(&app, &active, RecordKey::new(kind.as_str(), id)).await?;
    let entries = left(app.ports.page(&record, before, limit).await?);
    let next = next(&entries);
    let voice = Voice::new(&active.playbook, &active.playbook.organisation.time_zone);
    let lines = explain::timeline(&entries, &voice);
    if wants_text(&headers) {
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text(&lines, &voice)).into_response());
    }
    list(lines.iter().map(|line| as_json(line, &voice)).collect(), next)
}

/// Where the page before these entries ends: none at the first entry.
pub(crate) fn next(newest_first: &[Entry]) -> Option<String> {
    newest_first.last().filter(|oldest| !oldest.is_first_left()).map(|oldest| cursor_before(oldest.seq))
}

fn as_json(line: &Line, voice: &Voice<'_>) -> Json {
    json!({
        "seq": line.seq,
        "at": line.at.to_string(),
        "local": voice.zone.describe(line.at),
        "kind": line.kind,
        "text": line.text,
        "detail": line.detail,
    })
}

fn wants_text(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.trim_start().starts_with("text/plain")
}

fn text(lines: &[Line], voice: &Voice<'_>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&format!("{}  {}\n", voice.zone.describe(line.at), line.text));
        for detail in &line.detail {
            text.push_str(&format!("                  {detail}\n"));
        }
    }
    text
}
