//! YAML as a tree in which every node knows where it stands. The only place that knows the parser.
//!
//! YAML 1.2, core schema: `no`, `on` and `yes` are texts. What reads differently elsewhere, or not as
//! it looks, is reported while the tree is built.

mod parse;
mod scalar;
mod syntax;

pub(crate) use parse::parse;
pub(crate) use scalar::is_boolean_word;

use crate::diagnostic::Place;

/// One value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub place: Place,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Null,
    YesNo(bool),
    Number(serde_json::Number),
    Text {
        text: String,
        style: Style,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// Stands for a value that could not be read and was reported; reads as whatever is wanted, if it can.
    Hole,
}

/// How a text is written: what decides whether a column inside it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    /// In quotes on one line, without escapes.
    Quoted,
    /// Over several lines, or with escapes.
    Other,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub key: String,
    pub key_place: Place,
    pub value: Node,
}

impl Node {
    pub fn text(&self) -> Option<&str> {
        if let Content::Text { text, .. } = &self.content { Some(text) } else { None }
    }

    pub fn entries(&self) -> &[Entry] {
        if let Content::Map(entries) = &self.content { entries } else { &[] }
    }

    pub fn items(&self) -> &[Node] {
        if let Content::List(items) = &self.content { items } else { &[] }
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The node at a path of keys and indices, or the last one on the way that is there.
    pub fn reach<'a>(&'a self, path: &[&str]) -> &'a Node {
        let Some((step, rest)) = path.split_first() else { return self };
        let next = match &self.content {
            Content::List(items) => step.parse().ok().and_then(|index: usize| items.get(index)),
            _ => self.get(step),
        };
        next.map_or(self, |node| node.reach(rest))
    }

    /// The place of a part of a text, where it can be told; else of the whole text.
    pub fn place_within(&self, byte: usize, length: usize) -> Place {
        match &self.content {
            Content::Text { text, style: style @ (Style::Plain | Style::Quoted) } if !text.contains('\n') => {
                let before = text.get(..byte).map_or(0, |before| before.chars().count());
                self.place.part(before + usize::from(*style == Style::Quoted), length)
            }
            _ => self.place,
        }
    }

    /// The place of the first text or key in here that reads so, else of the node.
    pub fn place_of(&self, wanted: &str) -> Place {
        self.find(wanted).unwrap_or(self.place)
    }

    fn find(&self, wanted: &str) -> Option<Place> {
        match &self.content {
            Content::Text { text, .. } => (text == wanted).then_some(self.place),
            Content::List(items) => items.iter().find_map(|item| item.find(wanted)),
            Content::Map(entries) => entries
                .iter()
                .find_map(|entry| if entry.key == wanted { Some(entry.key_place) } else { entry.value.find(wanted) }),
            _ => None,
        }
    }
}
