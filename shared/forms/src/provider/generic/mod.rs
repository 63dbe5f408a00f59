//! Any other shape: a flat object, a nested one, lists of questions with answers.
//!
//! Nothing is thrown away: every leaf becomes a field. What differs is who gets the short
//! name `name` when several leaves claim it: the best rank (`about.rs`); of one rank first questions, then
//! what lies in a container of answers (`data`, `fields`, …), then the rest.

mod asked;
mod documents;
mod identity;
mod person;
mod side;
mod walk;

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{instant::Instant, playbook::Source};
use serde_json::{Value as Json, json};

use self::{
    person::Person,
    walk::{Found, Place},
};
use super::{google_ads, wufoo};
use crate::{
    question::{Draft, normal},
    reading::Reading,
    refusal::Refusal,
    request::Request,
    signature,
    submission::Submission,
};

const FRESH_MINUTES: i64 = 5;

pub(super) fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let json = documents::expanded(json);
    match json.as_ref() {
        Json::Object(_) => Ok(vec![one(&json, reading)?]),
        Json::Array(items) if are_answers(items) => Ok(vec![one(&json, reading)?]),
        Json::String(_) | Json::Array(_) => Ok(vec![one(&json!({ "body": json }), reading)?]),
        _ => Err(missing()),
    }
}

/// Whether a list holds the answers of one submission, and not several submissions.
pub(super) fn are_answers(items: &[Json]) -> bool {
    asked::are_pairs(items) || items.iter().any(is_answer)
}

/// Whether an item of a list is an answer, with or without its question.
pub(super) fn is_answer(item: &Json) -> bool {
    asked::is_question(item, None) || asked::only_answers(item)
}

fn one(json: &Json, reading: &Reading) -> Result<Submission, Refusal> {
    let found = walk::walk(json, &Person::default());
    let person = Person::of(&found);
    if person.is_at_home() {
        return of(found, reading);
    }
    of(walk::walk(json, &person), reading)
}

fn of(mut found: Vec<Found>, reading: &Reading) -> Result<Submission, Refusal> {
    found.sort_by_key(Found::claim);
    let mut draft = Draft::new(Source::Generic, reading);
    // Some services send each answer in several places: those may share its name.
    let mut claimed: HashMap<String, &Json> = HashMap::new();
    for found in &found {
        let is_free = |short: &&String| *claimed.entry(normal(short)).or_insert(found.answer) == found.answer;
        let short = found.short.as_ref().filter(is_free);
        let names: Vec<&str> = found.names.iter().chain(short).map(String::as_str).collect();
        if found.place == Place::Question {
            for name in &found.names {
                claimed.entry(normal(name)).or_insert(found.answer);
            }
        }
        match found.is_apart() {
            true => draft.apart(&names, found.answer, &found.pointer),
            false => {
                draft.answer(&names, found.answer, &found.pointer);
                found.kind.into_iter().for_each(|kind| draft.typed(&names, kind));
            }
        }
    }
    let submission = identity::identify(draft, &found, reading.now);
    if submission.fields.is_empty() {
        return Err(missing());
    }
    Ok(submission)
}

fn missing() -> Refusal {
    Refusal::malformed("submission_missing", "the body answers no question: its values are empty, or it has none")
}

/// Standard Webhooks, the secret wherever a sender can put it, or Google Ads' or Wufoo's key in the body.
pub(super) fn verify(request: &Request, secret: &str, now: Instant) -> Result<(), Refusal> {
    for prefix in ["webhook", "svix"] {
        if request.header(&format!("{prefix}-signature")).is_some() {
            return standard_webhooks(request, prefix, secret, now);
        }
    }
    if !signature::brings_secret(request) {
        let keyed =
            [(google_ads::has_key(request), &google_ads::PROVIDER), (wufoo::has_key(request), &wufoo::PROVIDER)];
        if let Some((_, provider)) = keyed.into_iter().find(|(has_key, _)| *has_key) {
            return (provider.verify)(request, secret, now);
        }
    }
    signature::shared_secret(request, secret, now)
}

/// HMAC over `id.timestamp.body`; the header may hold several `v1,base64`, one must fit.
fn standard_webhooks(request: &Request, prefix: &str, secret: &str, now: Instant) -> Result<(), Refusal> {
    let id = signature::header(request, &format!("{prefix}-id"))?;
    let at = signature::header(request, &format!("{prefix}-timestamp"))?;
    let given = signature::header(request, &format!("{prefix}-signature"))?;
    signature::fresh(signature::seconds(at), FRESH_MINUTES, now)?;
    let decoded = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", at.as_bytes(), b".", request.body];
    let fits = |mac: &str| STANDARD.decode(mac).is_ok_and(|mac| signature::check(&key, &parts, &mac).is_ok());
    let fits = given.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(fits);
    if fits { Ok(()) } else { Err(signature::wrong()) }
}
