//! The API's answers laid out for a terminal: the same for scripts and for the commands.

use domain::{calendar::Zone, instant::Instant, kept::KeptWhy, plural::counted, rotation::Pipeline};
use serde_json::Value as Json;

/// What `GET …/timeline` answered: one line per moment, details beneath.
pub fn timeline(answer: &Json) -> Vec<String> {
    let mut lines = Vec::new();
    for line in data(answer) {
        let local = text(line, "local");
        lines.push(format!("{local}  {}", text(line, "text")));
        let details = line["detail"].as_array().into_iter().flatten().filter_map(Json::as_str);
        lines.extend(details.map(|detail| format!("{:1$}  · {detail}", "", local.chars().count())));
    }
    lines
}

/// What `GET …/why` answered.
pub fn why(answer: &Json) -> Vec<String> {
    let routed = answer["routed"].as_array().into_iter().flatten();
    std::iter::once(text(answer, "sentence").to_owned()).chain(routed.flat_map(route)).collect()
}

/// A route's decision, and under it what every rule said.
fn route(routed: &Json) -> Vec<String> {
    let rule = |rule: &Json| {
        let mark = if rule["holds"] == true { "✓" } else { "✗" };
        format!("     {mark} {}: {}", text(rule, "rule"), text(rule, "why"))
    };
    let (looked, rest): (Vec<&Json>, Vec<&Json>) =
        routed["rules"].as_array().into_iter().flatten().partition(|rule| rule["holds"].is_boolean());
    let rest: Vec<&str> = rest.into_iter().map(|rule| text(rule, "rule")).collect();
    let rest = (!rest.is_empty()).then(|| format!("     · Not looked at: {}", rest.join(", ")));
    let rules = looked.into_iter().map(rule).chain(rest);
    let matched = text(routed, "rule");
    let by = if matched.is_empty() { "no rule matched".to_owned() } else { format!("by \u{201c}{matched}\u{201d}") };
    std::iter::once(format!("   Route {}: {by}", text(routed, "route"))).chain(rules).collect()
}

/// What `GET …/assignments` answered: each assignment, and every candidate with a reason.
pub fn assignments(answer: &Json) -> Vec<String> {
    let mut lines = Vec::new();
    for assignment in data(answer) {
        lines.push(format!("{}. {}", assignment["number"], text(assignment, "sentence")));
        if assignment["routed"].is_object() {
            lines.extend(route(&assignment["routed"]));
        }
        if assignment["credit"].is_object() {
            let credit = &assignment["credit"];
            lines.push(format!("   Credited by {}: {}", text(credit, "by"), text(credit, "reason")));
        }
        let candidates: Vec<&Json> = assignment["candidates"].as_array().into_iter().flatten().collect();
        let width =
            candidates.iter().map(|candidate| text(candidate, "name").chars().count()).max().unwrap_or_default();
        for candidate in candidates {
            let weight = candidate["weight"].as_u64().map(|weight| format!("weight {weight}  ")).unwrap_or_default();
            lines.push(format!("   {:width$}  {weight}{}", text(candidate, "name"), text(candidate, "words")));
        }
    }
    lines
}

/// What `GET /v1/pools/{pool}` answered: a line for each member, as a lead reads it.
pub fn pool(answer: &Json) -> Vec<String> {
    let members: Vec<&Json> = answer["members"].as_array().into_iter().flatten().collect();
    let width = members.iter().map(|member| text(member, "name").chars().count()).max().unwrap_or_default();
    let strategy = text(answer, "strategy").replace('_', " ");
    let mut lines = vec![
        format!("Pool {}, {strategy}, {}", text(answer, "pool"), counted(&answer["picks"], "pick")),
        format!(
            "   {:width$}  {:>6}  {:>8}  {:>6}  {:>10}  {:13}  now",
            "", "weight", "due", "given", "difference", "since"
        ),
    ];
    let credits = |member: &Json| member["credited"].as_u64().filter(|credited| *credited > 0);
    let credited = members.iter().any(|member| credits(member).is_some());
    for member in members {
        let weight = member["weight"].as_u64().map_or_else(|| "–".to_owned(), |weight| weight.to_string());
        let number = |name: &str| member[name].as_f64().unwrap_or_default();
        let mut now = vec![text(member, "now").to_owned()];
        now.extend(member["open"].as_u64().map(|open| format!("{open} open")));
        now.extend(credits(member).map(|credited| format!("{credited} credited")));
        now.extend(pipeline(member));
        now.extend((number("to_catch_up") > 0.0).then(|| format!("{:.1} to catch up", number("to_catch_up"))));
        now.extend(member["absence"].as_str().map(str::to_owned));
        lines.push(format!(
            "   {:width$}  {weight:>6}  {:>8.2}  {:>6}  {:>+10.2}  {:13}  {}",
            text(member, "name"),
            number("due"),
            member["given"].as_u64().unwrap_or_default(),
            number("difference"),
            member["since_local"].as_str().unwrap_or("–"),
            now.join("; "),
        ));
    }
    if let Some(bound) = answer["bound"].as_f64() {
        let quiet = if credited { "comes, goes or is credited" } else { "comes or goes" };
        lines.push(format!("While nobody {quiet}, nobody is ever further than {bound:.3} from their share."));
    }
    lines
}

/// `12,000 in the pipeline, 1 without a number`, where the pool goes by it.
fn pipeline(member: &Json) -> Option<String> {
    let hundredths = (member["pipeline"].as_f64()? * 100.0).round() as u64;
    let sum = Pipeline { hundredths, ..Pipeline::default() };
    Some(match member["without_number"].as_u64() {
        None | Some(0) => format!("{sum} in the pipeline"),
        Some(without) => format!("{sum} in the pipeline, {without} without a number"),
    })
}

/// Why a submission was kept aside, and who is told: `the honeypot hp_website is filled (robin)`.
pub fn kept(item: &Json) -> String {
    let cause = serde_json::from_value::<KeptWhy>(item["why"].clone()).ok();
    let why = item["reason"].as_str().or(cause.map(KeptWhy::in_words)).unwrap_or_default();
    match cause.is_none_or(KeptWhy::needs_a_person) {
        true => format!("{why} ({})", item["told"].as_str().unwrap_or("nobody is told")),
        false => why.to_owned(),
    }
}

/// What becomes of a submission that was kept aside, and who has to do what.
pub fn what_next(item: &Json) -> &'static str {
    serde_json::from_value::<KeptWhy>(item["why"].clone()).map_or("", KeptWhy::what_next)
}

/// What `GET /v1/tasks` answered.
pub fn tasks(answer: &Json, zone: &Zone) -> Vec<String> {
    let line = |task: &Json| {
        let due = Instant::parse(text(task, "due")).map(|due| format!(", due {}", zone.describe(due)));
        let person = task["person"].as_str().or(task["assigned_to"].as_str()).unwrap_or("nobody yet");
        format!(
            "{} {} for {person}{}  {}",
            text(task, "priority"),
            text(task, "title"),
            due.unwrap_or_default(),
            text(task, "record")
        )
    };
    data(answer).map(line).collect()
}

/// What a preview of `resume` answered: what is paused, and what each would do next.
pub fn preview(answer: &Json) -> Vec<String> {
    let paused = match &answer["paused"] {
        Json::String(text) => text.clone(),
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "),
        _ => "nothing".to_owned(),
    };
    let count = |name: &str| answer[name].as_u64().unwrap_or_default();
    let (executions, effects) = (count("held_executions"), count("held_effects"));
    let mut lines =
        vec![format!("Paused: {paused}. Held: {}, {}.", counted(executions, "execution"), counted(effects, "message"))];
    lines.extend(restored(&answer["restored"]));
    for name in ["executions", "effects"] {
        let held = answer[name].as_array().into_iter().flatten();
        lines.extend(held.map(|line| {
            let who = line["called"].as_str().or(line["to"]["address"].as_str());
            let who = who.map_or_else(String::new, |who| format!(" ({who})"));
            let next = format!("  {}{who}  {}: {}", text(line, "record"), text(line, "workflow"), text(line, "next"));
            next + doubt(line)
        }));
    }
    lines
}

/// That the store is a copy, and what that means.
fn restored(answer: &Json) -> Vec<String> {
    if !answer.is_object() {
        return Vec::new();
    }
    let as_of = answer["as_of_local"].as_str().unwrap_or("an unknown moment");
    vec![
        format!("This store was put back from a copy as of {as_of}: everything outbound is held."),
        format!(
            "{} of the messages may have left before, and {} of the executions may have gone on and sent more.",
            answer["may_have_left"], answer["may_be_done"]
        ),
    ]
}

fn doubt(line: &Json) -> &'static str {
    match (line["may_have_left"] == true, line["may_be_done"] == true) {
        (true, _) => " (may have left before)",
        (_, true) => " (may have been done before the store was put back)",
        _ => "",
    }
}

fn data(answer: &Json) -> impl Iterator<Item = &Json> {
    answer["data"].as_array().into_iter().flatten()
}

pub(crate) fn text<'j>(of: &'j Json, name: &str) -> &'j str {
    of[name].as_str().unwrap_or_default()
}
