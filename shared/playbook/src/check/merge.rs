//! Merge fields in every text of a playbook: `{{ lead.name }}`.

use domain::{
    condition::FieldTypes,
    merge_fields::{OF_ORGANISATION, OF_PERSON, OF_RECORD},
    nearest::{listed, nearest},
    template::{Template, Values},
    value::Value,
};

use super::{fields::Fields, names::unless_near};
use crate::{
    code,
    diagnostic::{Place, Severity},
    read::{Help, Report},
};

/// What can be merged besides fields of records.
const ROOTS: [(&str, &[&str]); 4] =
    [("owner", &OF_PERSON), ("sender", &OF_PERSON), ("organisation", &OF_ORGANISATION), ("record", &OF_RECORD)];

/// The kinds of record a text is sent about.
pub(super) struct About<'s> {
    kinds: Vec<Fields<'s>>,
    /// Whether it must fit each of them, not only one.
    each: bool,
}

impl<'s> About<'s> {
    pub fn each(kinds: Vec<Fields<'s>>) -> Self {
        Self { kinds, each: true }
    }

    /// Nothing more is known than that it is about one of these.
    pub fn any(kinds: Vec<Fields<'s>>) -> Self {
        Self { kinds, each: false }
    }

    /// A kind that does not have this merge field.
    fn without(&self, path: &str) -> Option<Fields<'s>> {
        let has = |fields: &Fields<'s>| fields.is_lost(path) || names(*fields).iter().any(|name| name == path);
        match self.each {
            true => self.kinds.iter().find(|fields| !has(fields)).copied(),
            false if self.kinds.iter().any(has) => None,
            // The kind that it names is probably the one that is meant.
            false => {
                let root = path.split('.').next().unwrap_or_default();
                let named = self.kinds.iter().find(|fields| fields.kind.as_str() == root);
                named.or(self.kinds.first()).copied()
            }
        }
    }
}

/// Reports what a text cannot be merged with, for each kind of record it is sent about.
///
/// `at` tells the place of a byte of the text and so many characters after it.
pub(super) fn check_text(text: &str, about: &About<'_>, at: &dyn Fn(usize, usize) -> Place, report: &mut Report<'_>) {
    let place = |span: &std::ops::Range<usize>| at(span.start, text[span.clone()].chars().count());
    let (template, problems) = Template::read(text);
    let is_whole = problems.is_empty();
    for problem in problems {
        report.error(place(&problem.span), code::TEMPLATE_SYNTAX, problem.message, problem.suggestion);
    }
    for reference in template.references() {
        let path = reference.path;
        let Some(fields) = about.without(path) else { continue };
        let names = names(fields);
        let meant = nearest(path, names.iter().map(String::as_str)).or_else(|| shortcut(path, &names));
        let own = format!("{path}.");
        let message = match path.contains('.') {
            true => {
                let there = unless_near(meant, names.iter().map(String::as_str));
                format!("unknown merge field `{path}` in a text about a {}{there}", fields.kind)
            }
            false => {
                let inside = names.iter().map(String::as_str).filter(|name| name.starts_with(&own));
                format!("`{path}` holds several fields; name one of them: {}", listed(inside))
            }
        };
        let help = Help { suggestion: meant.map(str::to_owned), cause: cause_of(path, fields), ..Help::default() };
        report.add(Severity::Error, place(&reference.span), code::UNKNOWN_MERGE_FIELD, message, help);
    }
    if let (true, Err(error)) = (is_whole, template.fill(&samples(&about.kinds))) {
        report.error(at(0, 0), code::TEMPLATE_LIMIT, error.to_string(), None);
    }
}

/// What is missing, if it is a field of a record.
fn cause_of(path: &str, fields: Fields<'_>) -> Option<String> {
    let is_record = ROOTS.iter().all(|(root, _)| path.split('.').next() != Some(root));
    if is_record { fields.cause_of(path) } else { None }
}

/// A short value for every merge field: what is too much with these is too much for every record.
fn samples(kinds: &[Fields<'_>]) -> Values {
    let mut values = Values::new();
    for name in kinds.iter().flat_map(|fields| names(*fields)) {
        if let Some((root, field)) = name.split_once('.') {
            values.entry(root.to_owned()).or_default().insert(field.to_owned(), Value::text("1"));
        }
    }
    values
}

/// Every merge field for records of a kind.
fn names(fields: Fields<'_>) -> Vec<String> {
    let fixed = ROOTS.iter().flat_map(|(root, names)| names.iter().map(move |name| format!("{root}.{name}")));
    fields.names().into_iter().chain(fixed).collect()
}

/// `lead.owner.name` for `owner.name`.
fn shortcut<'n>(path: &str, names: &'n [String]) -> Option<&'n str> {
    let (_, rest) = path.split_once('.')?;
    names.iter().find(|name| *name == rest).map(String::as_str)
}
