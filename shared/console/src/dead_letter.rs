//! Messages that failed for good, and a person's wish to try one again.

use axum::{
    Extension,
    extract::{Path, Request, State},
};
use domain::{
    id::RecordKey,
    message::{Message, Redrive},
};
use engine::ports::DeadLetter;
use serde_json::{Value as Json, json};

use crate::{
    access::{Caller, Need},
    answer::{Answer, Failure, accepted, list, part, record_path},
    app::App,
    body,
    person::Wish,
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/dead-letters", show::<P>).post(
        Need::Scope(Scope::Operate),
        "/v1/dead-letters/{id}/redrive",
        redrive::<P>,
    )
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    let params = params.only(&["cursor", "limit"])?;
    let page = app.ports.dead_letters(params.cursor().as_ref(), params.limit()?).await?;
    list(page.items.iter().map(line).collect(), page.next)
}

fn line(letter: &DeadLetter) -> Json {
    json!({
        "id": letter.id,
        "queue": letter.queue,
        "record": letter.record,
        "body": serde_json::from_str(&letter.body).unwrap_or_else(|_| Json::String(letter.body.clone())),
        "died_at": letter.died_at.to_string(),
        "redriven": letter.redriven,
        "redrive_at": letter.redrive_at.map(|at| at.to_string()),
        "ended_process": letter.ended_process,
        "links": {
            "redrive": format!("/v1/dead-letters/{}/redrive", part(&letter.id)),
            "record": letter.record.as_ref().map(record_path),
        },
    })
}

async fn redrive<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    body::command(&parts.headers, body, &[]).await?.done()?;
    if app.ports.dead_letter(&id).await?.is_none() {
        return Err(Failure::not_found(format_args!("dead letter `{id}`")));
    }
    let about = RecordKey::new("dead_letter", id.as_str());
    let wish = Wish::read(&app, &parts.headers, about, &format!("redrive {id}"), "").await?;
    if !wish.is_repeat() {
        let body = Redrive { dead_letter: id, by: caller.name };
        app.ports.send_escalate(&[Message { id: wish.id.clone(), since: app.ports.now(), body }]).await?;
    }
    accepted(&wish.accepted(&app).await?, "dead_letters", "/v1/dead-letters")
}
