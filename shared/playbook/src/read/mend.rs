//! Report, put right or take out, and read again.

use std::collections::BTreeSet;

use domain::{
    condition::{Condition, LIST_WITHOUT_ALL, Recovered, recover},
    nearest::nearest,
    playbook::HEAVIEST,
};

use super::{
    Help, Report,
    error::{Error, Fault},
    reader::{BooleanWords, Reader},
};
use crate::{
    code,
    diagnostic::{Place, Severity},
    shapes,
    yaml::{Content, Entry, Node, Style, is_boolean_word},
};

/// So often a piece is read again; a problem takes two rounds at most.
const MAX_ROUNDS: usize = 400;

/// Keys of earlier releases, and what stands in their place.
const RETIRED: [(&str, &str); 1] = [("match_by_email_domain", "match_by: { company: { email_domain: domain } }")];

/// Reads a piece with `read`, as often as it takes; none if nothing of it can be read.
pub(crate) fn mend<T>(
    node: &mut Node,
    report: &mut Report<'_>,
    read: impl Fn(Reader<'_>) -> Result<T, Error>,
) -> Option<T> {
    let words = BooleanWords::default();
    let reads = |node: &Node| read(Reader::new(node)).err();
    let mut mender =
        Mender { report, lost: BTreeSet::new(), hollow: BTreeSet::new(), strays: Vec::new(), reads: &reads };
    let mut value = None;
    for _ in 0..MAX_ROUNDS {
        match read(Reader::noting(node, &words)) {
            Ok(whole) => {
                value = Some(whole);
                break;
            }
            Err(mut error) => {
                error.way_back.reverse();
                if !mender.mend(node, &error.way_back, error.fault) {
                    break;
                }
            }
        }
    }
    mender.report_strays();
    for (at, word) in words.into_inner() {
        let message = format!("`{word}` is a text here and yes or no to other readers of YAML; put it in quotes");
        report.warning(at, code::YAML_BOOLEAN_WORD, message, Some(format!("\"{word}\"")));
    }
    value
}

/// An entry whose key is not known, nor near to one that is: perhaps the missing one by another name.
struct Stray {
    mapping: Place,
    entry: Entry,
    message: String,
}

struct Mender<'m, 'f> {
    report: &'m mut Report<'f>,
    /// What was taken out and reported: the place of the mapping and the key, or of the list and nothing.
    lost: BTreeSet<(Place, String)>,
    /// Mappings with a key that stands empty, which was reported before.
    hollow: BTreeSet<Place>,
    strays: Vec<Stray>,
    /// What keeps a tree from being read.
    reads: &'m dyn Fn(&Node) -> Option<Error>,
}

impl Mender<'_, '_> {
    /// Whether it is worth reading again.
    fn mend(&mut self, root: &mut Node, way: &[usize], fault: Fault) -> bool {
        let node = descend(root, way);
        match fault {
            Fault::UnknownKey { key, known } => self.unknown_key(node, &key, known),
            Fault::Missing(field) if matches!(node.content, Content::Map(_)) => {
                self.adopt(root, way, field) || self.missing(root, way, field)
            }
            _ if self.is_filled_in(root, way) => self.stand_in(root, way) || self.take_out(root, &way[..way.len() - 1]),
            _ if self.is_reported(descend(root, way)) => self.take_out(root, way),
            fault => {
                let path = keys(root, way);
                if let Fault::Other(message) = &fault
                    && self.mend_condition(descend(root, way), message)
                {
                    return true;
                }
                self.wrong_value(descend(root, way), &path, fault);
                self.take_out(root, way)
            }
        }
    }

    fn unknown_key(&mut self, node: &mut Node, key: &str, known: &'static [&'static str]) -> bool {
        let Content::Map(entries) = &mut node.content else { return false };
        let Some(position) = entries.iter().position(|entry| entry.key == key) else { return false };
        let at = entries[position].key_place;
        if let Some((_, now)) = RETIRED.iter().find(|(retired, _)| *retired == key) {
            entries.remove(position);
            self.report.error(
                at,
                code::UNKNOWN_KEY,
                format!("`{key}` was replaced; write it the new way"),
                Some((*now).to_owned()),
            );
            return true;
        }
        let free = known.iter().copied().filter(|name| entries.iter().all(|entry| entry.key != *name));
        let meant = nearest(key, free);
        let message = format!("`{key}` is not known here; choose from {}", known.join(", "));
        match meant {
            Some(meant) => {
                self.report.error(at, code::UNKNOWN_KEY, message, Some(meant.to_owned()));
                meant.clone_into(&mut entries[position].key);
            }
            // It was probably to be inside the key that stands empty, which was reported.
            None if self.hollow.contains(&node.place) => {
                entries.remove(position);
            }
            None => {
                let entry = entries.remove(position);
                self.strays.push(Stray { mapping: node.place, entry, message });
            }
        }
        true
    }

    /// Reads the only unknown entry of a mapping under the name that is missing there, if it can be that.
    fn adopt(&mut self, root: &mut Node, way: &[usize], field: &'static str) -> bool {
        let mapping = descend(root, way);
        let at = mapping.place;
        let mut here = (0..self.strays.len()).filter(|index| self.strays[*index].mapping == at);
        let (Some(index), None) = (here.next(), here.next()) else { return false };
        let Content::Map(entries) = &mut mapping.content else { return false };
        let entry = Entry { key: field.to_owned(), ..self.strays[index].entry.clone() };
        entries.push(entry);
        let position = entries.len() - 1;
        let fits = (self.reads)(root).is_none_or(|error| {
            let to = error.way_back.iter().rev().copied();
            let own = way.iter().copied().chain([position]);
            let is_missing = matches!(error.fault, Fault::Missing(_)) && to.clone().eq(way.iter().copied());
            !is_missing && !to.eq(own)
        });
        if !fits {
            let Content::Map(entries) = &mut descend(root, way).content else { return false };
            entries.pop();
            return false;
        }
        let Stray { entry, message, .. } = self.strays.remove(index);
        self.report.error(entry.key_place, code::UNKNOWN_KEY, message, Some(field.to_owned()));
        true
    }

    fn report_strays(&mut self) {
        for Stray { entry, message, .. } in std::mem::take(&mut self.strays) {
            self.report.error(entry.key_place, code::UNKNOWN_KEY, message, None);
        }
    }

    fn missing(&mut self, root: &mut Node, way: &[usize], field: &'static str) -> bool {
        let path = [keys(root, way), vec![field.to_owned()]].concat();
        let node = descend(root, way);
        let at = node.place;
        let Content::Map(entries) = &mut node.content else { return false };
        if self.lost.insert((at, field.to_owned())) {
            let example = shapes::of_entry(self.report.file(), &path).unwrap_or_else(|| format!("{field}: …"));
            self.report.error(at, code::MISSING_KEY, format!("`{field}` is missing"), Some(example));
        }
        let hole = Node { place: at, content: Content::Hole };
        entries.push(Entry { key: field.to_owned(), key_place: at, value: hole });
        true
    }

    /// Whether the value that fails is the placeholder for a missing key. The mapping around it is then dropped too.
    fn is_filled_in(&self, root: &mut Node, way: &[usize]) -> bool {
        let Some((last, way)) = way.split_last() else { return false };
        let parent = descend(root, way);
        let Content::Map(entries) = &parent.content else { return false };
        let entry = &entries[*last];
        matches!(entry.value.content, Content::Hole) && self.lost.contains(&(parent.place, entry.key.clone()))
    }

    /// Puts a value in place of one that is missing or could not be read, which was reported, so that what stands
    /// beside it is checked. Most types read a hole as nothing.
    fn stand_in(&self, root: &mut Node, way: &[usize]) -> bool {
        let key = keys(root, way).pop().unwrap_or_default();
        let node = descend(root, way);
        let Some(content) = stand_in_for(&key, node.place) else { return false };
        node.content = content;
        let is_read = (self.reads)(root).is_none_or(|error| {
            let to: Vec<usize> = error.way_back.iter().rev().copied().collect();
            !to.starts_with(way)
        });
        if !is_read {
            descend(root, way).content = Content::Hole;
        }
        is_read
    }

    /// Whether the problem follows from one that was reported.
    fn is_reported(&self, node: &Node) -> bool {
        match node.content {
            Content::Hole => true,
            Content::List(_) | Content::Map(_) => self.lost.iter().any(|(place, _)| *place == node.place),
            _ => false,
        }
    }

    fn take_out(&mut self, root: &mut Node, way: &[usize]) -> bool {
        let Some((last, way)) = way.split_last() else { return false };
        let parent = descend(root, way);
        let key = match &mut parent.content {
            Content::Map(entries) => {
                let Entry { key, value, .. } = entries.remove(*last);
                if matches!(value.content, Content::Hole) {
                    self.hollow.insert(parent.place);
                }
                key
            }
            Content::List(items) => {
                items.remove(*last);
                String::new()
            }
            _ => return false,
        };
        self.lost.insert((parent.place, key));
        true
    }

    /// Reports what is wrong with a condition and leaves what can be read of it. Whether anything can.
    fn mend_condition(&mut self, node: &mut Node, message: &str) -> bool {
        if message == LIST_WITHOUT_ALL {
            self.report.error(node.place, code::BAD_VALUE, message, None);
            let all = Node { place: node.place, content: std::mem::replace(&mut node.content, Content::Hole) };
            node.content = Content::Map(vec![Entry { key: "all".to_owned(), key_place: node.place, value: all }]);
            return true;
        }
        let Some(rest) = condition_errors(node, message).and_then(|(_, found)| found.rest) else { return false };
        self.refused(node, message);
        if let Content::Text { text, .. } = &mut node.content {
            *text = rest;
        }
        true
    }

    fn wrong_value(&mut self, node: &Node, path: &[String], fault: Fault) {
        match fault {
            Fault::UnknownWord { word, known } => {
                let message = format!("unknown value `{word}`; write one of {}", known.join(", "));
                let meant = nearest(&word, known.iter().copied()).map(str::to_owned);
                self.report.error(node.place_of(&word), code::UNKNOWN_WORD, message, meant);
            }
            Fault::Type { wanted } => self.wrong_type(node, path, &wanted),
            Fault::Other(message) => self.refused(node, &message),
            Fault::Missing(field) => {
                self.report.error(node.place, code::MISSING_KEY, format!("`{field}` is missing"), None);
            }
            Fault::UnknownKey { .. } => {}
        }
    }

    fn wrong_type(&mut self, node: &Node, path: &[String], wanted: &str) {
        let wanted = plain_words(wanted);
        match &node.content {
            Content::Text { text, style: Style::Plain } if wanted == "true or false" && is_boolean_word(text) => {
                let meant = matches!(text.to_lowercase().as_str(), "yes" | "on" | "y");
                let message = format!("`{text}` is a text in YAML 1.2; write true or false");
                self.report.error(node.place, code::YAML_BOOLEAN, message, Some(meant.to_string()));
            }
            Content::Number(number) if wanted == plain_words("u32") && number.as_u64().is_some() => {
                self.too_large(node.place, path, number);
            }
            content => {
                let message = format!("expected {wanted}, found {}", found(content));
                let suggestion = match content {
                    Content::Number(number) if wanted == "a text" => Some(format!("\"{number}\"")),
                    Content::YesNo(yes) if wanted == "a text" => Some(format!("\"{yes}\"")),
                    _ => None,
                };
                let example = shapes::of_entry(self.report.file(), path)
                    .filter(|_| suggestion.is_none() && !wanted.contains("for example"));
                let help = Help { suggestion, example, ..Help::default() };
                self.report.add(Severity::Error, node.place, code::WRONG_TYPE, message, help);
            }
        }
    }

    /// A whole number that does not fit.
    fn too_large(&mut self, at: Place, path: &[String], number: &serde_json::Number) {
        match path {
            [.., inside, _] if inside == "members" => {
                let message = format!("a weight is at most {HEAVIEST}; {number} is more");
                self.report.error(at, code::POOL_WEIGHTS, message, Some(HEAVIEST.to_string()));
            }
            _ => {
                let message = format!("{number} is too large; the largest whole number here is {}", u32::MAX);
                self.report.error(at, code::BAD_VALUE, message, None);
            }
        }
    }

    /// A problem that the type itself put in words.
    fn refused(&mut self, node: &Node, message: &str) {
        if let Some((text, found)) = condition_errors(node, message) {
            for error in found.errors {
                let at = node.place_within(error.at, 1.min(text.len() - error.at.min(text.len())));
                self.report.error(at, code::CONDITION_SYNTAX, error.problem.to_string(), None);
            }
            return;
        }
        // A type that reads several values says what is wrong with each of them, a line each, and which one it means:
        // `25:00-26:00` is not …
        for problem in message.lines() {
            let named = problem.split('`').nth(1).map(|named| node.place_of(named));
            self.report.error(named.unwrap_or(node.place), code::BAD_VALUE, problem, None);
        }
    }
}

/// The keys on the way from the root to a node; an item of a list has none of its own, and stands as `-`.
fn keys(root: &Node, way: &[usize]) -> Vec<String> {
    let Some((step, rest)) = way.split_first() else { return Vec::new() };
    let (key, next) = match &root.content {
        Content::Map(entries) => (entries[*step].key.clone(), &entries[*step].value),
        _ => ("-".to_owned(), &root.items()[*step]),
    };
    [vec![key], keys(next, rest)].concat()
}

/// A length of time, or what starts a workflow: a form without a name, about which nothing more is reported.
fn stand_in_for(key: &str, at: Place) -> Option<Content> {
    let text = |text: &str| Content::Text { text: text.to_owned(), style: Style::Plain };
    let form =
        |name| Entry { key: "form_submitted".to_owned(), key_place: at, value: Node { place: at, content: name } };
    match key {
        "within" => Some(text("1 day")),
        "when" => Some(Content::Map(vec![form(text(""))])),
        _ => None,
    }
}

fn descend<'n>(root: &'n mut Node, way: &[usize]) -> &'n mut Node {
    let Some((step, rest)) = way.split_first() else { return root };
    let next = match &mut root.content {
        Content::Map(entries) => &mut entries[*step].value,
        Content::List(items) => &mut items[*step],
        _ => unreachable!("only mappings and lists have something inside"),
    };
    descend(next, rest)
}

/// What is wrong with a condition's text, if that is what the message repeats.
fn condition_errors<'n>(node: &'n Node, message: &str) -> Option<(&'n str, Recovered)> {
    let text = node.text()?;
    let error = text.parse::<Condition>().err()?;
    let repeats = message == format!("{error} in `{text}`") || message == error.to_string();
    recover(text).filter(|_| repeats).map(|found| (text, found))
}

fn plain_words(wanted: &str) -> &str {
    match wanted {
        "a string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a mapping of names to values",
        "u32" | "u64" => "a whole number, not below 0",
        "i64" => "a whole number",
        "f64" => "a number",
        _ if wanted.starts_with("struct ") || wanted.starts_with("enum ") => "a mapping of names to values",
        other => other,
    }
}

fn found(content: &Content) -> String {
    match content {
        Content::Null => "nothing".to_owned(),
        Content::YesNo(yes) => yes.to_string(),
        Content::Number(number) => format!("the number {number}"),
        Content::Text { text, .. } => format!("the text `{}`", text.chars().take(40).collect::<String>()),
        Content::List(_) => "a list".to_owned(),
        Content::Map(_) => "a mapping of names to values".to_owned(),
        Content::Hole => "a value that cannot be read".to_owned(),
    }
}
