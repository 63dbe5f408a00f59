//! Merge fields in templates and messages: `{{ lead.name }}`.
//!
//! What can be merged: the record's fields by its kind, linked records' by the link, `owner` and `sender`
//! (name, email, calendar_link), `organisation` (name, booking_link) and `record` (kind, id).

use std::collections::BTreeMap;

use domain::{condition::FieldTypes, nearest::nearest};
use minijinja::{Environment, ErrorKind};

use super::fields::Fields;
use crate::{code, diagnostic::Place, read::Report};

const PEOPLE: [&str; 3] = ["name", "email", "calendar_link"];
const ROOTS: [(&str, &[&str]); 4] =
    [("owner", &PEOPLE), ("sender", &PEOPLE), ("organisation", &["name", "booking_link"]), ("record", &["kind", "id"])];

/// A template this costly is none.
const FUEL: u64 = 50_000;

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
            false => self.kinds.first().copied(),
        }
    }
}

/// Reports what a text cannot be merged with, for each kind of record it is sent about.
///
/// `at` tells the place of a byte of the text and so many characters after it.
pub(super) fn check_text(text: &str, about: &About<'_>, at: &dyn Fn(usize, usize) -> Place, report: &mut Report<'_>) {
    if let Some((line, message)) = syntax_error(text, &about.kinds) {
        let byte: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        return report.error(at(byte, 0), code::TEMPLATE_SYNTAX, message, None);
    }
    for Path { path, byte } in references(text) {
        let Some(fields) = about.without(&path) else { continue };
        let message = match path.contains('.') {
            true => format!("`{path}` is nothing that can be merged into a message about a {}", fields.kind),
            false => format!("`{path}` holds fields; name one of them"),
        };
        let names = names(fields);
        let meant = nearest(&path, names.iter().map(String::as_str)).or_else(|| shortcut(&path, &names));
        report.error(at(byte, path.chars().count()), code::UNKNOWN_MERGE_FIELD, message, meant.map(str::to_owned));
    }
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

/// The line and the words of what the template engine refuses, also filters it does not know.
fn syntax_error(text: &str, kinds: &[Fields<'_>]) -> Option<(usize, String)> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    let mut values: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for name in kinds.iter().flat_map(|fields| names(*fields)) {
        if let Some((root, field)) = name.split_once('.') {
            values.entry(root.to_owned()).or_default().insert(field.to_owned(), "1".to_owned());
        }
    }
    let error = environment.render_str(text, values).err()?;
    // Other errors come from the made-up values.
    let is_written_wrong = matches!(
        error.kind(),
        ErrorKind::SyntaxError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::TemplateNotFound
            | ErrorKind::OutOfFuel
    );
    let words = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    is_written_wrong.then(|| (error.line().unwrap_or(1), words))
}

/// A name with its fields as a template writes it.
#[derive(Debug, PartialEq, Eq)]
struct Path {
    path: String,
    byte: usize,
}

/// Every path in `{{ … }}` and `{% … %}`, but for names that the template itself gives and the language's words.
fn references(text: &str) -> Vec<Path> {
    let mut found: Vec<Path> = Vec::new();
    let mut own: Vec<String> = Vec::new();
    let mut rest = 0;
    while let Some(open) = text[rest..].find("{{").into_iter().chain(text[rest..].find("{%")).min() {
        let start = rest + open + 2;
        let close = if text[rest + open..].starts_with("{{") { "}}" } else { "%}" };
        let end = text[start..].find(close).map_or(text.len(), |end| start + end);
        let words = words(&text[start..end], start);
        for (index, word) in words.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| words[before].path.as_str());
            match before {
                Some("for" | "set") => own.push(word.path.clone()),
                Some("|" | "is" | "filter") => {}
                _ if KEYWORDS.contains(&word.path.as_str()) => {}
                _ => found.push(Path { path: word.path.clone(), byte: word.byte }),
            }
        }
        rest = end;
    }
    let is_own =
        |path: &str| path.split('.').next().is_some_and(|root| root == "loop" || own.iter().any(|name| name == root));
    found.retain(|path| !is_own(&path.path));
    found
}

const KEYWORDS: [&str; 20] = [
    "|",
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "in",
    "not",
    "and",
    "or",
    "is",
    "set",
    "endset",
    "true",
    "false",
    "none",
    "loop",
    "filter",
    "endfilter",
];

/// The paths of an expression and its `|` signs; texts, numbers and what is called by name are left out.
fn words(inside: &str, offset: usize) -> Vec<Path> {
    let mut words = Vec::new();
    let mut letters = inside.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' | '\'' => while letters.next().is_some_and(|(_, next)| next != letter) {},
            '|' => words.push(Path { path: "|".to_owned(), byte: offset + at }),
            _ if letter.is_alphabetic() || letter == '_' => {
                let mut end = at + letter.len_utf8();
                while let Some((next, letter)) =
                    letters.next_if(|(_, it)| it.is_alphanumeric() || matches!(it, '_' | '.'))
                {
                    end = next + letter.len_utf8();
                }
                let is_argument =
                    letters.peek().is_some_and(|(_, next)| *next == '=') && !inside[end..].starts_with("==");
                if !is_argument {
                    words.push(Path { path: inside[at..end].to_owned(), byte: offset + at });
                }
            }
            _ if letter.is_ascii_digit() => {
                while letters.next_if(|(_, it)| it.is_alphanumeric() || *it == '.').is_some() {}
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = references(text).into_iter().map(|path| path.path).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn paths_are_found_and_the_languages_own_words_are_not() {
        check("Hello {{ lead.name }} and {{owner.name|upper}}", &["lead.name", "owner.name"]);
        check("{{ lead.name | default(\"there is.no field\") }}", &["lead.name"]);
        check("{% if lead.vip is defined and not lead.old %}x{% endif %}", &["lead.vip", "lead.old"]);
        check("{% for item in lead.products %}{{ item }}, {{ loop.index }}{% endfor %}", &["lead.products"]);
        check("{{ lead }} {{ 1.5 }} {{ x.truncate(length=3) }}", &["lead", "x.truncate"]);
        check("no fields, { braces } only", &[]);
    }
}
