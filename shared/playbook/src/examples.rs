//! What a length of time means, shown by an example date: words such as `2 working days` are easily misread.

use domain::{duration::Span, instant::Instant};
use serde::Serialize;

use crate::{
    sections::Draft,
    yaml::{Content, Node},
};

/// `15 minutes` in a workflow, and when it would end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    pub file: String,
    pub line: usize,
    /// `within 15 minutes: from Mon 2 Mar 09:00 until Mon 2 Mar 09:15`.
    pub text: String,
}

/// The keys of steps that hold a length of time.
const KEYS: [&str; 3] = ["within", "wait", "due"];

/// 2026-03-02T00:00Z, a Monday: examples begin at the next opening after it.
const MONDAY: Instant = Instant::from_millis(1_772_409_600_000);

pub(crate) fn examples(draft: &Draft) -> Vec<Example> {
    let mut examples = Vec::new();
    for file in draft.workflow_files.values() {
        if let Some(tree) = draft.tree(file) {
            collect(draft, file, tree, &mut examples);
        }
    }
    examples
}

fn collect(draft: &Draft, file: &str, node: &Node, examples: &mut Vec<Example>) {
    match &node.content {
        Content::List(items) => items.iter().for_each(|item| collect(draft, file, item, examples)),
        Content::Map(entries) => {
            for entry in entries {
                let span = entry.value.text().and_then(|text| text.parse().ok());
                let text = span.filter(|_| KEYS.contains(&entry.key.as_str())).and_then(|span| example(draft, span));
                if let Some(text) = text {
                    let text = format!("{} {text}", entry.key);
                    examples.push(Example { file: file.to_owned(), line: entry.key_place.line, text });
                }
                collect(draft, file, &entry.value, examples);
            }
        }
        _ => {}
    }
}

fn example(draft: &Draft, span: Span) -> Option<String> {
    let calendar = draft.organisation.as_ref()?.calendar();
    let from = calendar.next_opening(MONDAY)?;
    let until = span.after(from, &calendar)?;
    let zone = calendar.zone;
    Some(format!("{span}: from {} until {}", zone.describe(from), zone.describe(until)))
}
