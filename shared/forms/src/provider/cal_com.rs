//! Cal.com's bookings: `BOOKING_CREATED` and its kin. Other events are kept, but held.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, items, text};
use crate::{
    problem::step, question::Draft, reading::Reading, refusal::Refusal, request::Request, signature,
    submission::Submission,
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::CalCom, recognises, read, signed_by: Some("x-cal-signature-256"), verify };

fn recognises(json: &Json) -> bool {
    has(json, "/triggerEvent") && has(json, "/payload")
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let event = text(json, "/triggerEvent").unwrap_or_default();
    let booked = matches!(event.as_str(), "BOOKING_CREATED" | "BOOKING_REQUESTED");
    let id = text(json, "/payload/uid").map(|uid| if booked { uid } else { format!("{uid}#{event}") });
    let mut draft = Draft::new(Source::CalCom, reading)
        .form_name(text(json, "/payload/eventTitle").or_else(|| text(json, "/payload/type")))
        .provider_id(id)
        .submitted_at(json, "/createdAt")
        .set(|it| {
            it.test = event == "PING";
            it.held = (!booked).then(|| format!("Cal.com reports {event}, not a booking"));
        });
    if let Some(Json::Object(responses)) = json.pointer("/payload/responses") {
        for (key, response) in responses {
            let value = response.get("value").unwrap_or(response);
            let label = text(response, "/label").unwrap_or_default();
            draft.answer(&[key, &label], value, &format!("/payload/responses{}/value", step(key)));
        }
    }
    if let Some((pointer, attendee)) = items(json, "/payload/attendees").next() {
        for name in ["name", "email", "phoneNumber", "timeZone"] {
            let answer = attendee.get(name).unwrap_or(&Json::Null);
            draft.answer(&[&format!("attendee.{name}"), name], answer, &format!("{pointer}/{name}"));
        }
    }
    for name in ["startTime", "endTime", "additionalNotes"] {
        let pointer = format!("/payload/{name}");
        draft.answer(&[name], json.pointer(&pointer).unwrap_or(&Json::Null), &pointer);
    }
    Ok(vec![draft.finish()])
}

fn verify(request: &Request, secret: &str, _now: Instant) -> Result<(), Refusal> {
    signature::check_hex(secret, &[request.body], signature::header(request, "x-cal-signature-256")?)
}
