//! Acuity's appointments: ids only. A cancellation is kept, but held.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, text};
use crate::{
    question::Draft,
    reading::Reading,
    refusal::Refusal,
    request::Request,
    signature,
    submission::{Fetch, Submission},
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Acuity, recognises, read, signed_by: Some("x-acuity-signature"), verify };

fn recognises(json: &Json) -> bool {
    ["/action", "/id", "/calendarID", "/appointmentTypeID"].iter().all(|name| has(json, name))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let get = |name: &str| text(json, &format!("/{name}"));
    let action = get("action").unwrap_or_default();
    let booked = matches!(action.as_str(), "scheduled" | "appointment.scheduled");
    let id =
        get("id").map(|id| format!("appointment {id}{}", if booked { String::new() } else { format!("#{action}") }));
    let fetch = get("id").map(|id| Fetch { object: "appointment".to_owned(), id });
    let mut draft = Draft::new(Source::Acuity, reading).form_name(get("appointmentTypeID")).provider_id(id).set(|it| {
        it.to_fetch = fetch;
        it.held = (!booked).then(|| format!("Acuity reports {action}, not a booking"));
    });
    for name in ["action", "id", "calendarID", "appointmentTypeID"] {
        draft.answer(&[name], json.get(name).unwrap_or(&Json::Null), &format!("/{name}"));
    }
    Ok(vec![draft.finish()])
}

fn verify(request: &Request, secret: &str, _now: Instant) -> Result<(), Refusal> {
    signature::check_base64(secret, &[request.body], signature::header(request, "x-acuity-signature")?)
}
