//! Whether the parts of a playbook fit together.

use crate::{Diagnostic, Files, sections::Draft};

/// Reports everything that is wrong between the parts.
pub(crate) fn check(_draft: &Draft, _files: &Files, _diagnostics: &mut Vec<Diagnostic>) {}
