//! `POST /v1/forms/{form}`: a submission, from a browser, a program or a form provider.

use std::{borrow::Cow, net::IpAddr};

use axum::{
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    id::FormId,
    instant::Instant,
    kept::KeptWhy,
    playbook::{Form, Playbook},
};
use forms::{Submission, limits::BODY_BYTES};

use super::{Taken, accepted, aside, client, page, publish, submission};
use crate::{
    access::may_send_events,
    answer::{Answer, Failure},
    app::{App, Rate},
    body,
    idempotency::{self, Claim},
    ports::IntakePorts,
    rate::Of,
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
    answer(&app, &form, request).await
}

/// The same, at an address that holds the secret of the form, which `forms::verify` finds there.
pub(super) async fn submit_with_secret<P: IntakePorts>(
    State(app): State<App<P>>,
    Path((form, _)): Path<(String, String)>,
    request: Request,
) -> Response {
    answer(&app, &form, request).await
}

async fn answer<P: IntakePorts>(app: &App<P>, form: &str, request: Request) -> Response {
    let for_a_browser = page::wanted(request.headers());
    let mut response = match (take(app, form, request).await, for_a_browser) {
        (Ok(response), _) => response,
        (Err(failure), false) => failure.into_response(),
        (Err(failure), true) => page::failed(app, form, &failure).await,
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn take<P: IntakePorts>(app: &App<P>, form: &str, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let now = app.ports.now();
    let id = form_id(form)?;
    let sender = Sender::of(app, &parts).await?;
    sender.limit(app, Of::Posts, now)?;
    let bytes = body::bytes(&parts.headers, body, app.config.body_limit.unwrap_or(BODY_BYTES)).await?;
    let active = app.active().await?;
    let known = active.plan.playbook.forms.get(&id);
    if known.is_none() {
        sender.limit(app, Of::Unmatched, now)?;
    }
    let Read { submissions, is_proved } = read(app, known, &parts, &bytes, now).await?;
    sender.count(app, &submissions, now);
    let key = idempotency::form_key(&parts.headers);
    let shown = submissions.first().filter(|_| page::wanted(&parts.headers)).cloned();
    let mut taken = match submissions.len() {
        0 | 1 => each(app, &active.plan.playbook, &id, submissions, key.as_deref(), now)?,
        _ if is_proved || matches!(sender, Sender::Program) => {
            each(app, &active.plan.playbook, &id, submissions, key.as_deref(), now)?
        }
        _ => vec![aside::list(&id, known.is_some(), &submissions, &bytes, now)?],
    };
    let mut claims = Vec::new();
    for one in &mut taken {
        claims.extend(one.claim(app).await?);
    }
    publish(&*app.ports, &taken).await?;
    claims.into_iter().for_each(Claim::accepted);
    if page::wanted(&parts.headers) {
        return Ok(page::thanks(&active.plan.playbook, known, shown.as_ref()));
    }
    Ok(accepted(StatusCode::OK, &taken))
}

/// Each submission by itself: an event, or kept aside.
fn each<P>(
    app: &App<P>,
    playbook: &Playbook,
    id: &FormId,
    submissions: Vec<Submission>,
    key: Option<&str>,
    now: Instant,
) -> Result<Vec<Taken>, Failure> {
    let form = playbook.forms.get(id);
    let is_list = submissions.len() > 1;
    let take_one = |(index, submission)| {
        let why = aside::why(form, &submission);
        let named = submission::named(id, submission, key, index, &*app.trust.fresh_id);
        match (form, why) {
            (Some(form), None) => {
                // What is refused alone is kept in a list: it must not cost the others.
                let spare = is_list.then(|| named.clone());
                match (submission::event(id, form, playbook, named, now), spare) {
                    (Ok(event), _) => Ok(Taken::event(event)),
                    (Err(refusal), Some(named)) => Ok(aside::refused(id, &refusal, named, now)),
                    (Err(refusal), None) => Err(refusal.into()),
                }
            }
            (Some(form), Some(KeptWhy::Partial)) => {
                let known_by = submission::known_by_answers(form, playbook, &named);
                Ok(aside::unfinished(id, named, known_by, now))
            }
            (None, None) => Ok(aside::one(id, KeptWhy::Unmatched, named, now)),
            (_, Some(why)) => Ok(aside::one(id, why, named, now)),
        }
    };
    submissions.into_iter().enumerate().map(take_one).collect()
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

/// Who posts, for the limit.
enum Sender {
    /// A program with a key that may send events.
    Program,
    /// Anybody else, held to this budget; no budget where the host has no limit.
    Address(IpAddr, Option<Rate>),
}

impl Sender {
    async fn of<P: IntakePorts>(app: &App<P>, parts: &Parts) -> Result<Self, Failure> {
        if may_send_events(app, &parts.headers).await? {
            return Ok(Self::Program);
        }
        Ok(Self::Address(client::of(&parts.extensions), app.config.rate))
    }

    fn limit<P>(&self, app: &App<P>, of: Of, now: Instant) -> Result<(), Failure> {
        let Self::Address(address, Some(rate)) = self else { return Ok(()) };
        app.limiter.take(*address, of, *rate, now).map_err(|seconds| {
            let detail =
                format!("your address may post again in {seconds} s, and a program with an API key at any time");
            Failure::new(429, "too_many_requests", "Too many submissions", detail).retry_after(seconds)
        })
    }

    /// Counts what one post brought beyond the one that was taken for it.
    fn count<P>(&self, app: &App<P>, submissions: &[Submission], now: Instant) {
        if let Self::Address(address, Some(rate)) = self {
            app.limiter.count(*address, submissions.len().saturating_sub(1), *rate, now);
        }
    }
}

/// What a request holds, and whether its sender has proved to know the form's secret.
struct Read {
    submissions: Vec<Submission>,
    is_proved: bool,
}

/// Proves where the request comes from if the form has a secret, and reads it.
async fn read<P: IntakePorts>(
    app: &App<P>,
    form: Option<&Form>,
    parts: &Parts,
    bytes: &Bytes,
    now: Instant,
) -> Result<Read, Failure> {
    let path = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    let uri = app.config.public_url.as_ref().map_or_else(|| path.to_owned(), |base| format!("{base}{path}"));
    let texts = texts(&parts.headers);
    let pairs: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_ref())).collect();
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok());
    let method = parts.method.as_str();
    let request = forms::Request { method, uri: &uri, content_type, headers: &pairs, body: bytes };
    let proof = form.and_then(|form| Some((form.source, form.secret.as_deref()?)));
    if let Some((source, reference)) = proof {
        let secret = secret(app, reference).await?;
        forms::verify(&request, source, &secret, now)?;
    }
    Ok(Read { submissions: forms::read(&request, form, now)?, is_proved: proof.is_some() })
}

/// Names and texts of headers. A text beyond ASCII, which a secret may be, is UTF-8, or Latin-1 as HTTP once had it.
pub(super) fn texts(headers: &HeaderMap) -> Vec<(&str, Cow<'_, str>)> {
    let text = |value: &HeaderValue| match str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    };
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().map_or_else(|_| text(value).into(), Cow::from)))
        .collect()
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
