//! What a browser shows after it posted a plain HTML form: thanks, the way on, or what went wrong. Everything is
//! escaped; the layers forbid scripts and caches.

use axum::{
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::{
    matching::is_placeholder_name,
    playbook::{Form, Language, Organisation, Playbook, Thanks},
    template::{self, Values},
    value::Value,
};
use forms::Submission;

use super::{
    form::form_id,
    words::{self, Word},
};
use crate::{answer::Failure, app::App, html::escaped, ports::IntakePorts};

/// What the `enctype` of a form can be. Programs that say they take HTML, too, post something else.
const POSTED_BY_PAGES: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Names of questions that a page lists, and letters of each.
const NAMED: usize = 10;
const NAME_LENGTH: usize = 80;

/// Whether a person's browser posted it and wants to see a page.
pub(super) fn wanted(headers: &HeaderMap) -> bool {
    let posted = given(headers, header::CONTENT_TYPE);
    POSTED_BY_PAGES.iter().any(|kind| posted.starts_with(kind)) && is_read(headers)
}

/// Whether the answer is shown to a person.
pub(super) fn is_read(headers: &HeaderMap) -> bool {
    given(headers, header::ACCEPT).contains("text/html")
}

fn given(headers: &HeaderMap, name: HeaderName) -> String {
    let given = headers.get(name).and_then(|given| given.to_str().ok());
    given.unwrap_or_default().trim_start().to_ascii_lowercase()
}

/// The page, or the way to it, once a submission is taken. The page of a template may say what was submitted: text,
/// whatever it holds, and escaped with the rest.
pub(super) fn thanks(playbook: &Playbook, form: Option<&Form>, submission: Option<&Submission>) -> Response {
    let organisation = &playbook.organisation;
    match form.and_then(|form| form.thanks.as_ref()) {
        // The check holds it to the listed hosts; a playbook of another release may have passed another check.
        Some(Thanks::Redirect(address)) if organisation.may_redirect_to(address) => {
            Redirect::to(address).into_response()
        }
        Some(Thanks::Template(name))
            if let Some((title, body)) = playbook.templates.get(name).and_then(|template| {
                let said = said(playbook, form?, submission);
                Some((template::fill(&template.subject, &said).ok()?, template::fill(&template.body, &said).ok()?))
            }) =>
        {
            page(StatusCode::OK, language(form), &escaped(&title), &paragraphs(&body))
        }
        _ => {
            let title = text(form, Word::ThanksTitle, organisation);
            let thanks = format!("<p>{}</p>", text(form, Word::Thanks, organisation));
            page(StatusCode::OK, language(form), &title, &thanks)
        }
    }
}

/// What the page may be filled with: the submission as the form's map reads it, and the organisation. A submission that
/// is kept aside fills it alike, so nobody learns of that.
fn said(playbook: &Playbook, form: &Form, submission: Option<&Submission>) -> Values {
    let organisation = &playbook.organisation;
    let text = |name: &str, text: &str| (name.to_owned(), Value::text(text));
    let own =
        [Some(text("name", &organisation.name)), organisation.booking_link.as_ref().map(|it| text("booking_link", it))];
    let mut said = Values::from([("organisation".to_owned(), own.into_iter().flatten().collect())]);
    let form = Form { required: Vec::new(), ..form.clone() };
    let mapped = submission.cloned().and_then(|mut submission| {
        submission.set_ours_apart(|address| playbook.is_own_address(address));
        forms::map(&submission, &form, &playbook.schema).ok()
    });
    let mut fields = mapped.map(|mapped| mapped.fields).unwrap_or_default();
    let links = playbook.schema.kinds.get(&form.record).into_iter().flat_map(|own| &own.links);
    said.extend(links.filter_map(|(link, kind)| Some((link.clone(), fields.get(kind)?.clone()))));
    said.extend(fields.remove(&form.record).map(|own| (form.record.to_string(), own)));
    let placeholders = &playbook.schema.placeholders;
    // Nobody is thanked as "test", though beside another part that may be a name.
    let greets = |value: &Value| value.as_text().is_none_or(|text| !is_placeholder_name(text, placeholders));
    said.values_mut().for_each(|fields| fields.retain(|name, value| !name.ends_with("name") || greets(value)));
    said
}

/// The page that says what went wrong, in the language of the form.
pub(super) async fn failed<P: IntakePorts>(app: &App<P>, form: &str, failure: &Failure) -> Response {
    let active = app.active().await.ok();
    let described = active.as_ref().and_then(|active| active.plan.playbook.forms.get(&form_id(form).ok()?));
    let said = |word: Word| escaped(words::text(language(described), described.map(|form| &form.texts), word));
    let status = StatusCode::from_u16(failure.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = format!(
        "<p>{}</p>{}<p>{}</p>",
        said(what_went_wrong(status, failure.problem.code)),
        questions(failure),
        said(Word::GoBack)
    );
    let mut response = page(status, language(described), &said(Word::SorryTitle), &body);
    if let Some(after) = failure.after() {
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}

fn what_went_wrong(status: StatusCode, code: &str) -> Word {
    match status {
        _ if matches!(code, "submission_missing" | "body_empty") => Word::NothingFilled,
        StatusCode::UNAUTHORIZED => Word::NotProved,
        StatusCode::UNPROCESSABLE_ENTITY => Word::NotAccepted,
        StatusCode::METHOD_NOT_ALLOWED => Word::NotPosted,
        StatusCode::NOT_FOUND => Word::NoForm,
        StatusCode::PAYLOAD_TOO_LARGE => Word::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => Word::TooMany,
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => Word::NotReadable,
        // A form that is not there or not set up is no fault of the person's.
        _ => Word::Unavailable,
    }
}

/// The questions that are to blame, as the form calls them.
fn questions(failure: &Failure) -> String {
    let name = |pointer: &str| {
        let name = pointer.trim_start_matches('/').replace("~1", "/").replace("~0", "~");
        escaped(&name.chars().take(NAME_LENGTH).collect::<String>())
    };
    let items: String =
        failure.problem.errors.iter().take(NAMED).map(|error| format!("<li>{}</li>", name(&error.pointer))).collect();
    if items.is_empty() { items } else { format!("<ul>{items}</ul>") }
}

fn language(form: Option<&Form>) -> Language {
    form.map(|form| form.language).unwrap_or_default()
}

fn text(form: Option<&Form>, word: Word, organisation: &Organisation) -> String {
    let text = words::text(language(form), form.map(|form| &form.texts), word);
    escaped(text).replace("{organisation}", &escaped(&organisation.name))
}

/// A text with blank lines between its paragraphs, as HTML.
fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>", escaped(paragraph).replace('\n', "<br>"))).collect()
}

/// Title and body are HTML already.
fn page(status: StatusCode, language: Language, title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
         <link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>",
        language.as_str(),
    );
    (status, Html(page)).into_response()
}
