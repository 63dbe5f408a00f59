use engine::ports::in_full;

/// Why a command could not do what it was asked: what, and how to put it right.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub message: String,
    pub hint: Option<String>,
    usage: bool,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, usage: false }
    }

    /// What was typed cannot be meant.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { usage: true, ..Self::new(message) }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// An error with everything beneath it.
    pub fn from_error(what: &str, error: &dyn std::error::Error) -> Self {
        Self::new(format!("{what}: {}", in_full(error)))
    }

    pub fn code(&self) -> u8 {
        if self.usage { 2 } else { 1 }
    }
}
