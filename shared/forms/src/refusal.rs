//! Why a request is not accepted. Every refusal is the sender's to fix: a 4xx, never a 5xx.

use crate::problem::{FieldProblem, Problem};

/// A request that is not accepted, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the body is empty; send the submission as JSON, urlencoded or multipart")]
    EmptyBody,
    #[error("{detail}; send application/json, application/x-www-form-urlencoded or multipart/form-data")]
    ContentType { detail: String },
    /// The body is not what its content type says it is.
    #[error("{detail}")]
    Malformed { code: &'static str, detail: String },
    /// One place in the body breaks a limit or holds what no text may hold.
    #[error("{detail}")]
    Unacceptable { code: &'static str, pointer: String, detail: String },
    #[error("{detail}")]
    Signature { code: &'static str, detail: String },
    #[error("{detail}")]
    Handshake { status: u16, detail: String },
    /// Fields that may not be missing, or that may not hold what they hold.
    #[error("{} of the fields cannot be accepted; see errors", .0.len())]
    Fields(Vec<FieldProblem>),
}

impl Refusal {
    pub(crate) fn at(code: &'static str, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Unacceptable { code, pointer: bounded(pointer.into()), detail: detail.into() }
    }

    pub(crate) fn malformed(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Malformed { code, detail: detail.into() }
    }

    /// As the HTTP answer says it.
    pub fn problem(&self) -> Problem {
        let (status, code, title) = match self {
            Self::EmptyBody => (400, "body_empty", "The body is empty"),
            Self::ContentType { .. } => (415, "content_type_unsupported", "The content type is not supported"),
            Self::Malformed { code, .. } => (400, *code, "The body cannot be read"),
            Self::Unacceptable { code, .. } => (400, *code, "The body holds what is not accepted"),
            Self::Signature { code, .. } => (401, *code, "The request is not proven to come from the provider"),
            Self::Handshake { status, .. } => (*status, "handshake_refused", "The handshake is refused"),
            Self::Fields(_) => (422, "fields_invalid", "The submission cannot be accepted"),
        };
        Problem { status, code, title, detail: self.to_string(), errors: self.errors() }
    }

    fn errors(&self) -> Vec<FieldProblem> {
        match self {
            Self::Unacceptable { code, pointer, detail } => {
                vec![FieldProblem::new(pointer.clone(), *code, detail.clone())]
            }
            Self::Fields(problems) => problems.clone(),
            _ => Vec::new(),
        }
    }
}

/// A pointer made of overlong names is cut to the object that holds them: answers stay small.
fn bounded(mut pointer: String) -> String {
    const LONGEST: usize = 512;
    while pointer.len() > LONGEST {
        pointer.truncate(pointer.rfind('/').unwrap_or(0));
    }
    pointer
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        refusal.problem()
    }
}
