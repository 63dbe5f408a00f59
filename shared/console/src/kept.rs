//! Submissions that reached no record: of forms nobody described, held as spam, or sent under
//! a used Idempotency-Key. None is dropped; each is listed with what came.

use axum::extract::State;
use domain::{
    history::{Change, Entry},
    message::KeptWhy,
};
use engine::evaluate::kept_in;
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, list},
    app::App,
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
    timeline::next,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let read = Need::Scope(Scope::Read);
    routes.get(read, "/v1/unmatched", unmatched::<P>).get(read, "/v1/held", held::<P>).get(
        read,
        "/v1/conflicts",
        conflicts::<P>,
    )
}

async fn unmatched<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Unmatched).await
}

async fn held<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Held).await
}

async fn conflicts<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Conflict).await
}

async fn show<P: ConsolePorts>(app: &App<P>, params: Params, why: KeptWhy) -> Answer {
    let params = params.only(&["cursor", "limit"])?;
    let entries = app.ports.page(&kept_in(why), params.before()?, params.limit()?).await?;
    list(entries.iter().flat_map(lines).collect(), next(&entries))
}

fn lines(entry: &Entry) -> impl Iterator<Item = Json> {
    entry.changes.iter().filter_map(|change| {
        let Change::SubmissionKept(kept) = change else { return None };
        let body = serde_json::from_str(&kept.body).unwrap_or_else(|_| Json::String(kept.body.clone()));
        Some(json!({
            "event_id": entry.caused_by,
            "seq": entry.seq,
            "form": kept.form,
            "accepted_at": kept.accepted_at.to_string(),
            "submission": body,
            "proposed_map": kept.proposed_map,
        }))
    })
}
