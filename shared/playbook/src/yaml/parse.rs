//! From the parser's events to the tree, within limits, with every trap reported on the way.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::{
    Content, Entry, Node, Style,
    scalar::{Trap, resolve},
    syntax,
};
use crate::{code, diagnostic::Place, files::MAX_BYTES, read::Report};

const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 50_000;

/// Reads one document; none if there is none to read. Problems go to the report.
pub(crate) fn parse(text: &str, report: &mut Report<'_>) -> Option<Node> {
    if text.len() > MAX_BYTES {
        report.error(Place::START, code::FILE_TOO_LARGE, "a file of a playbook is at most 1 MiB large", None);
        return None;
    }
    let mut builder =
        Builder { text, events: Parser::new_from_str(text), anchors: HashMap::new(), nodes: 0, depth: 0, report };
    match builder.document() {
        Ok(node) => node,
        Err(Stop::Scan(error)) => {
            scan_error(text, &error, builder.report);
            None
        }
        Err(Stop::Reported) => None,
    }
}

/// Why reading ended early.
enum Stop {
    Scan(ScanError),
    Reported,
}

struct Builder<'t, 'r, 'f> {
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
    /// Anchored nodes, and how many nodes each of them holds.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    depth: usize,
    report: &'r mut Report<'f>,
}

impl<'t> Builder<'t, '_, '_> {
    fn document(&mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                Event::DocumentStart(..) if root.is_some() => {
                    let message = "a file holds one document; put the second into a file of its own";
                    self.report.error(place(span), code::YAML_SEVERAL_DOCUMENTS, message, None);
                    break;
                }
                Event::DocumentStart(..) => {
                    let (event, span) = self.next()?;
                    root = if is_nothing(&event, span) { None } else { Some(self.node(event, span)?) };
                }
                _ => break,
            }
        }
        if root.as_ref().is_none_or(|node| matches!(node.content, Content::Null)) {
            self.report.error(Place::START, code::YAML_EMPTY, "the file is empty", None);
            return Ok(None);
        }
        Ok(root)
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Stop> {
        self.events.next().unwrap_or_else(|| Ok((Event::StreamEnd, Span::default()))).map_err(Stop::Scan)
    }

    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Node, Stop> {
        let before = self.nodes;
        self.count(1, span)?;
        let at = place(span);
        let (anchor, content) = match event {
            Event::Alias(id) => return self.alias(id, span),
            Event::Scalar(text, style, anchor, tag) => (anchor, self.scalar(&text, style, tag.as_deref(), span)),
            Event::SequenceStart(_, anchor, tag) => {
                self.untagged(tag.as_deref(), span);
                (anchor, self.nested(span, Self::list)?)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.untagged(tag.as_deref(), span);
                (anchor, self.nested(span, Self::map)?)
            }
            _ => (0, Content::Null),
        };
        let node = Node { place: starting(at, &content), content };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before));
        }
        Ok(node)
    }

    fn nested(&mut self, span: Span, read: fn(&mut Self) -> Result<Content, Stop>) -> Result<Content, Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("a playbook nests at most {MAX_DEPTH} deep");
            self.report.error(place(span), code::YAML_TOO_DEEP, message, None);
            return Err(Stop::Reported);
        }
        let content = read(self);
        self.depth -= 1;
        content
    }

    fn list(&mut self) -> Result<Content, Stop> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Content::List(items)),
                (event, span) if is_nothing(&event, span) => {
                    self.report.error(place(span), code::YAML_NO_VALUE, "nothing follows the dash", None);
                }
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self) -> Result<Content, Stop> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut lines: HashMap<String, usize> = HashMap::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Content::Map(entries));
            }
            let key_place = place(span);
            let key = self.key(event, span)?;
            let (event, span) = self.next()?;
            let is_missing = is_nothing(&event, span);
            let mut value = self.node(event, span)?;
            let Some(key) = key else { continue };
            if is_missing {
                let message = format!(
                    "`{key}` has no value: write it behind the colon, or below and indented further; or leave it out"
                );
                self.report.error(key_place, code::YAML_NO_VALUE, message, None);
                value.content = Content::Hole;
            }
            if let Some(line) = lines.get(&key) {
                let message = format!("`{key}` stands here and on line {line}; only one can count");
                self.report.error(key_place, code::YAML_DUPLICATE_KEY, message, None);
                continue;
            }
            lines.insert(key.clone(), key_place.line);
            entries.push(Entry { key, key_place, value });
        }
    }

    /// A key; none if it is not a text, which is reported.
    fn key(&mut self, event: Event<'t>, span: Span) -> Result<Option<String>, Stop> {
        if let Event::Scalar(text, ScalarStyle::Plain, ..) = &event {
            let said = text.clone().into_owned();
            let problem = match resolve(text) {
                Ok(Content::Text { text, .. }) if text == "<<" => {
                    let message = "merge keys (`<<`) are not supported; write the entries out";
                    self.report.error(place(span), code::YAML_MERGE_KEY, message, None);
                    return Ok(None);
                }
                Ok(Content::Text { text, .. }) => return Ok(Some(text)),
                _ => format!("a key is a text; `{said}` is not one without quotes"),
            };
            let suggestion = (!said.is_empty()).then(|| format!("\"{said}\""));
            self.report.error(place(span), code::YAML_KEY_NOT_TEXT, problem, suggestion);
            return Ok(None);
        }
        let is_scalar = matches!(event, Event::Scalar(..));
        let start = span.byte_range().map_or(0, |range| range.start);
        if !is_scalar && self.text[..start].ends_with('{') && self.text[start..].starts_with('{') {
            let message = "a text with merge fields needs quotes around it";
            self.report.error(place(span), code::YAML_KEY_NOT_TEXT, message, Some("\"{{ … }}\"".to_owned()));
            return Err(Stop::Reported);
        }
        match self.node(event, span)?.content {
            Content::Text { text, .. } if is_scalar => Ok(Some(text)),
            _ => {
                let message = "a key is a text, not a list, a mapping or an alias";
                self.report.error(place(span), code::YAML_KEY_NOT_TEXT, message, None);
                Ok(None)
            }
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<Node, Stop> {
        let Some((node, size)) = self.anchors.get(&id) else {
            let message = "an alias cannot stand inside what it repeats";
            self.report.error(place(span), code::YAML_ALIAS, message, None);
            return Err(Stop::Reported);
        };
        let (node, size) = (node.clone(), *size);
        self.nodes += size;
        if self.nodes > MAX_NODES {
            let message = format!("the aliases of this file unfold to more than {MAX_NODES} values");
            self.report.error(place(span), code::YAML_ALIAS_BOMB, message, None);
            return Err(Stop::Reported);
        }
        Ok(Node { place: place(span), content: node.content })
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Content {
        let quoted = |style| Content::Text { text: text.to_owned(), style };
        if tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str")) {
            return quoted(Style::Other);
        }
        self.untagged(tag, span);
        match style {
            ScalarStyle::Plain => self.plain(text, span),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let raw = span.slice(self.text).unwrap_or_default();
                let inside = raw.get(1..raw.len().saturating_sub(1));
                quoted(if inside == Some(text) { Style::Quoted } else { Style::Other })
            }
            _ => quoted(Style::Other),
        }
    }

    fn plain(&mut self, text: &str, span: Span) -> Content {
        let suggestion = Some(format!("\"{text}\""));
        let trap = match resolve(text) {
            // Folded over several lines, a text has no one column.
            Ok(Content::Text { text, .. }) if span.start.line() != span.end.line() => {
                return Content::Text { text, style: Style::Other };
            }
            Ok(content) => return content,
            Err(trap) => trap,
        };
        let (code, message) = match trap {
            Trap::LeadingZero => {
                (code::YAML_LEADING_ZERO, format!("`{text}` would lose its zero as a number; a code needs quotes"))
            }
            Trap::OddNumber => {
                (code::YAML_ODD_NUMBER, format!("`{text}` is a number that few would read as one; write it out"))
            }
        };
        self.report.error(place(span), code, message, suggestion);
        Content::Hole
    }

    fn untagged(&mut self, tag: Option<&Tag>, span: Span) {
        if let Some(tag) = tag {
            let message = format!("the tag `{}` is not supported; leave it out", tag.original());
            self.report.error(place(span), code::YAML_TAG, message, None);
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let message = format!("a file holds at most {MAX_NODES} values");
        self.report.error(place(span), code::FILE_TOO_LARGE, message, None);
        Err(Stop::Reported)
    }
}

/// A key or dash with nothing after it; a `null` that is written out is something.
fn is_nothing(event: &Event<'_>, span: Span) -> bool {
    matches!(event, Event::Scalar(_, ScalarStyle::Plain, _, None)) && span.is_empty()
}

fn scan_error(text: &str, error: &ScanError, report: &mut Report<'_>) {
    let (line, column) = (error.marker().line().max(1), error.marker().col() + 1);
    let at = Place { line, column, end: column };
    let indentation: String =
        text.lines().nth(line - 1).unwrap_or_default().chars().take_while(|letter| letter.is_whitespace()).collect();
    if indentation.contains('\t') {
        let message = "a tab cannot indent; write spaces";
        report.error(Place { line, column: 1, end: 1 + indentation.chars().count() }, code::YAML_TAB, message, None);
        return;
    }
    match error.kind() {
        ErrorKind::UnknownAnchor => report.error(at, code::YAML_ALIAS, "this alias names no anchor above it", None),
        ErrorKind::RecursionLimitExceeded => {
            report.error(at, code::YAML_TOO_DEEP, format!("a playbook nests at most {MAX_DEPTH} deep"), None);
        }
        _ => syntax::report(text, &error.info(), at, report),
    }
}

fn place(span: Span) -> Place {
    let (start, end) = (span.start, span.end);
    let column = start.col() + 1;
    let end = if end.line() == start.line() { end.col() + 1 } else { column };
    Place { line: start.line().max(1), column, end: end.max(column) }
}

/// A mapping or list stands where its first entry does, unless it has brackets.
fn starting(at: Place, content: &Content) -> Place {
    match content {
        Content::Map(entries) => {
            entries.first().map_or(at, |entry| if at.line == entry.key_place.line { at } else { entry.key_place })
        }
        _ => at,
    }
}
