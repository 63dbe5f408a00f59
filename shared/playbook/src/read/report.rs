//! Where the problems of one file are collected.

use crate::diagnostic::{Diagnostic, Place, Severity};

/// Takes the problems of one file.
pub(crate) struct Report<'f> {
    file: &'f str,
    diagnostics: &'f mut Vec<Diagnostic>,
}

impl<'f> Report<'f> {
    pub fn new(file: &'f str, diagnostics: &'f mut Vec<Diagnostic>) -> Self {
        Self { file, diagnostics }
    }

    pub fn error(&mut self, at: Place, code: &'static str, message: impl Into<String>, suggestion: Option<String>) {
        self.add(Severity::Error, at, code, message.into(), suggestion);
    }

    pub fn warning(&mut self, at: Place, code: &'static str, message: impl Into<String>, suggestion: Option<String>) {
        self.add(Severity::Warning, at, code, message.into(), suggestion);
    }

    pub fn add(
        &mut self,
        severity: Severity,
        at: Place,
        code: &'static str,
        message: String,
        suggestion: Option<String>,
    ) {
        let Place { line, column, end } = at;
        let file = self.file.to_owned();
        self.diagnostics.push(Diagnostic { file, line, column, end, severity, code, message, suggestion });
    }
}
