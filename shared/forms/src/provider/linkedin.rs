//! LinkedIn's lead notifications: ids only. The lead must be fetched as a `leadFormResponse`.

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
    Provider { source: Source::Linkedin, recognises, read, signed_by: Some("x-li-signature"), verify };

/// A service in between may leave out what happened. What holds the answers is no notification.
fn recognises(json: &Json) -> bool {
    let names_it = json.get("leadGenFormResponse").is_some_and(Json::is_string);
    names_it && (has(json, "/leadAction") || !has(json, "/formResponse"))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let get = |name: &str| text(json, &format!("/{name}"));
    let action = get("leadAction").unwrap_or_else(|| "CREATED".to_owned());
    let created = action == "CREATED";
    let response = get("leadGenFormResponse");
    let fetch = response.clone().map(|id| Fetch { object: "leadGenFormResponse".to_owned(), id });
    let id = response.map(|id| if created { id } else { format!("{id}#{action}") });
    let mut draft = Draft::new(Source::Linkedin, reading)
        .form_name(get("leadGenForm"))
        .provider_id(id)
        .submitted_at(json, "/occurredAt")
        .set(|it| {
            it.to_fetch = fetch;
            it.held = (!created).then(|| format!("LinkedIn reports {action}, not a new lead"));
        });
    for name in ["leadGenFormResponse", "leadGenForm", "leadType", "leadAction"] {
        draft.answer(&[name], json.get(name).unwrap_or(&Json::Null), &format!("/{name}"));
    }
    Ok(vec![draft.finish()])
}

/// Over the body with `hmacsha256=` before it.
fn verify(request: &Request, secret: &str, _now: Instant) -> Result<(), Refusal> {
    let given = signature::header(request, "x-li-signature")?;
    let given = given.strip_prefix("hmacsha256=").unwrap_or(given);
    signature::check_hex(secret, &[b"hmacsha256=", request.body], given)
}
