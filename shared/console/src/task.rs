//! `GET /v1/tasks`, and a person's word that one is done.

use axum::{
    Extension,
    extract::{Path, Request, State},
};
use domain::{
    history::{TaskRow, TaskState},
    id::{PersonId, RecordKey, TaskId},
    message::Command,
    task::Task,
};
use engine::ports::{Active, TaskFilter};
use serde_json::{Value as Json, json};

use crate::{
    access::{Caller, Need},
    answer::{Answer, Failure, list, part, record_path},
    app::App,
    body,
    person::command,
    ports::{ConsolePorts, Scope},
    query::{Params, invalid},
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/tasks", show::<P>).post(
        Need::Scope(Scope::Operate),
        "/v1/tasks/{record_kind}/{record_id}/{task}/complete",
        complete::<P>,
    )
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    let params = params.only(&["state", "assigned_to", "record", "cursor", "limit"])?;
    let record = match params.get("record") {
        None => None,
        Some(given) => {
            Some(given.parse::<RecordKey>().map_err(|_| invalid("record", "write kind/id, for example lead/L1"))?)
        }
    };
    let ended = match params.get("state") {
        None | Some("open") => false,
        Some("ended") => true,
        Some(_) => return Err(invalid("state", "write open or ended")),
    };
    let filter = TaskFilter { ended, assigned_to: params.get("assigned_to").map(PersonId::new), record };
    let active = app.active().await?;
    let page = app.ports.tasks(&filter, params.cursor().as_ref(), params.limit()?).await?;
    list(page.items.iter().map(|task| row(task, &active)).collect(), page.next)
}

fn row(row: &TaskRow, active: &Active) -> Json {
    let path = record_path(&row.record);
    let mut line = line(&row.task);
    let person = row.task.assigned_to.as_ref();
    line["person"] = json!(person.and_then(|id| active.plan.playbook.people.get(id)).map(|person| &person.name));
    line["record"] = json!(row.record);
    line["state"] = match &row.state {
        TaskState::Open => json!("open"),
        TaskState::Ended(_) => json!("ended"),
    };
    line["ended"] = match &row.state {
        TaskState::Open => Json::Null,
        TaskState::Ended(how) => json!(how),
    };
    let record = &row.record;
    let complete = format!(
        "/v1/tasks/{}/{}/{}/complete",
        part(record.kind.as_str()),
        part(&record.id),
        part(row.task.id.as_str())
    );
    line["links"] = json!({ "record": path, "complete": complete });
    line
}

/// A task as the API shows it, wherever it stands.
pub(crate) fn line(task: &Task) -> Json {
    json!({
        "id": task.id,
        "title": task.title,
        "priority": task.priority,
        "due": task.due.map(|due| due.to_string()),
        "assigned_to": task.assigned_to,
        "done_when": task.done_when,
    })
}

async fn complete<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id, task)): Path<(String, String, String)>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    body::command(&parts.headers, body, &[]).await?.done()?;
    let record = RecordKey::new(kind.as_str(), id);
    // Not only records have tasks: what is kept aside has, too.
    let newest = app.ports.newest(&record).await?;
    let task = TaskId::new(task);
    if newest.is_none_or(|newest| newest.head.task(&task).is_none()) {
        return Err(Failure::not_found(format_args!("open task `{task}` of {record}")));
    }
    command(&app, &parts.headers, caller, record, Command::CompleteTask { task }).await
}
