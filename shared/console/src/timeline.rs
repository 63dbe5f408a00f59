//! `GET …/timeline`: a record's history in sentences; JSON, or plain text when asked.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::IntoResponse,
};
use domain::{
    effect::EffectResult,
    explain::{self, Beside, Line, PutOff, Voice},
    history::{Entry, left},
    id::RecordKey,
};
use engine::ports::EffectState;
use futures_util::future::try_join_all;
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, list},
    app::App,
    ports::{ConsolePorts, Scope},
    query::{Params, cursor_before},
    record::find,
    routes::Routes,
};

/// How far back entries are read for what a part of a history refers to: so many times so many.
const PAGES_BACK: usize = 5;
const PAGE_BACK: usize = 200;

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
    let voice = Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone);
    let lines = tell(&app, &record, &entries, &voice).await?;
    if wants_text(&headers) {
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text(&lines, &voice)).into_response());
    }
    list(lines.iter().map(|line| as_json(line, &voice)).collect(), next)
}

/// A part of a record's history in sentences. What it refers to outside itself is looked up, so that the words do not
/// depend on where the part begins and ends.
pub(crate) async fn tell<P: ConsolePorts>(
    app: &App<P>,
    record: &RecordKey,
    newest_first: &[Entry],
    voice: &Voice<'_>,
) -> Result<Vec<Line>, Failure> {
    let older = older(app, record, newest_first).await?;
    let open = explain::unsettled(newest_first);
    let rows = try_join_all(open.keys().map(async |effect| app.ports.effect(effect).await)).await?;
    let mut beside = Beside { older, ..Beside::default() };
    for ((effect, not_after), row) in open.into_iter().zip(rows) {
        match row.map(|row| row.state) {
            Some(EffectState::Settled { result, .. }) => drop(beside.settled.insert(effect, result)),
            Some(EffectState::PutOff { why, until }) => drop(beside.put_off.insert(effect, PutOff { why, until })),
            Some(_) => {}
            // Without a row it is not sent any more once its time has passed.
            None if not_after.is_some_and(|until| until < app.ports.now()) => {
                beside.settled.insert(effect, EffectResult::Expired);
            }
            None => {}
        }
    }
    Ok(explain::timeline_of_part(newest_first, &beside, voice))
}

/// The entries before a part of a history, as far as it refers to them.
async fn older<P: ConsolePorts>(app: &App<P>, record: &RecordKey, part: &[Entry]) -> Result<Vec<Entry>, Failure> {
    let mut older: Vec<Entry> = Vec::new();
    for _ in 0..PAGES_BACK {
        let Some(oldest) = older.last().or(part.last()).filter(|oldest| !oldest.is_first_left()) else { break };
        if !explain::refers_further_back(part, &older) {
            break;
        }
        let page = left(app.ports.page(record, Some(oldest.seq), PAGE_BACK).await?);
        if page.is_empty() {
            break;
        }
        older.extend(page);
    }
    Ok(older)
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
