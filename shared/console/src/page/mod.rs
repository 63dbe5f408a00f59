//! Pages for people: what this host is, what goes on, and a record's story. Rendered here,
//! without scripts; everything that came from outside is escaped.

mod home;
mod record;

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::id::RecordKey;

use crate::{
    access::Need,
    answer::{Code, Failure, part},
    html::escaped,
    ports::ConsolePorts,
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let routes = routes.get(Need::Page, "/", home::show::<P>);
    routes.get(Need::Page, "/records/{kind}/{id}", record::show::<P>).get(Need::Nothing, "/style.css", style)
}

async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("style.css")).into_response()
}

/// A title and what stands beneath it, already HTML.
struct Body {
    title: String,
    html: String,
}

fn shown(body: Result<Body, Failure>) -> Response {
    match body {
        Ok(body) => page(StatusCode::OK, &body.title, &body.html),
        Err(failure) => failed(&failure),
    }
}

/// What a person sees where something is not to be had.
pub(crate) fn failed(failure: &Failure) -> Response {
    let status = StatusCode::from_u16(failure.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut page = page(status, failure.problem.title, &format!("<p>{}</p>", escaped(&failure.problem.detail)));
    page.extensions_mut().insert(Code(failure.problem.code));
    page
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escaped(title);
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Handoff</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body><header><a href=\"/\">Handoff</a></header><main><h1>{title}</h1>{body}</main></body></html>"
    );
    (status, Html(page)).into_response()
}

fn link(record: &RecordKey, text: &str) -> String {
    format!("<a href=\"/records/{}/{}\">{}</a>", part(record.kind.as_str()), part(&record.id), escaped(text))
}
