//! Where the problems of one file are collected.

use crate::diagnostic::{Diagnostic, Place, Severity};

/// Takes the problems of one file.
pub(crate) struct Report<'f> {
    file: &'f str,
    diagnostics: &'f mut Vec<Diagnostic>,
}

/// What may be said of a problem beside where and what it is.
#[derive(Default)]
pub(crate) struct Help {
    /// What to write instead.
    pub suggestion: Option<String>,
    /// What can stand at this place.
    pub example: Option<String>,
    /// What is missing: problems that have it in common are told once.
    pub cause: Option<String>,
}

impl<'f> Report<'f> {
    pub fn new(file: &'f str, diagnostics: &'f mut Vec<Diagnostic>) -> Self {
        Self { file, diagnostics }
    }

    pub fn file(&self) -> &'f str {
        self.file
    }

    /// Whether nothing in this file is wrong so far.
    pub fn is_clean(&self) -> bool {
        !self.diagnostics.iter().any(|problem| problem.is_error() && problem.file == self.file)
    }

    pub fn error(&mut self, at: Place, code: &'static str, message: impl Into<String>, suggestion: Option<String>) {
        self.add(Severity::Error, at, code, message.into(), Help { suggestion, ..Help::default() });
    }

    pub fn warning(&mut self, at: Place, code: &'static str, message: impl Into<String>, suggestion: Option<String>) {
        self.add(Severity::Warning, at, code, message.into(), Help { suggestion, ..Help::default() });
    }

    pub fn add(&mut self, severity: Severity, at: Place, code: &'static str, message: String, help: Help) {
        let Place { line, column, end } = at;
        let Help { suggestion, example, cause } = help;
        let (file, also) = (self.file.to_owned(), Vec::new());
        self.diagnostics.push(Diagnostic {
            file,
            line,
            column,
            end,
            severity,
            code,
            message,
            suggestion,
            example,
            also,
            cause,
        });
    }
}
