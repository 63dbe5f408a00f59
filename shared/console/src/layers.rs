//! What holds for every answer: security headers, and problems instead of bare error pages.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use forms::Problem;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    access::is_person,
    answer::{Code, Failure},
    healthz::{self, Health},
    page,
};

/// No script at all; styles from our own address only.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts the layers around a finished router.
pub(crate) fn around(router: Router, health: Option<Arc<dyn Health>>) -> Router {
    router
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn_with_state(health, healthz::say_why))
        .layer(middleware::from_fn(say_problems))
        .layer(middleware::from_fn(log_refusals))
        .layer(middleware::from_fn(secure))
}

/// The panic itself is on the log already; the answer says nothing about it.
fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    Failure::new(500, "internal", "Something went wrong here", "it was logged; send the same request again")
        .into_response()
}

/// One line for each request that is not done. The address stands as the router has it: what callers
/// put into it may be about somebody.
async fn log_refusals(request: Request, next: Next) -> Response {
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let status = response.status();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let code = response.extensions().get::<Code>().map(|Code(code)| code);
    if status.is_server_error() {
        tracing::warn!(method, route, status = status.as_u16(), code, "request not done");
    } else if status.is_client_error() {
        tracing::info!(method, route, status = status.as_u16(), code, "request refused");
    }
    response
}

/// A method may be any word, too.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Whatever refused the request, the answer is a problem document.
async fn say_problems(request: Request, next: Next) -> Response {
    // Below /v1 lies what programs read, whether a person or a program opens it.
    let to_a_person = is_person(request.method(), request.headers()) && !request.uri().path().starts_with("/v1/");
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let said = response.headers().get(header::CONTENT_TYPE).is_some_and(|given| {
        given.as_bytes().starts_with(Problem::CONTENT_TYPE.as_bytes()) || given.as_bytes().starts_with(b"text/html")
    });
    if !is_error || said {
        return response;
    }
    let failure = problem_of(status);
    let mut problem = if to_a_person { page::failed(&failure) } else { failure.into_response() };
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

fn problem_of(status: StatusCode) -> Failure {
    let (code, title, detail) = match status.as_u16() {
        404 => ("not_found", "There is nothing here", "there is no such address; see /v1/openapi.json"),
        405 => ("method_not_allowed", "This address does not take this method", "see the Allow header"),
        413 => ("body_too_large", "The body is too large", "send a smaller body"),
        415 => ("content_type_unsupported", "The content type is not supported", "send application/json"),
        500.. => ("internal", "Something went wrong here", "send the same request again"),
        _ => ("request_invalid", "The request cannot be read", "the address or its parameters cannot be read"),
    };
    Failure::new(status.as_u16(), code, title, detail)
}

async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        routing::get,
    };
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_says_nothing_of_its_cause() {
        async fn panics() -> Response {
            panic!("the cause")
        }
        let router = around(Router::new().route("/", get(panics)), None);
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()[header::CONTENT_TYPE], Problem::CONTENT_TYPE);
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("the cause"));
    }
}
