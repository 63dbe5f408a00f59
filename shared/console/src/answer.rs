//! Answers: problems, lists, and "accepted".

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::id::{MessageId, RecordKey};
use engine::ports::{PortError, in_full};
use forms::{FieldProblem, Problem, Refusal};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value as JsonValue, json};

/// What a handler returns.
pub(crate) type Answer = Result<Response, Failure>;

/// A request that was not done, and what to say about it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub problem: Problem,
    retry_after: Option<u64>,
}

impl Failure {
    pub(crate) fn new(status: u16, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Problem::new(status, code, title, detail).into()
    }

    pub(crate) fn not_found(what: impl std::fmt::Display) -> Self {
        Self::missing(format!("there is no {what}"))
    }

    /// 404 in these words: there is no pool `sales`; choose from inbound, partners.
    pub(crate) fn missing(why: String) -> Self {
        Self::new(404, "not_found", "There is nothing here", why)
    }

    /// 422 with one field to blame.
    pub(crate) fn field(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldProblem::new(pointer, code, detail)])
    }

    /// 422 with all fields to blame.
    pub(crate) fn fields(errors: Vec<FieldProblem>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            all => format!("{} fields cannot be accepted; see errors", all.len()),
        };
        Problem { errors, ..Problem::new(422, "fields_invalid", "The request cannot be accepted", detail) }.into()
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// When to come back, as the header says it.
    pub(crate) fn after(&self) -> Option<HeaderValue> {
        self.retry_after.map(HeaderValue::from)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, retry_after: None }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        refusal.problem().into()
    }
}

/// A problem's code, for the log and for what else is to be said of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code(pub &'static str);

/// The code where the ports do not answer.
pub(crate) const UNAVAILABLE: &str = "unavailable";

/// The inside of a failure is logged, never answered.
impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        if let PortError::ForeignCursor { .. } = error {
            return crate::query::cursor_invalid();
        }
        tracing::error!(error = in_full(&error), "what is stored cannot be read or written");
        match error {
            PortError::Refused { .. } => {
                Self::new(413, "too_large_to_store", "The request is too large", "what would be stored is too large")
            }
            PortError::Unreadable { .. } => Self::new(
                500,
                "data_damaged",
                "What is stored cannot be read",
                "this release cannot read what is stored here, so asking again does not help; the host's log says what it is. \
                 Restore a backup, or run the release that wrote it",
            ),
            _ => Self::new(
                503,
                UNAVAILABLE,
                "Not available at the moment",
                "nothing was accepted or changed; send the same request again",
            )
            .retry_after(2),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = problem_document(self.problem.status, &self.problem);
        response.extensions_mut().insert(Code(self.problem.code));
        let headers = response.headers_mut();
        if let Some(after) = self.retry_after.map(HeaderValue::from) {
            headers.insert(header::RETRY_AFTER, after);
        }
        if self.problem.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A problem document, with members of its own if it has some.
pub(crate) fn problem_document(status: u16, problem: &impl Serialize) -> Response {
    let body = serde_json::to_vec(problem).expect("a problem is plain data");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::CONTENT_TYPE));
    response
}

/// 200 with a document.
pub(crate) fn ok(document: impl Serialize) -> Answer {
    Ok(Json(document).into_response())
}

/// 200 with a part of a list.
pub(crate) fn list(data: Vec<JsonValue>, next_cursor: Option<String>) -> Answer {
    ok(json!({ "data": data, "next_cursor": next_cursor }))
}

/// 202: the message is durable, and its effect will show under the link.
pub(crate) fn accepted(message: &MessageId, link: &str, to: &str) -> Answer {
    let body = json!({ "message_id": message, "links": { link: to } });
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, to.to_owned())], Json(body)).into_response())
}

/// Letters that stay as they are in a part of a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A text as one part of a path.
pub(crate) fn part(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// The API's address of a record.
pub(crate) fn record_path(record: &RecordKey) -> String {
    format!("/v1/records/{}/{}", part(record.kind.as_str()), part(&record.id))
}
