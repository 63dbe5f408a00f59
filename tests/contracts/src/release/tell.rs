//! What a store tells: every answer of the API about it.

use std::collections::BTreeMap;

use domain::id::RecordKey;
use serde_json::Value as Json;

use super::Playing;

/// Each address, and what was answered.
pub type Told = BTreeMap<String, Json>;

const LISTS: [&str; 20] = [
    "/v1/pools",
    "/v1/pools/inbound",
    "/v1/pools/turns",
    "/v1/pools/least",
    "/v1/pools/deals",
    "/v1/pools/late",
    "/v1/outbox?limit=200",
    "/v1/tasks?limit=200",
    "/v1/tasks?state=ended&limit=200",
    "/v1/executions?state=open&limit=200",
    "/v1/executions?state=held&limit=200",
    "/v1/executions?state=ended&limit=200",
    "/v1/unmatched",
    "/v1/held",
    "/v1/conflicts",
    "/v1/dead-letters",
    "/v1/people/chloe/away",
    "/v1/people/gus/away",
    "/v1/playbook",
    "/v1/resume",
];

/// Everything the routes tell of the store and of these records.
pub async fn tell(playing: &Playing, records: &[RecordKey]) -> Told {
    let mut paths: Vec<String> = LISTS.map(str::to_owned).to_vec();
    for record in records {
        let of = format!("/v1/records/{}/{}", record.kind, record.id);
        paths.extend(["", "/timeline?limit=200", "/assignments"].map(|part| format!("{of}{part}")));
        for workflow in ["speed-to-lead", "newsletter", "night-desk"] {
            paths.push(format!("{of}/why?workflow={workflow}"));
        }
    }
    let mut told = Told::new();
    for path in paths {
        let (_, answer) = playing.request("GET", &path, None, &Json::Null).await;
        told.insert(path, answer);
    }
    told
}

/// What was told, without its wording: text of several words is left out.
pub fn facts(told: &Json) -> Json {
    match told {
        Json::String(text) if text.contains(' ') => Json::Null,
        Json::Array(items) => items.iter().map(facts).collect(),
        Json::Object(members) => members.iter().map(|(name, value)| (name.clone(), facts(value))).collect(),
        other => other.clone(),
    }
}

/// The wording of what was told, a line for each text.
pub fn words(told: &Told) -> String {
    let mut lines = String::new();
    for (path, answer) in told {
        lines.push_str(&format!("# {path}\n"));
        gather(answer, &mut lines);
    }
    lines
}

fn gather(told: &Json, lines: &mut String) {
    match told {
        Json::String(text) if text.contains(' ') => lines.push_str(&format!("{}\n", text.replace('\n', "\\n"))),
        Json::Array(items) => items.iter().for_each(|item| gather(item, lines)),
        Json::Object(members) => members.values().for_each(|value| gather(value, lines)),
        _ => {}
    }
}
