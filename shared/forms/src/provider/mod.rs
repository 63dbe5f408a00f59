//! The providers: one file each. A new one is its file, a line in [`PROVIDERS`] and a
//! variant of `Source`; shapes without a reader of their own go through [`generic`].

mod acuity;
mod cal_com;
mod calendly;
mod elementor;
mod fillout;
mod generic;
mod google_ads;
mod google_forms;
mod hubspot;
mod hubspot_workflow;
mod jotform;
mod linkedin;
mod list;
mod marks;
mod meta;
pub(crate) mod moment;
mod paperform;
mod salesforce;
mod survey_monkey;
mod tally;
mod typeform;
mod unbounce;
mod webflow;
mod wufoo;

use domain::{
    instant::Instant,
    playbook::{Form, Source},
    value::Value,
};
use serde_json::Value as Json;

use crate::{
    FieldProblem,
    decode::{self, Fault, Payload},
    fingerprint, fit,
    problem::step,
    query,
    question::Draft,
    reading::Reading,
    refusal::Refusal,
    request::Request,
    rest,
    submission::{File, Submission},
};

/// What is known about one provider.
pub(crate) struct Provider {
    pub source: Source,
    /// Tells the provider's shape from every other.
    pub recognises: fn(&Json) -> bool,
    /// Reads a body of that shape; one body may hold several submissions.
    pub read: fn(&Json, &Reading) -> Result<Vec<Submission>, Refusal>,
    /// The header its signature comes in, if it has one of its own.
    pub signed_by: Option<&'static str>,
    pub verify: fn(&Request, &str, Instant) -> Result<(), Refusal>,
}

/// Asked in this order by forms whose source is generic; the first that recognises the shape reads it.
static PROVIDERS: &[&Provider] = &[
    &typeform::PROVIDER,
    &tally::PROVIDER,
    &webflow::PROVIDER,
    &calendly::PROVIDER,
    &hubspot::PROVIDER,
    &hubspot_workflow::PROVIDER,
    &salesforce::PROVIDER,
    &google_forms::PROVIDER,
    &google_ads::PROVIDER,
    &meta::PROVIDER,
    &linkedin::PROVIDER,
    &cal_com::PROVIDER,
    &elementor::PROVIDER,
    &fillout::PROVIDER,
    &jotform::PROVIDER,
    &paperform::PROVIDER,
    &unbounce::PROVIDER,
    &wufoo::PROVIDER,
    &acuity::PROVIDER,
    &survey_monkey::PROVIDER,
];

/// Reads a request into its submissions: at least one, one for each lead of a list, for HubSpot and Meta one per event.
///
/// `form` is the form addressed, or None when nobody has described it: provider shapes are
/// then recognised by themselves, as they are for a generic form.
pub fn read(request: &Request, form: Option<&Form>, now: Instant) -> Result<Vec<Submission>, Refusal> {
    let Payload { mut json, files, faults } = match decode::decode(request) {
        Err(Refusal::EmptyBody) => Payload::of(query::document(request).ok_or(Refusal::EmptyBody)?),
        read => read?,
    };
    forget_secrets(&mut json);
    let reading = Reading::of(form, now);
    let in_query = |refusal| document(&query::document(request).ok_or(refusal)?, &reading);
    let mut submissions = match all_of(&json, &reading).or_else(in_query) {
        Ok(submissions) => submissions,
        Err(_) if !files.is_empty() => vec![only_files(&files, &reading)],
        // Why nothing was read says more than that nothing is there.
        Err(refusal) => return Err(faults.into_iter().next().map_or(refusal, Refusal::from)),
    };
    for submission in &mut submissions {
        submission.test |= request.header(TEST_HEADER).is_some_and(|said| said.eq_ignore_ascii_case("true"));
        for file in &files {
            submission.keep_apart(&file.question, Value::text(file.to_string()), step(&file.question));
        }
        submission.fingerprint = fingerprint::with_files(&submission.fingerprint, &files);
        query::add(request, submission);
        submission.files.clone_from(&files);
        submission.remarks.extend(faults.iter().cloned().map(Fault::remark));
        fit::fit(submission);
    }
    if let [submission] = submissions.as_mut_slice() {
        // Standard Webhooks: the same id for each delivery of one message.
        let id = || request.header("webhook-id").or_else(|| request.header("svix-id")).map(str::to_owned);
        submission.provider_id = submission.provider_id.take().or_else(id);
    }
    Ok(submissions)
}

/// As many files as one sentence names.
const SHOWN_FILES: usize = 5;

/// Somebody who sends a file and answers nothing has sent something: a person may look at it.
fn only_files(files: &[File], reading: &Reading) -> Submission {
    let named: Vec<&str> = files.iter().take(SHOWN_FILES).map(|file| file.name.as_str()).collect();
    let more = match files.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let detail = format!("no question is answered; only {}{more} came", named.join(", "));
    let remark = FieldProblem::new("", "only_files", detail);
    Draft::new(Source::Generic, reading).set(|it| it.remarks.push(remark)).finish()
}

/// The submissions of a body: of each lead in it, where it holds several.
fn all_of(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let is_of_provider = || !json.is_array() && PROVIDERS.iter().any(|provider| (provider.recognises)(json));
    match list::leads(json, reading).filter(|_| !is_of_provider()) {
        Some(leads) => leads.read(|lead| document(lead, reading), reading).map_or_else(|| document(json, reading), Ok),
        None => document(json, reading),
    }
}

/// The submissions of one document, with what it says beside their answers.
fn document(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let form = reading.form();
    let mut submissions = reader(form.map_or(Source::Generic, |form| form.source), json)(json, reading)?;
    let rest = rest::rest(json, "", &submissions);
    for submission in &mut submissions {
        marks::mark(submission, json);
        hold_if_of_another_kind(submission, form);
        hold_if_trapped(submission, form.and_then(|form| form.honeypot.as_deref()));
        if let Some(rest) = &rest {
            rest::keep(submission, rest, "", reading);
        }
    }
    Ok(submissions)
}

/// Proves that the request comes from who knows `secret`. The raw body counts, so call it before or after `read`.
///
/// A generic form accepts the scheme of any provider, Standard Webhooks, and the secret itself in
/// `X-Handoff-Secret`. Refuses with 401: `signature_missing`, `signature_wrong` or `signature_stale`.
pub fn verify(request: &Request, source: Source, secret: &str, now: Instant) -> Result<(), Refusal> {
    if secret.is_empty() {
        let detail = "the secret of this form is empty; configure it".to_owned();
        return Err(Refusal::Signature { code: "signature_wrong", detail });
    }
    match provider(source) {
        Some(provider) => (provider.verify)(request, secret, now),
        None => {
            let signed = |provider: &&&Provider| provider.signed_by.is_some_and(|name| request.header(name).is_some());
            match PROVIDERS.iter().find(signed) {
                Some(provider) => (provider.verify)(request, secret, now),
                None => generic::verify(request, secret, now),
            }
        }
    }
}

type Reader = fn(&Json, &Reading) -> Result<Vec<Submission>, Refusal>;

fn provider(source: Source) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.source == source).copied()
}

/// The provider's reader where the body is of its shape. Another shape is read for what it is: its sender has
/// proven to know the secret, if there is one, and a lead is not refused for its looks.
fn reader(source: Source, json: &Json) -> Reader {
    let own = provider(source).filter(|provider| (provider.recognises)(json));
    let known = own.or_else(|| PROVIDERS.iter().find(|provider| (provider.recognises)(json)).copied());
    known.map_or(generic::read, |provider| provider.read)
}

/// Members by which a provider proves that it knows the form's secret: nothing that is kept may hold them.
const SECRETS: &[&str] = &["google_key", wufoo::HANDSHAKE_KEY];

fn forget_secrets(json: &mut Json) {
    if let Json::Object(members) = json {
        members.retain(|name, _| !SECRETS.contains(&name.as_str()));
    }
}

/// Says that a body is a test. Forminator, when a webhook is set up.
const TEST_HEADER: &str = "x-hook-test";

/// Fields that form services offer as traps under these very names.
const TRAPS: &[&str] = &["_gotcha", "_honeypot", "bot-field"];

fn hold_if_trapped(submission: &mut Submission, honeypot: Option<&str>) {
    let is_filled = |question: &str| submission.fields.get(question).is_some_and(|value| !is_unticked(value));
    let own = honeypot.filter(|name| submission.exact_question(name).is_some_and(is_filled));
    let known = || TRAPS.iter().copied().find(|name| is_filled(name));
    if let Some(name) = own.or_else(known) {
        submission.held = Some(format!("`{name}`, which people do not see, was filled"));
    }
}

/// HubSpot tells of all its objects: a deal is no lead, unless the form's records are deals.
fn hold_if_of_another_kind(submission: &mut Submission, form: Option<&Form>) {
    let Some(fetch) = submission.to_fetch.as_ref().filter(|_| submission.source == Source::Hubspot) else { return };
    let is_of_form = fetch.object == "contact" || form.is_some_and(|form| form.record.as_str() == fetch.object);
    if !is_of_form && submission.held.is_none() {
        submission.held = Some(format!("HubSpot reports on a {}, not a contact", fetch.object));
    }
}

/// A box that nobody ticked, as JSON or a form says it.
fn is_unticked(value: &Value) -> bool {
    match value {
        Value::YesNo(ticked) => !ticked,
        Value::Number(number) => *number == 0.0,
        Value::Text(text) => matches!(text.as_str(), "false" | "0" | "off"),
        _ => false,
    }
}

/// The value at a JSON pointer that has no escapes. `Json::pointer` allocates two texts for each step to undo escapes,
/// and two dozen places of each body are looked at.
pub(crate) fn at<'a>(json: &'a Json, pointer: &str) -> Option<&'a Json> {
    pointer.split('/').skip(1).try_fold(json, |json, step| match json {
        Json::Object(members) => members.get(step),
        Json::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Text at a JSON pointer; numbers are written out. None if blank.
pub(crate) fn text(json: &Json, pointer: &str) -> Option<String> {
    match at(json, pointer)? {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether there is anything at a JSON pointer.
pub(crate) fn has(json: &Json, pointer: &str) -> bool {
    at(json, pointer).is_some_and(|json| !json.is_null())
}

/// The items of a list at a JSON pointer, each with its own pointer.
pub(crate) fn items<'a>(json: &'a Json, pointer: &str) -> impl Iterator<Item = (String, &'a Json)> + use<'a> {
    let pointer = pointer.to_owned();
    let items = at(json, &pointer).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().enumerate().map(move |(index, item)| (format!("{pointer}/{index}"), item))
}
