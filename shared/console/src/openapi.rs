//! `GET /v1/openapi.json`: the document beside this file, without its blanks. It is written by hand, because it is prose
//! for people as much as a schema. A test holds it against the routes, both ways and with scopes, and sends its examples.

use axum::{http::header, response::IntoResponse};

use crate::{access::Need, answer::Answer, ports::ConsolePorts, routes::Routes};

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Nothing, "/v1/openapi.json", show)
}

async fn show() -> Answer {
    Ok(([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response())
}
