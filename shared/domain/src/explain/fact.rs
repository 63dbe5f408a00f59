use super::{
    LineKind,
    change::{Phrase, Scene},
    event::event,
    identity,
    voice::{capital, list, uncapital},
};
use crate::{
    event::{Fetch, Gap, GapWhy},
    history::{Change, EventChange, ExecutionChange, RequestChange, TaskChange},
    id::{EventId, RecordKey, SegmentId},
    instant::Instant,
    kept::{Kept, KeptWhy, Settlement},
    matching::is_shorter_form_of,
    value::{Fields, Value},
};

/// An event, with what it left open. Values of the lead's own fields are not repeated here.
pub(super) fn received(change: &EventChange, scene: Scene<'_>) -> Phrase {
    let EventChange::Received { event_type, form, fields, unmapped, gaps, to_fetch, late, .. } = change else {
        return Phrase::nowhere(LineKind::Event, "");
    };
    let mut detail = gaps_words(gaps, scene);
    detail.extend(renamed(fields, scene));
    if !unmapped.is_empty() {
        let names: Vec<String> = unmapped.keys().cloned().collect();
        detail.push(format!("Kept as it came: {}", list(&names)));
    }
    if let Some(fetch) = to_fetch {
        detail.push(format!("The rest has to be fetched: {} {}", fetch.object, fetch.id));
    }
    let text = match form {
        Some(form) if event_type.as_str() == "form_submitted" => format!("Form {form} submitted"),
        Some(form) => format!("{} (form {form})", capital(&event(event_type))),
        None => capital(&event(event_type)),
    };
    match late {
        true => Phrase::line(LineKind::Missed, format!("Late contact: {}", event(event_type))).with(detail),
        false => Phrase::line(LineKind::Event, text).with(detail),
    }
}

/// Somebody comes back under another name. A fuller one, or the first, is nothing to tell.
fn renamed(fields: &Fields, scene: Scene<'_>) -> Option<String> {
    let kind = scene.entry.record.kind.as_str();
    let of = |fields: &Fields| fields.get("name").and_then(Value::as_text).map(str::to_owned);
    let (now, was) = (of(fields)?, of(&scene.entry.before.fields)?);
    let label = scene.voice.field(kind, kind, &"name".to_owned());
    (now != was && !is_shorter_form_of(&was, &now))
        .then(|| format!("{label} was \u{201c}{was}\u{201d}, now \u{201c}{now}\u{201d}"))
}

/// What a person may want to look at has a line each; what was simply not answered shares the last one.
pub(super) fn gaps_words(gaps: &[Gap], scene: Scene<'_>) -> Vec<String> {
    let mut detail: Vec<String> = gaps.iter().flat_map(|gap| doubts(gap, scene)).collect();
    let empty: Vec<String> = gaps
        .iter()
        .filter(|gap| gap.why == GapWhy::Missing && !gap.target.ends_with("_id"))
        .map(|gap| uncapital(&label(gap, scene)))
        .collect();
    if !empty.is_empty() {
        detail.push(format!("Left empty: {}", empty.join(", ")));
    }
    detail
}

fn doubts(gap: &Gap, scene: Scene<'_>) -> Vec<String> {
    let label = label(gap, scene);
    let linked = gap.target.split('.').next().unwrap_or_default().replace('_', " ");
    match &gap.why {
        GapWhy::Missing => Vec::new(),
        GapWhy::EmailDomain { domain } => vec![format!("Matched to {linked} {domain} by the e-mail's domain")],
        GapWhy::Sought { tried } => tried.iter().map(|tried| tried.sentence(&linked)).collect(),
        GapWhy::Assumed { questions } => {
            vec![format!("{label} was taken from \u{201c}{}\u{201d}", questions.join(", "))]
        }
        GapWhy::Identified { .. } | GapWhy::SharedWith { .. } | GapWhy::KnownName { .. } => {
            identity::sentence(&gap.why, &label, scene).into_iter().collect()
        }
        GapWhy::Unreadable { answer, detail } if answer.is_empty() => vec![format!("{label}: {detail}")],
        GapWhy::Unreadable { answer, detail } => {
            vec![format!("{label} was left empty: \u{201c}{answer}\u{201d} could not be read ({detail})")]
        }
        GapWhy::Partly { answer, detail } => {
            vec![format!("{label} was taken from \u{201c}{answer}\u{201d}: {detail}")]
        }
        GapWhy::Placeholder { answer } => {
            vec![format!("{label} was left empty: \u{201c}{answer}\u{201d} is what people write where there is none")]
        }
        GapWhy::Several { answers } => {
            let all = answers.join("\u{201d} and \u{201c}");
            vec![format!("{label} was left empty: nothing says which one is meant, \u{201c}{all}\u{201d}")]
        }
    }
}

fn label(gap: &Gap, scene: Scene<'_>) -> String {
    let kind = scene.entry.record.kind.as_str();
    // A pointer into a body is no field, whatever dots it has.
    match gap.target.split_once('.').filter(|_| !gap.target.starts_with('/')) {
        Some((root, field)) => scene.voice.field(kind, root, &field.to_owned()),
        None => gap.target.clone(),
    }
}

pub(super) fn fetch_awaited(fetch: &Fetch) -> Phrase {
    let from = fetch.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
    let text = format!("Only ids came: nothing starts until the answers of {} are fetched{from}", fetch.id);
    Phrase::line(LineKind::Attention, text)
}

pub(super) fn fetched(belongs_to: Option<&RecordKey>, scene: Scene<'_>) -> Phrase {
    let kind = scene.entry.record.kind.as_str();
    Phrase::line(
        LineKind::Record,
        match belongs_to {
            None => "The answers were fetched".to_owned(),
            Some(record) => {
                format!(
                    "The answers were fetched: they are of {record}, which is known. That {kind} goes on, this one is closed"
                )
            }
        },
    )
}

pub(super) fn repeated(of: &EventId, scene: Scene<'_>) -> Phrase {
    let first = match scene.index.received_at(of) {
        Some(at) => format!("at {}", scene.voice.at(at, scene.entry.at)),
        None => "shortly before".to_owned(),
    };
    Phrase::line(LineKind::Event, format!("The same was submitted again: it counts once, as received {first}"))
}

pub(super) fn kept(kept: &Kept) -> Phrase {
    let form = &kept.form;
    let text = match kept.why {
        KeptWhy::Unmatched => format!("A submission of {form} is kept: no form of that name is known"),
        KeptWhy::Held => format!("A submission of {form} is held: {}", reason(kept)),
        KeptWhy::Conflict => format!("A submission of {form} is kept: its key was used before with other content"),
        KeptWhy::Partial => format!("A submission of {form} is kept: it is not finished"),
        KeptWhy::Test => format!("A test of {form} is kept: it reaches nobody"),
    };
    Phrase::line(LineKind::Attention, text)
}

fn reason(kept: &Kept) -> &str {
    // Older entries say it in the submission only.
    kept.reason.as_deref().unwrap_or("it filled the field that people do not see")
}

pub(super) fn kept_settled(by: &str, settlement: &Settlement, scene: Scene<'_>) -> Phrase {
    let by = scene.voice.actor(by);
    let text = match settlement {
        Settlement::Released => format!("Released by {by}"),
        Settlement::Mapped { form } => format!("Read as a submission of {form}, by {by}"),
        Settlement::Dropped { reason } => format!("Dropped by {by}: {reason}"),
        Settlement::Finished { .. } => "The finished submission came".to_owned(),
    };
    Phrase::line(LineKind::Event, text)
}

pub(super) fn key_used(record: &RecordKey) -> Phrase {
    Phrase::line(LineKind::Event, format!("This key belongs to a request about {record}"))
}

pub(super) fn linked(link: &str) -> Phrase {
    Phrase::detail(LineKind::Record, format!("Linked to its {}", link.replace('_', " ")))
}

pub(super) fn fields_set(fields: &Fields, scene: Scene<'_>) -> Phrase {
    let kind = scene.entry.record.kind.as_str();
    let told = |(name, value): (&String, &Value)| {
        format!("{} is {}", scene.voice.field(kind, kind, name), scene.voice.value(value, scene.entry.at))
    };
    let set: Vec<String> = fields.iter().map(told).collect();
    Phrase::detail(LineKind::Record, list(&set))
}

pub(super) fn segment_joined(segment: &SegmentId) -> Phrase {
    Phrase::line(LineKind::Record, format!("Added to segment {segment}"))
}

/// `The clock had been ahead (it said Sat 27 Nov 2027 09:12); waits were moved back`.
pub(super) fn clock_set_back(from: Instant, scene: Scene<'_>) -> Phrase {
    let moves = |change: &Change| {
        matches!(
            change,
            Change::Execution(ExecutionChange::WaitStarted { .. })
                | Change::Request(RequestChange::AskedAgain { .. })
                | Change::Task(TaskChange::Due { .. })
        )
    };
    let moved = if scene.entry.changes.iter().any(moves) { "; waits were moved back" } else { "" };
    let said = scene.voice.at(from, scene.entry.at);
    Phrase::line(LineKind::Attention, format!("The clock had been ahead (it said {said}){moved}"))
}

pub(super) fn closed(reason: &str, by: &str, scene: Scene<'_>) -> Phrase {
    let kind = capital(scene.entry.record.kind.as_str());
    Phrase::line(LineKind::Record, format!("{kind} closed by {}: {}", scene.voice.actor(by), reason.replace('_', " ")))
}

pub(super) fn reopened(scene: Scene<'_>) -> Phrase {
    let kind = capital(scene.entry.record.kind.as_str());
    Phrase::line(LineKind::Record, format!("{kind} reopened: they came back"))
}
