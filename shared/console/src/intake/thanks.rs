//! The page that a browser shows after it posted a plain HTML form.

use axum::{
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::html::escaped;

/// Whether a person's browser posted it and wants to see a page.
pub(super) fn wanted(headers: &HeaderMap) -> bool {
    let has = |name: HeaderName, text: &str| {
        headers.get(name).and_then(|given| given.to_str().ok()).is_some_and(|given| given.contains(text))
    };
    let posted_by_page = has(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        || has(header::CONTENT_TYPE, "multipart/form-data");
    posted_by_page && has(header::ACCEPT, "text/html")
}

pub(super) fn page(organisation: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Thank you</title>\
         <h1>Thank you</h1><p>{} has received your message.</p></html>",
        escaped(organisation)
    );
    (StatusCode::OK, Html(page)).into_response()
}
