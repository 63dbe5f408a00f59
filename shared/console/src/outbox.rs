//! `GET /v1/outbox`: everything that left the house, or was about to, and what became of it.

use axum::extract::State;
use engine::ports::{EffectRow, EffectState};
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, list, record_path},
    app::App,
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/outbox", show::<P>)
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    let params = params.only(&["cursor", "limit"])?;
    let page = app.ports.effects(params.cursor().as_ref(), params.limit()?).await?;
    list(page.items.iter().map(line).collect(), page.next)
}

pub(crate) fn line(row: &EffectRow) -> Json {
    let (state, settled_at, retry_at, why) = match &row.state {
        EffectState::Held => (json!("held"), None, None, Json::Null),
        EffectState::Claimed { .. } => (json!("claimed"), None, None, Json::Null),
        EffectState::PutOff { why, until } => (json!("put_off"), None, Some(until.to_string()), json!(why)),
        EffectState::Settled { result, at } => {
            let result = serde_json::to_value(result).unwrap_or_default();
            (result["result"].clone(), Some(at.to_string()), None, result["why"].clone())
        }
    };
    let failed = row.rendered.as_ref().err();
    json!({
        "id": row.request.effect,
        "record": row.request.record,
        "workflow": row.request.workflow,
        "what": row.what,
        "message": row.rendered.as_ref().ok(),
        "state": state,
        "why": failed.map_or(why, |failed| json!(failed)),
        "at": row.at.to_string(),
        "settled_at": settled_at,
        "retry_at": retry_at,
        "links": { "record": record_path(&row.request.record) },
    })
}
