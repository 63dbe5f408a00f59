//! `templates/*`: `subject: …` on the first line, an empty line, then the body.

use domain::playbook::Template;

use crate::{code, diagnostic::Place, read::Report};

/// Where the body begins: its first line's number.
pub(crate) const BODY_LINE: usize = 3;

/// Reads a template. Where its shape is wrong, which is reported, what can be told of it is read all the same.
pub(crate) fn read_template(text: &str, report: &mut Report<'_>) -> Template {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (empty, body) = rest.split_once('\n').unwrap_or((rest, ""));
    let shape = "a template begins with its subject, an empty line and then the text";
    let subject = first.trim_end().strip_prefix("subject:").map(str::trim);
    match subject {
        None => report.error(Place::START, code::TEMPLATE_SHAPE, shape, Some("subject: …".to_owned())),
        Some("") => report.error(Place::START, code::TEMPLATE_SHAPE, "the subject is empty", None),
        Some(_) => {}
    }
    if subject.is_some() && !empty.trim().is_empty() {
        report.error(Place { line: 2, ..Place::START }, code::TEMPLATE_SHAPE, shape, None);
    } else if subject.is_some() && body.trim().is_empty() {
        report.error(Place { line: BODY_LINE, ..Place::START }, code::TEMPLATE_SHAPE, "the text is empty", None);
    }
    let meant = || first.split_once(':').map_or("", |(_, subject)| subject.trim());
    Template { subject: subject.unwrap_or_else(meant).to_owned(), body: body.to_owned() }
}
