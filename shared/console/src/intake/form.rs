//! `POST /v1/forms/{form}`: a submission, from a browser, a program or a form provider.

use axum::{
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{id::FormId, instant::Instant, playbook::Form};
use engine::ports::Active;
use forms::limits::BODY_BYTES;

use super::{Taken, accepted, client, idempotency, publish, submission, thanks};
use crate::{
    access::may_send_events,
    answer::{Answer, Failure},
    app::App,
    body,
    ports::IntakePorts,
};

/// Any site's page may post a public form; nothing about the browser's user is sent or read.
const FROM_ANYWHERE: [(HeaderName, &str); 1] = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];

pub(super) async fn preflight() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, idempotency-key"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, FROM_ANYWHERE, allowed).into_response()
}

pub(super) async fn submit<P: IntakePorts>(
    State(app): State<App<P>>,
    Path(form): Path<String>,
    request: Request,
) -> Response {
    let mut response = take(&app, &form, request).await.unwrap_or_else(IntoResponse::into_response);
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn take<P: IntakePorts>(app: &App<P>, form: &str, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let now = app.ports.now();
    let id = form_id(form)?;
    limit(app, &parts.headers, client::of(&parts.extensions), form, now).await?;
    let bytes = body::bytes(&parts.headers, body, BODY_BYTES).await?;
    let active = app.active().await?;
    let known = active.playbook.forms.get(&id);
    let read = read(app, known, &parts.method, &parts.uri, &parts.headers, &bytes, now).await?;
    let key = idempotency::key(&parts.headers)?;
    let named = read
        .into_iter()
        .enumerate()
        .map(|(index, submission)| submission::named(&id, submission, key.as_deref(), index, &*app.trust.fresh_id));
    let taken =
        named.map(|named| take_one(&active, &id, known, named, now)).collect::<Result<Vec<Taken>, Failure>>()?;
    for event in taken.iter().filter_map(Taken::as_event) {
        idempotency::refuse_reused(&*app.ports, event).await?;
    }
    publish(&*app.ports, &taken, now).await?;
    if thanks::wanted(&parts.headers) {
        return Ok(thanks::page(&active.playbook.organisation.name));
    }
    Ok(accepted(StatusCode::OK, &taken))
}

fn take_one(
    active: &Active,
    id: &FormId,
    form: Option<&Form>,
    named: submission::Named,
    now: Instant,
) -> Result<Taken, Failure> {
    match form {
        Some(form) if named.submission.held.is_none() => {
            Ok(Taken::event(submission::event(id, form, &active.playbook.schema, named, now)?))
        }
        form => Ok(submission::kept(id, form.is_some(), named, now)),
    }
}

/// A name that a form could have. Any other address is no form, known or not.
pub(super) fn form_id(form: &str) -> Result<FormId, Failure> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if (1..=100).contains(&form.len()) && form.chars().all(is_name) {
        return Ok(FormId::new(form));
    }
    let detail = "a form's name has 1 to 100 letters, digits, hyphens, underscores or dots";
    Err(Failure::new(404, "form_name_invalid", "No form can have this name", detail))
}

async fn limit<P: IntakePorts>(
    app: &App<P>,
    headers: &HeaderMap,
    client: std::net::IpAddr,
    form: &str,
    now: Instant,
) -> Result<(), Failure> {
    let Some(rate) = app.config.rate else { return Ok(()) };
    if may_send_events(app, headers).await? {
        return Ok(());
    }
    app.limiter.take(client, form, rate, now).map_err(|seconds| {
        let detail = format!("this form takes more in {seconds} s, or at once from a program with an API key");
        Failure::new(429, "too_many_requests", "Too many submissions", detail).retry_after(seconds)
    })
}

/// Proves where the request comes from if the form has a secret, and reads it.
async fn read<P: IntakePorts>(
    app: &App<P>,
    form: Option<&Form>,
    method: &axum::http::Method,
    uri: &axum::http::Uri,
    headers: &HeaderMap,
    bytes: &Bytes,
    now: Instant,
) -> Result<Vec<forms::Submission>, Failure> {
    let path = uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    let uri = app.config.public_url.as_ref().map_or_else(|| path.to_owned(), |base| format!("{base}{path}"));
    let pairs: Vec<(&str, &str)> =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok());
    let request = forms::Request { method: method.as_str(), uri: &uri, content_type, headers: &pairs, body: bytes };
    if let Some((source, reference)) = form.and_then(|form| Some((form.source, form.secret.as_deref()?))) {
        let secret = secret(app, reference).await?;
        forms::verify(&request, source, &secret, now)?;
    }
    Ok(forms::read(&request, form, now)?)
}

/// A form's secret. Without it nothing can be proven, so nothing is accepted.
pub(super) async fn secret<P: IntakePorts>(app: &App<P>, reference: &str) -> Result<String, Failure> {
    match app.trust.secrets.secret(reference).await?.filter(|secret| !secret.is_empty()) {
        Some(secret) => Ok(secret),
        None => {
            tracing::error!(reference, "a form names a secret that is not configured");
            let detail = "the secret of this form is not configured here; send the same request again later";
            Err(Failure::new(503, "secret_unavailable", "Not available at the moment", detail).retry_after(60))
        }
    }
}
