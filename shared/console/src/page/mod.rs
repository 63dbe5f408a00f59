//! Pages for people: what this host is, what goes on, and a record's story. Rendered here,
//! without scripts; everything that came from outside is escaped.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::{
    explain::{self, Line, LineKind, Voice},
    history::{ExecutionRow, ExecutionState, Head, TaskRow},
    id::{FormId, RecordKey},
};
use engine::ports::{Active, EffectRow, ExecutionFilter, TaskFilter};

use crate::{
    access::Need,
    answer::{Failure, part},
    app::App,
    html::escaped,
    ports::ConsolePorts,
    record::{entries, newest},
    routes::Routes,
};

/// Lines of each list on the first page.
const LATEST: usize = 12;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Page, "/", home::<P>).get(Need::Page, "/records/{kind}/{id}", record::<P>).get(
        Need::Nothing,
        "/style.css",
        style,
    )
}

async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("style.css")).into_response()
}

async fn home<P: ConsolePorts>(State(app): State<App<P>>, headers: HeaderMap) -> Response {
    match home_body(&app, &address(&app, &headers)).await {
        Ok((title, body)) => page(StatusCode::OK, &title, &body),
        Err(failure) => failed(&failure),
    }
}

/// Where this host is reached, as the browser that asks says it.
fn address<P>(app: &App<P>, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    app.config.public_url.clone().unwrap_or_else(|| format!("http://{host}"))
}

async fn home_body<P: ConsolePorts>(app: &App<P>, address: &str) -> Result<(String, String), Failure> {
    let active = app.active().await?;
    let voice = Voice::new(&active.playbook, &active.playbook.organisation.time_zone);
    let mut runs = String::new();
    for state in [ExecutionState::Open, ExecutionState::Held, ExecutionState::Ended] {
        let filter = ExecutionFilter { state, workflow: None, since: None };
        for row in app.ports.executions(&filter, None, LATEST).await?.items {
            let head = app.ports.newest(&row.record).await?.map(|entry| entry.head).unwrap_or_default();
            runs.push_str(&run_line(&row, &head, &voice, app.ports.now()));
        }
    }
    let tasks = app.ports.tasks(&TaskFilter::default(), None, LATEST).await?.items;
    let effects = app.ports.effects(None, LATEST).await?.items;
    let title = active.playbook.organisation.name.clone();
    let body = [
        banner(&active),
        section("Executions", &["Record", "Workflow", "Now"], &runs),
        section("Open tasks", &["Task", "For", "Due", "Record"], &lines(&tasks, |row| task_line(row, &voice))),
        section("Outbox", &["What", "To", "State", "When"], &lines(&effects, |row| effect_line(row, &voice))),
        try_it(&active, address),
    ];
    Ok((title, body.concat()))
}

fn lines<T>(rows: &[T], line: impl Fn(&T) -> String) -> String {
    rows.iter().map(line).collect()
}

fn banner(active: &Active) -> String {
    let paused = match crate::pause::as_json(&active.paused) {
        serde_json::Value::String(nothing) if nothing == "nothing" => String::new(),
        paused => format!("<p class=\"warning\">Paused: {}</p>", escaped(&paused.to_string())),
    };
    let workflows: String = active
        .playbook
        .workflows
        .iter()
        .map(|(id, workflow)| {
            format!("<li><b>{}</b> {}</li>", escaped(id.as_str()), escaped(workflow.purpose.as_str()))
        })
        .collect();
    format!("{paused}<p>This is Handoff. It runs:</p><ul>{workflows}</ul>")
}

fn section(title: &str, columns: &[&str], rows: &str) -> String {
    if rows.is_empty() {
        return format!("<h2>{title}</h2><p class=\"quiet\">Nothing yet.</p>");
    }
    let columns: String = columns.iter().map(|column| format!("<th>{column}</th>")).collect();
    format!("<h2>{title}</h2><table><tr>{columns}</tr>{rows}</table>")
}

fn run_line(row: &ExecutionRow, head: &Head, voice: &Voice<'_>, now: domain::instant::Instant) -> String {
    let name = head.fields.get("name").map_or_else(|| row.record.to_string(), ToString::to_string);
    let standing = explain::now(head, voice, now).into_iter().find(|standing| standing.execution == row.execution);
    let standing = standing.map_or_else(|| format!("Ended {}", voice.zone.describe(row.at)), |standing| standing.text);
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
        link(&row.record, &name),
        escaped(row.workflow.as_str()),
        escaped(&standing)
    )
}

fn task_line(row: &TaskRow, voice: &Voice<'_>) -> String {
    let person = row.task.assigned_to.as_ref().map_or("nobody", |person| voice.person(person));
    let due = row.task.due.map(|due| voice.zone.describe(due)).unwrap_or_default();
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        escaped(&row.task.title),
        escaped(person),
        escaped(&due),
        link(&row.record, row.record.kind.as_str())
    )
}

fn effect_line(row: &EffectRow, voice: &Voice<'_>) -> String {
    let line = crate::outbox::line(row);
    let to = row.rendered.as_ref().map_or("", |message| message.to.as_str());
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        link(&row.request.record, &row.what),
        escaped(to),
        escaped(&line["state"].as_str().unwrap_or_default().replace('_', " ")),
        escaped(&voice.zone.describe(row.at))
    )
}

/// A line to paste, for the first form there is.
fn try_it(active: &Active, address: &str) -> String {
    let form = active.playbook.forms.keys().next().map_or("demo-request", FormId::as_str);
    let lists = ["executions", "tasks", "outbox", "unmatched", "held", "conflicts", "dead-letters", "openapi.json"];
    let links: String =
        lists.iter().map(|list| format!("<a href=\"/v1/{list}\">{}</a> ", list.replace('-', " "))).collect();
    format!(
        "<h2>Try it</h2><pre>curl -d name=Ada -d email=ada@example.com -d company=Example -d team_size=51-200 \\\n  \
         {}/v1/forms/{}</pre><p>As JSON: {links}</p>",
        escaped(address),
        escaped(form)
    )
}

fn link(record: &RecordKey, text: &str) -> String {
    format!("<a href=\"/records/{}/{}\">{}</a>", part(record.kind.as_str()), part(&record.id), escaped(text))
}

async fn record<P: ConsolePorts>(State(app): State<App<P>>, Path((kind, id)): Path<(String, String)>) -> Response {
    match record_body(&app, &RecordKey::new(kind.as_str(), id)).await {
        Ok((title, body)) => page(StatusCode::OK, &title, &body),
        Err(failure) => failed(&failure),
    }
}

async fn record_body<P: ConsolePorts>(app: &App<P>, record: &RecordKey) -> Result<(String, String), Failure> {
    let active = app.active().await?;
    let head = newest(app, &active, record).await?.head;
    let entries = entries(&*app.ports, record).await?;
    let voice = Voice::new(&active.playbook, &active.playbook.organisation.time_zone);
    let title = head.fields.get("name").map_or_else(|| record.to_string(), ToString::to_string);
    let owner = head.owner.as_ref().map_or("nobody yet", |owner| voice.person(&owner.person));
    let fields: String = head
        .fields
        .iter()
        .map(|(name, value)| {
            let label = voice.field(record.kind.as_str(), record.kind.as_str(), name);
            format!("<dt>{}</dt><dd>{}</dd>", escaped(&label), escaped(&value.to_string()))
        })
        .collect();
    let story: String = explain::timeline(&entries, &voice).iter().map(|line| story_line(line, &voice)).collect();
    let now = explain::sentence_now(&head, &voice, app.ports.now());
    let body = format!(
        "<p class=\"quiet\">{}</p><p class=\"now\"><b>{}</b> Owner: {}</p><ol>{story}</ol><h2>Fields</h2><dl>{fields}</dl>",
        escaped(&record.to_string()),
        escaped(&now),
        escaped(owner)
    );
    Ok((title, body))
}

fn story_line(line: &Line, voice: &Voice<'_>) -> String {
    let class = match line.kind {
        LineKind::Missed | LineKind::Attention => "warning",
        LineKind::Owner => "owner",
        _ => "line",
    };
    let details: String = line.detail.iter().map(|detail| format!("<small>{}</small>", escaped(detail))).collect();
    format!(
        "<li class=\"{class}\"><time>{}</time><span>{}{details}</span></li>",
        escaped(&voice.zone.describe(line.at)),
        escaped(&line.text)
    )
}

fn failed(failure: &Failure) -> Response {
    let status = StatusCode::from_u16(failure.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page(status, failure.problem.title, &format!("<p>{}</p>", escaped(&failure.problem.detail)))
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escaped(title);
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Handoff</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body><header><a href=\"/\">Handoff</a></header><main><h1>{title}</h1>{body}</main></body></html>"
    );
    (status, Html(page)).into_response()
}
