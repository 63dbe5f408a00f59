//! `GET /v1/executions`: what runs, what a pause holds, what has ended.

use axum::extract::State;
use domain::{
    history::{ExecutionRow, ExecutionState},
    id::WorkflowId,
};
use engine::ports::ExecutionFilter;
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, list, record_path},
    app::App,
    ports::{ConsolePorts, Scope},
    query::{Params, invalid},
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/executions", show::<P>)
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    let params = params.only(&["state", "workflow", "cursor", "limit"])?;
    let filter =
        ExecutionFilter { state: state(&params)?, workflow: params.get("workflow").map(WorkflowId::new), since: None };
    let page = app.ports.executions(&filter, params.cursor().as_ref(), params.limit()?).await?;
    list(page.items.iter().map(line).collect(), page.next)
}

fn state(params: &Params) -> Result<ExecutionState, Failure> {
    match params.get("state") {
        None | Some("open") => Ok(ExecutionState::Open),
        Some("held") => Ok(ExecutionState::Held),
        Some("ended") => Ok(ExecutionState::Ended),
        Some(_) => Err(invalid("state", "write open, held or ended")),
    }
}

pub(crate) fn line(row: &ExecutionRow) -> Json {
    json!({
        "id": row.execution,
        "workflow": row.workflow,
        "record": row.record,
        "state": row.state,
        "started_at": row.started_at.to_string(),
        "at": row.at.to_string(),
        "links": { "record": record_path(&row.record) },
    })
}
