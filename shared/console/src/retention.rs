//! `GET /v1/retention`: what is deleted by itself, and how far the search for it has come.

use axum::extract::State;
use domain::{explain::Voice, playbook::Retention, plural::counted};
use engine::ports::{Round, Rounds};
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, ok},
    app::App,
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/retention", show::<P>)
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    params.only(&[])?;
    let active = app.active().await?;
    let organisation = &active.plan.playbook.organisation;
    let voice = Voice::new(&active.plan.playbook, &organisation.time_zone);
    let rounds = app.ports.rounds().await?;
    ok(json!({
        "retention": organisation.retention,
        "latest": rounds.as_ref().map(|rounds| as_json(&rounds.latest)),
        "before": rounds.as_ref().and_then(|rounds| rounds.before.as_ref()).map(as_json),
        "sentence": sentence(&organisation.retention, rounds.as_ref(), &voice),
    }))
}

fn as_json(round: &Round) -> Json {
    json!({
        "began_at": round.began_at.to_string(),
        "ended_at": round.ended_at.map(|at| at.to_string()),
        "retention": round.rule,
        "only_counts": round.only_counts,
        "looked_at": round.looked_at,
        "records": round.records,
        "effects": round.effects,
    })
}

/// What is deleted now, for people.
pub(crate) fn sentence(retention: &Retention, rounds: Option<&Rounds>, voice: &Voice<'_>) -> String {
    if retention.is_nothing() {
        return "Nothing is deleted: organisation.yaml has no `retention:`.".to_owned();
    }
    let Some(latest) = rounds.map(|rounds| &rounds.latest).filter(|latest| latest.rule == *retention) else {
        return "`retention:` is new: what it lets go is counted first, and deleted from tomorrow on.".to_owned();
    };
    let began = voice.zone.describe(latest.began_at);
    let Round { looked_at, records, effects, .. } = latest;
    let so_far = if latest.ended_at.is_none() { "So far, the" } else { "The" };
    if latest.only_counts {
        let (found, among) = (counted(records, "record"), counted(looked_at, "history"));
        return format!(
            "{so_far} round that began {began} has found {found} to delete among {among}. It \
             only counts, because `retention:` is new or the clock has leapt: the next, a day after it, deletes."
        );
    }
    let (looked_at, deleted) = (counted(looked_at, "history"), counted(records, "record"));
    format!(
        "{so_far} round that began {began} has looked at {looked_at} and deleted {deleted}. Messages \
         sent long ago that were deleted with their text: {effects}."
    )
}
