//! The first page: what people have to do, where every record stands, and what was written to whom.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use domain::{
    decide::Paused,
    effect::EffectResult,
    explain::{self, Voice},
    history::{ExecutionRow, ExecutionState, Head, TaskRow},
    id::{FormId, RecordKey, WorkflowId},
    instant::Instant,
    kept::KeptWhy,
    matching::called,
    plural::counted,
};
use engine::ports::{Active, EffectRow, EffectState, ExecutionFilter, TaskFilter};

use super::{Body, link, shown};
use crate::{
    answer::Failure,
    app::App,
    html::escaped,
    kept::{Waiting, list_path, waiting},
    ports::ConsolePorts,
    retention::sentence,
};

/// Lines of each list.
const LATEST: usize = 12;

/// A line of a table; the cells are HTML already.
type Row<const N: usize> = [String; N];

pub(super) async fn show<P: ConsolePorts>(State(app): State<App<P>>, headers: HeaderMap) -> Response {
    shown(body(&app, &address(&app, &headers)).await)
}

/// Where this host is reached, as the browser that asks says it.
fn address<P>(app: &App<P>, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    app.config.public_url.clone().unwrap_or_else(|| format!("http://{host}"))
}

async fn body<P: ConsolePorts>(app: &App<P>, address: &str) -> Result<Body, Failure> {
    let active = app.active().await?;
    let voice = Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone);
    let html = [
        banner(&active, &voice),
        kept_aside(&waiting(&*app.ports).await?),
        section("To do", ["Task", "About", "For", "Due"], &tasks(app, &voice).await?, "No open tasks."),
        section("In progress", ["About", "Now"], &under_way(app, &voice).await?, "Nothing is waiting."),
        section("Finished", ["About", "Workflow", "When"], &finished(app, &voice).await?, "Nothing yet."),
        section("Messages", ["Message", "To", "State", "When"], &messages(app, &voice).await?, "Nothing yet."),
        retention(app, &active, &voice).await?,
        try_it(&active, address),
    ];
    Ok(Body { title: active.plan.playbook.organisation.name.clone(), html: html.concat() })
}

fn banner(active: &Active, voice: &Voice<'_>) -> String {
    let warning = |text: String| format!("<p class=\"warning\">{}</p>", escaped(&text));
    let paused = match (&active.restored, &active.paused) {
        (Some(restored), _) => {
            let as_of = restored.as_of.map_or_else(String::new, |at| format!(" of {}", voice.zone.describe(at)));
            warning(format!(
                "This store is a copy{as_of}: everything is paused, and nothing is sent. What was asked for before may have left \
                 already; handoff resume shows it, and lets the rest go on."
            ))
        }
        (None, Paused::Nothing) => String::new(),
        (None, Paused::Everything) => warning("Everything is paused.".to_owned()),
        (None, Paused::Some(workflows)) => {
            let names: Vec<&str> = workflows.iter().map(WorkflowId::as_str).collect();
            warning(format!("Paused: {}.", names.join(", ")))
        }
    };
    let promises = active.plan.playbook.workflows.iter().map(|(id, workflow)| {
        format!("<p class=\"quiet\"><b>{}</b> {}</p>", escaped(id.as_str()), escaped(workflow.purpose.as_str()))
    });
    paused + &promises.collect::<String>()
}

/// A line for each cause that has something waiting for a person.
fn kept_aside(waiting: &[Waiting]) -> String {
    let line = |Waiting { why, count, at_least }: &Waiting| {
        let what = match why {
            KeptWhy::Held => "held",
            KeptWhy::Unmatched => "for a form that the playbook does not have",
            KeptWhy::Conflict => "kept: the Idempotency-Key was used before",
            KeptWhy::Partial => "not finished",
            KeptWhy::Test => "tests",
        };
        let count_of = match (count, at_least) {
            (1, false) => "1 submission is".to_owned(),
            (count, false) => format!("{} are", counted(count, "submission")),
            (count, true) => format!("At least {} are", counted(count, "submission")),
        };
        format!("<p class=\"warning\"><a href=\"{}\">{count_of} {what}</a></p>", list_path(*why))
    };
    let lines: String = waiting.iter().map(line).collect();
    let how = "<p class=\"quiet\">Look at them with <code>handoff held</code>.</p>";
    if lines.is_empty() { lines } else { lines + how }
}

fn section<const N: usize>(title: &str, columns: [&str; N], rows: &[Row<N>], nothing: &str) -> String {
    if rows.is_empty() {
        return format!("<h2>{title}</h2><p class=\"quiet\">{nothing}</p>");
    }
    let heads: String = columns.iter().map(|column| format!("<th>{column}</th>")).collect();
    let row = |cells: &Row<N>| {
        // Where there is no room for columns, each cell says what it is.
        let cells = columns.iter().zip(cells).map(|(column, cell)| format!("<td data-of=\"{column}\">{cell}</td>"));
        format!("<tr>{}</tr>", cells.collect::<String>())
    };
    format!("<h2>{title}</h2><table><tr>{heads}</tr>{}</table>", rows.iter().map(row).collect::<String>())
}

async fn tasks<P: ConsolePorts>(app: &App<P>, voice: &Voice<'_>) -> Result<Vec<Row<4>>, Failure> {
    let mut rows = Vec::new();
    for task in app.ports.tasks(&TaskFilter::default(), None, LATEST).await?.items {
        let head = head(app, &task.record).await?;
        rows.push(task_row(&task, &about(&task.record, &head, voice), voice, app.ports.now()));
    }
    Ok(rows)
}

/// What a task is about. Not only records have tasks: what is kept aside, and what failed, has no page of its own.
fn about(record: &RecordKey, head: &Head, voice: &Voice<'_>) -> String {
    let is_record = voice.names.schema.kinds.contains_key(&record.kind);
    if is_record { link(record, &called(record, &head.fields)) } else { "What came in".to_owned() }
}

/// `about` is HTML already.
fn task_row(row: &TaskRow, about: &str, voice: &Voice<'_>, now: Instant) -> Row<4> {
    let task = &row.task;
    let person = task.assigned_to.as_ref().map_or("nobody yet", |person| voice.person(person));
    let due = task.due.map(|due| match due < now {
        true => format!("<span class=\"warning\">{}, overdue</span>", escaped(&voice.zone.describe(due))),
        false => escaped(&voice.zone.describe(due)),
    });
    [escaped(&task.title), about.to_owned(), escaped(person), due.unwrap_or_default()]
}

async fn under_way<P: ConsolePorts>(app: &App<P>, voice: &Voice<'_>) -> Result<Vec<Row<2>>, Failure> {
    let mut rows = Vec::new();
    for state in [ExecutionState::Open, ExecutionState::Held] {
        for found in executions(app, state).await? {
            let head = head(app, &found.record).await?;
            let standings = explain::now(&head, voice, app.ports.now());
            let now = standings.into_iter().find(|standing| standing.execution == found.execution);
            let now = now.map_or_else(|| "Goes on at once".to_owned(), |standing| standing.text);
            rows.push([link(&found.record, &called(&found.record, &head.fields)), escaped(&now)]);
        }
    }
    Ok(rows)
}

async fn finished<P: ConsolePorts>(app: &App<P>, voice: &Voice<'_>) -> Result<Vec<Row<3>>, Failure> {
    let mut rows = Vec::new();
    for found in executions(app, ExecutionState::Ended).await? {
        let head = head(app, &found.record).await?;
        let name = link(&found.record, &called(&found.record, &head.fields));
        rows.push([name, escaped(found.workflow.as_str()), escaped(&voice.zone.describe(found.at))]);
    }
    Ok(rows)
}

async fn executions<P: ConsolePorts>(app: &App<P>, state: ExecutionState) -> Result<Vec<ExecutionRow>, Failure> {
    let filter = ExecutionFilter { state, workflow: None, since: None };
    Ok(app.ports.executions(&filter, None, LATEST).await?.items)
}

async fn head<P: ConsolePorts>(app: &App<P>, record: &RecordKey) -> Result<Head, Failure> {
    Ok(app.ports.newest(record).await?.map(|entry| Head::clone(&entry.head)).unwrap_or_default())
}

async fn messages<P: ConsolePorts>(app: &App<P>, voice: &Voice<'_>) -> Result<Vec<Row<4>>, Failure> {
    Ok(app.ports.effects(None, LATEST).await?.items.iter().map(|row| message_row(row, voice)).collect())
}

fn message_row(effect: &EffectRow, voice: &Voice<'_>) -> Row<4> {
    let (subject, to) = match &effect.rendered {
        Ok(message) => (message.subject.as_str(), message.to.address.as_str()),
        Err(_) => (effect.what.as_str(), ""),
    };
    [link(&effect.request.record, subject), escaped(to), state(&effect.state), escaped(&voice.zone.describe(effect.at))]
}

fn state(state: &EffectState) -> String {
    let words = match state {
        EffectState::Held => "waits, paused".to_owned(),
        EffectState::Claimed { .. } => "on its way".to_owned(),
        EffectState::PutOff { why, .. } => format!("tried again: {why}"),
        EffectState::Settled { result, .. } => match result {
            EffectResult::Sent { .. } => "sent".to_owned(),
            EffectResult::Captured => "kept here, not sent".to_owned(),
            EffectResult::Failed { why } => format!("not sent: {why}"),
            EffectResult::InDoubt => "may not have been sent".to_owned(),
            EffectResult::Expired => "not sent: too late".to_owned(),
            EffectResult::NotAgain => "not sent again".to_owned(),
        },
    };
    match state {
        EffectState::Settled { result, .. } if result.needs_a_person() => {
            format!("<span class=\"warning\">{}</span>", escaped(&words))
        }
        _ => escaped(&words),
    }
}

/// What is deleted by itself, where the playbook says so.
async fn retention<P: ConsolePorts>(app: &App<P>, active: &Active, voice: &Voice<'_>) -> Result<String, Failure> {
    if active.plan.playbook.organisation.retention.is_nothing() {
        return Ok(String::new());
    }
    let sentence = sentence(&active.plan.playbook.organisation.retention, app.ports.rounds().await?.as_ref(), voice);
    Ok(format!("<h2>Retention</h2><p class=\"quiet\">{}</p>", escaped(&sentence)))
}

/// A line to paste, for the first form there is, and the lists that programs read.
fn try_it(active: &Active, address: &str) -> String {
    let form = active.plan.playbook.forms.keys().next().map_or("demo-request", FormId::as_str);
    let lists = [
        "executions",
        "tasks",
        "outbox",
        "held",
        "unmatched",
        "conflicts",
        "partial",
        "tests",
        "dead-letters",
        "openapi.json",
    ];
    let links: String =
        lists.iter().map(|list| format!("<a href=\"/v1/{list}\">{}</a> ", list.replace('-', " "))).collect();
    format!(
        "<details><summary>For developers</summary><p>Submit a form:</p>\
         <pre>curl -d name=Ada -d email=ada@example.com -d company=Example -d team_size=51-200 \\\n  \
         {}/v1/forms/{}</pre><p>As JSON: {links}</p></details>",
        escaped(address),
        escaped(form)
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::playbook::Playbook;
    use engine::ports::Restored;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_page_of_a_copy_says_that_it_is_one_and_what_to_do() {
        let organisation = json!({ "name": "Example", "time_zone": "Europe/Berlin", "hours": "24/7" });
        let playbook: Playbook =
            serde_json::from_value(json!({ "organisation": organisation, "schema": { "kinds": {} } })).unwrap();
        let restored = Restored { as_of: Some(Instant::parse("2026-11-27T14:46:37Z").unwrap()), ..Restored::default() };
        let active = Active {
            manifest: playbook.manifest_id(),
            plan: Arc::new(domain::plan::Plan::of(playbook)),
            paused: Paused::Everything,
            restored: Some(restored),
        };
        let said = banner(&active, &Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone));
        assert!(said.contains("This store is a copy of Fri 27 Nov 15:46: everything is paused"), "{said}");
        assert!(said.contains("handoff resume shows it"), "{said}");
    }
}
