//! Calendly `invitee.created`. A cancellation is kept, but held: it is no new lead.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, items, text};
use crate::{question::Draft, reading::Reading, refusal::Refusal, request::Request, signature, submission::Submission};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Calendly, recognises, read, signed_by: Some("calendly-webhook-signature"), verify };

const FRESH_MINUTES: i64 = 3;

fn event(json: &Json) -> String {
    text(json, "/event").unwrap_or_default()
}

fn recognises(json: &Json) -> bool {
    event(json).starts_with("invitee") && has(json, "/payload")
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let event = event(json);
    let created = event == "invitee.created";
    let id = text(json, "/payload/uri").map(|uri| if created { uri } else { format!("{uri}#{event}") });
    let name = text(json, "/payload/scheduled_event/name").or_else(|| text(json, "/payload/event"));
    let mut draft =
        Draft::new(Source::Calendly, reading).form_name(name).provider_id(id).submitted_at(json, "/created_at").set(
            |it| {
                it.held = (!created).then(|| format!("Calendly reports {event}, not a booking"));
            },
        );
    for name in ["name", "first_name", "last_name", "email", "timezone", "text_reminder_number"] {
        let pointer = format!("/payload/{name}");
        draft.answer(&[name], json.pointer(&pointer).unwrap_or(&Json::Null), &pointer);
    }
    for (pointer, asked) in items(json, "/payload/questions_and_answers") {
        let question = text(asked, "/question").unwrap_or_default();
        draft.answer(&[&question], asked.get("answer").unwrap_or(&Json::Null), &format!("{pointer}/answer"));
    }
    draft.members(json, "/payload/tracking", "tracking");
    for name in ["start_time", "end_time"] {
        let pointer = format!("/payload/scheduled_event/{name}");
        draft.answer(&[name], json.pointer(&pointer).unwrap_or(&Json::Null), &pointer);
    }
    Ok(vec![draft.finish()])
}

/// `t=1700000000,v1=hex` over `t.body`.
fn verify(request: &Request, secret: &str, now: Instant) -> Result<(), Refusal> {
    let given = signature::header(request, "calendly-webhook-signature")?;
    let part =
        |name: &str| given.split(',').filter_map(|part| part.trim().split_once('=')).find(|(key, _)| *key == name);
    let (Some((_, at)), Some((_, mac))) = (part("t"), part("v1")) else { return Err(signature::wrong()) };
    signature::fresh(signature::seconds(at), FRESH_MINUTES, now)?;
    signature::check_hex(secret, &[at.as_bytes(), b".", request.body], mac)
}
