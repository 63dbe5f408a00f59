//! One record: where it stands, how to reach the person, what happened and why.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    condition::FieldPath,
    explain::{self, Line, LineKind, Voice, Why},
    history::{Entry, Head},
    id::{RecordKey, WorkflowId},
    matching::called,
    value::{FieldName, FieldType, Value},
};

use super::{Body, link, shown};
use crate::{
    answer::Failure,
    app::App,
    html::escaped,
    ports::ConsolePorts,
    record::{entries, find},
    timeline::tell,
    why::answers,
};

pub(super) async fn show<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    shown(body(&app, RecordKey::new(kind.as_str(), id)).await)
}

async fn body<P: ConsolePorts>(app: &App<P>, name: RecordKey) -> Result<Body, Failure> {
    let active = app.active().await?;
    let (record, newest) = find(app, &active, name).await?;
    let head = &newest.head;
    let voice = Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone);
    let (answers, is_partial) = answers(app, &active, &record).await?;
    let standing = match answers.is_empty() && head.executions.is_empty() && !head.is_deleted() {
        // No workflow has ever had to do with it.
        true => String::new(),
        false => standing(head, &voice, &explain::sentence_now(head, &voice, app.ports.now())),
    };
    let told = entries(&*app.ports, &record).await?;
    let story = story(&tell(app, &record, &told, &voice).await?, &voice);
    let facts = linked(app, head, &voice).await? + &facts(&record, head, &voice);
    let html = format!(
        "{standing}<dl>{facts}</dl>{}<h2>What happened</h2>{}<ol>{story}</ol><p class=\"quiet key\">{}</p>",
        reasons(&answers, is_partial),
        untold(&told),
        escaped(&record.to_string()),
    );
    let title = called(&record, &head.fields);
    Ok(Body { title, html })
}

fn standing(head: &Head, voice: &Voice<'_>, now: &str) -> String {
    let owner = match &head.owner {
        Some(owner) => format!("Owner: {}", voice.person(&owner.person)),
        None if head.executions.is_empty() => String::new(),
        None => "No owner yet".to_owned(),
    };
    format!("<p class=\"now\"><b>{}</b><span>{}</span></p>", escaped(now), escaped(&owner))
}

/// The records it belongs to, by their names, with what else is known of them.
async fn linked<P: ConsolePorts>(app: &App<P>, head: &Head, voice: &Voice<'_>) -> Result<String, Failure> {
    let mut facts = String::new();
    for (name, record) in &head.links {
        let fields = app.ports.newest(record).await?.map(|entry| entry.head.fields.clone()).unwrap_or_default();
        let text = called(record, &fields);
        let kind = record.kind.as_str();
        let others = fields.iter().filter(|(name, _)| name.as_str() != "name");
        let others: Vec<String> =
            others.map(|(name, value)| format!("{}: {value}", voice.field(kind, kind, name))).collect();
        let label = FieldPath { root: String::new(), field: name.clone() }.default_label();
        let about = format!("{}<small>{}</small>", link(record, &text), escaped(&others.join(", ")));
        facts.push_str(&fact(&label, &about));
    }
    Ok(facts)
}

/// Every field but the name, which is the title; first what reaches the person.
fn facts(record: &RecordKey, head: &Head, voice: &Voice<'_>) -> String {
    let kind = record.kind.as_str();
    let field_type = |name: &FieldName| {
        let path = FieldPath { root: kind.to_owned(), field: name.clone() };
        voice.names.schema.field(kind, &path).map(|field| field.field_type)
    };
    let fields = head.fields.iter().filter(|(name, _)| name.as_str() != "name");
    let mut facts: Vec<(bool, String)> = fields
        .map(|(name, value)| {
            let scheme = match field_type(name) {
                Some(FieldType::Email) => Some("mailto"),
                Some(FieldType::Phone) => Some("tel"),
                _ => None,
            };
            (scheme.is_none(), fact(&voice.field(kind, kind, name), &value_html(scheme, value)))
        })
        .collect();
    facts.sort_by_key(|(last, _)| *last);
    facts.into_iter().map(|(_, html)| html).collect()
}

/// A link only where the address has no letter that would mean something else in a link.
fn value_html(scheme: Option<&str>, value: &Value) -> String {
    let text = value.to_string();
    let plain = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "@.+-_".contains(letter));
    match scheme {
        Some(scheme) if plain => format!("<a href=\"{scheme}:{text}\">{text}</a>"),
        _ => escaped(&text),
    }
}

fn fact(label: &str, value: &str) -> String {
    format!("<dt>{}</dt><dd>{value}</dd>", escaped(label))
}

/// Lines under the day they belong to.
fn story(lines: &[Line], voice: &Voice<'_>) -> String {
    let days = lines.chunk_by(|one, next| voice.zone.local(one.at).date() == voice.zone.local(next.at).date());
    let mut html = String::new();
    for day in days {
        let date = day.first().map(|line| voice.zone.local(line.at).strftime("%a %-d %b %Y").to_string());
        html.push_str(&format!("<li class=\"day\">{}</li>", escaped(&date.unwrap_or_default())));
        html.extend(day.iter().map(|line| story_line(line, voice)));
    }
    html
}

fn story_line(line: &Line, voice: &Voice<'_>) -> String {
    let class = match line.kind {
        LineKind::Missed | LineKind::Attention => "warning",
        LineKind::Owner => "owner",
        _ => "line",
    };
    let details: String = line.detail.iter().map(|detail| format!("<small>{}</small>", escaped(detail))).collect();
    let time = voice.zone.local(line.at).strftime("%H:%M").to_string();
    format!("<li class=\"{class}\"><time>{time}</time><span>{}{details}</span></li>", escaped(&line.text))
}

/// That a long history is not told from its beginning, where it is not.
fn untold(told: &[Entry]) -> String {
    match told.last().filter(|oldest| !oldest.is_first_left()) {
        Some(oldest) => format!(
            "<p class=\"quiet\">The newest {} of {} entries. `handoff timeline` tells the rest.</p>",
            told.len(),
            (oldest.seq - oldest.head.first_left()) as usize + told.len(),
        ),
        None => String::new(),
    }
}

fn reasons(answers: &[(WorkflowId, Why)], is_partial: bool) -> String {
    let partial = "<p class=\"quiet\">Older entries were not looked at; `handoff why` looks further back.</p>";
    let reason = |(workflow, why): &(WorkflowId, Why)| {
        format!("<p><b>{}</b> {}</p>", escaped(workflow.as_str()), escaped(&why.sentence))
    };
    let partial = if is_partial { partial } else { "" };
    match answers.is_empty() && partial.is_empty() {
        true => String::new(),
        false => format!("<h2>Why</h2>{}{partial}", answers.iter().map(reason).collect::<String>()),
    }
}
