//! Reads the steps of a workflow one by one, so that each problem stands where it is.

use domain::{nearest::nearest, step::Step};

use crate::{
    code,
    diagnostic::Severity,
    read::{Help, Report, mend},
    shapes,
    yaml::{Content, Entry, Node},
};

/// Reports what is wrong with a list of steps and leaves those that can be read.
pub(crate) fn mend_steps(list: &mut Node, report: &mut Report<'_>) {
    match &mut list.content {
        Content::List(steps) => {
            *steps = std::mem::take(steps).into_iter().flat_map(|step| mend_step(step, report)).collect();
        }
        Content::Hole => {}
        _ => {
            let single = is_step(list).then(|| list.clone());
            let help = Help { example: shapes::of_step("assign"), ..Help::default() };
            let message = "expected a list of steps, each with a dash".to_owned();
            report.add(Severity::Error, list.place, code::WRONG_TYPE, message, help);
            // One step without a dash is meant as a step, and checked as one.
            list.content = Content::List(single.into_iter().flat_map(|step| mend_step(step, report)).collect());
        }
    }
}

/// Whether a mapping names a kind of step.
fn is_step(node: &Node) -> bool {
    node.entries().iter().any(|entry| Step::KEYS.contains(&entry.key.as_str()))
}

/// The step, or the steps inside one that cannot be read: what is wrong with those is worth knowing as well.
fn mend_step(mut step: Node, report: &mut Report<'_>) -> Vec<Node> {
    let Some(kind) = kind(&mut step, report) else { return Vec::new() };
    let mut branches = detach_branches(&mut step, kind);
    let read = mend(&mut step, report, |reader| Step::read(kind, reader).expect("the kind is one of Step::KEYS"));
    branches.iter_mut().for_each(|branch| mend_steps(&mut branch.value, report));
    if read.is_none() {
        return branches.into_iter().flat_map(|branch| steps_of(branch.value)).collect();
    }
    let Content::Map(entries) = &mut step.content else { return Vec::new() };
    for branch in branches {
        // Found by its place: the key may have been a slip that is put right by now.
        if let Some(entry) = entries.iter_mut().find(|entry| entry.key_place == branch.key_place) {
            entry.value = branch.value;
        }
    }
    vec![step]
}

fn steps_of(list: Node) -> Vec<Node> {
    if let Content::List(steps) = list.content { steps } else { Vec::new() }
}

/// The kind of a step, a misspelt one put right; none if it cannot be told, which is reported.
fn kind(step: &mut Node, report: &mut Report<'_>) -> Option<&'static str> {
    let at = step.place;
    let Content::Map(entries) = &mut step.content else {
        let help = Help { example: shapes::of_step("wait"), ..Help::default() };
        report.add(Severity::Error, at, code::WRONG_TYPE, "expected a step".to_owned(), help);
        return None;
    };
    let kinds = |entry: &Entry| Step::KEYS.iter().copied().find(|kind| *kind == entry.key);
    let mut named = entries.iter().filter_map(|entry| Some((kinds(entry)?, entry.key_place)));
    match (named.next(), named.next()) {
        (Some((kind, _)), None) => return Some(kind),
        (Some((first, _)), Some((second, at))) => {
            let message = format!("one step cannot be both `{first}` and `{second}`; make it two, each with a dash");
            report.error(at, code::SEVERAL_KINDS, message, None);
            return None;
        }
        _ => {}
    }
    let slip = entries.iter_mut().find_map(|entry| Some((meant(&entry.key)?, entry)));
    let known = Step::KEYS.join(", ");
    match slip {
        Some((kind, entry)) => {
            let message = format!("`{}` is not a kind of step; choose from {known}", entry.key);
            let help = Help { suggestion: Some(kind.to_owned()), example: shapes::of_step(kind), ..Help::default() };
            report.add(Severity::Error, entry.key_place, code::UNKNOWN_STEP, message, help);
            kind.clone_into(&mut entry.key);
            Some(kind)
        }
        None => {
            let (message, at) = match entries.first() {
                None => (format!("this step says nothing; choose from {known}"), at),
                Some(entry) => (format!("`{}` is not a kind of step; choose from {known}", entry.key), entry.key_place),
            };
            let help = Help { example: shapes::of_step("wait"), ..Help::default() };
            report.add(Severity::Error, at, code::UNKNOWN_STEP, message, help);
            None
        }
    }
}

/// The kind of step that a word was meant for: a slip of the hand, or a part of its name.
fn meant(word: &str) -> Option<&'static str> {
    let is_part = |kind: &&&str| kind.split('_').any(|part| part == word);
    let part = Step::KEYS.iter().find(is_part).copied();
    nearest(word, Step::KEYS.iter().copied()).or(part)
}

/// Takes the lists beside the kind's own key out of a step: they are lists of steps.
fn detach_branches(step: &mut Node, kind: &str) -> Vec<Entry> {
    let Content::Map(entries) = &mut step.content else { return Vec::new() };
    entries
        .iter_mut()
        .filter(|entry| entry.key != kind && matches!(entry.value.content, Content::List(_)))
        .map(|entry| {
            let empty = Node { place: entry.value.place, content: Content::List(Vec::new()) };
            let value = std::mem::replace(&mut entry.value, empty);
            Entry { key: entry.key.clone(), key_place: entry.key_place, value }
        })
        .collect()
}
