//! Reads the steps of a workflow one by one, so that each problem stands where it is.

use domain::{nearest::nearest, step::Step};

use crate::{
    code,
    read::{Report, mend},
    yaml::{Content, Entry, Node},
};

/// Reports what is wrong with a list of steps and leaves those that can be read.
pub(crate) fn mend_steps(list: &mut Node, report: &mut Report<'_>) {
    match &mut list.content {
        Content::List(steps) => steps.retain_mut(|step| mend_step(step, report)),
        Content::Hole => {}
        _ => {
            report.error(list.place, code::WRONG_TYPE, "expected a list of steps, each with a dash", None);
            list.content = Content::List(Vec::new());
        }
    }
}

fn mend_step(step: &mut Node, report: &mut Report<'_>) -> bool {
    let Some(kind) = kind(step, report) else { return false };
    let branches = detach_branches(step, kind);
    let read = mend(step, report, |reader| Step::read(kind, reader).expect("the kind is one of Step::KEYS"));
    let Content::Map(entries) = &mut step.content else { return false };
    for mut branch in branches {
        mend_steps(&mut branch.value, report);
        // Found by its place: the key may have been a slip that is put right by now.
        if let Some(entry) = entries.iter_mut().find(|entry| entry.key_place == branch.key_place) {
            entry.value = branch.value;
        }
    }
    read.is_some()
}

/// The kind of a step, a misspelt one put right; none if it cannot be told, which is reported.
fn kind(step: &mut Node, report: &mut Report<'_>) -> Option<&'static str> {
    let at = step.place;
    let Content::Map(entries) = &mut step.content else {
        report.error(at, code::WRONG_TYPE, "expected a step, for example - wait: 3 days", None);
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
    let slip = entries.iter_mut().find_map(|entry| Some((nearest(&entry.key, Step::KEYS.iter().copied())?, entry)));
    let known = Step::KEYS.join(", ");
    match slip {
        Some((kind, entry)) => {
            let message = format!("`{}` is no kind of step; there are {known}", entry.key);
            report.error(entry.key_place, code::UNKNOWN_STEP, message, Some(kind.to_owned()));
            kind.clone_into(&mut entry.key);
            Some(kind)
        }
        None => {
            let (key, at) = entries.first().map_or(("", at), |entry| (entry.key.as_str(), entry.key_place));
            report.error(at, code::UNKNOWN_STEP, format!("`{key}` is no kind of step; there are {known}"), None);
            None
        }
    }
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
