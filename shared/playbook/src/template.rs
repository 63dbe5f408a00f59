//! `templates/*`: `subject: …` on the first line, an empty line, then the body.

use domain::playbook::Template;

use crate::{code, diagnostic::Place, read::Report};

/// Where the body begins: its first line's number.
pub(crate) const BODY_LINE: usize = 3;

/// Reads a template; none if it has no subject.
pub(crate) fn read_template(text: &str, report: &mut Report<'_>) -> Option<Template> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let shape = "a template begins with its subject, an empty line and then the text";
    let Some(subject) = first.trim_end().strip_prefix("subject:").map(str::trim) else {
        report.error(Place::START, code::TEMPLATE_SHAPE, shape, Some("subject: …".to_owned()));
        return None;
    };
    let (empty, body) = rest.split_once('\n').unwrap_or((rest, ""));
    if subject.is_empty() {
        report.error(Place::START, code::TEMPLATE_SHAPE, "the subject is empty", None);
    }
    if !empty.trim().is_empty() {
        report.error(Place { line: 2, ..Place::START }, code::TEMPLATE_SHAPE, shape, None);
        return None;
    }
    if body.trim().is_empty() {
        report.error(Place { line: BODY_LINE, ..Place::START }, code::TEMPLATE_SHAPE, "the text is empty", None);
    }
    Some(Template { subject: subject.to_owned(), body: body.to_owned() })
}
