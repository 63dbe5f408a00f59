//! Texts that show nothing, such as `name: ""`. Each is reported once, and counts as a value that could not be read.

use domain::visible::is_blank;

use crate::{
    code,
    diagnostic::Severity,
    read::{Help, Report},
    shapes,
    yaml::{Content, Entry, Node},
};

/// Keys below which a blank text has a meaning: a condition compares with it, and `update` empties a field by it.
const MEANT: [&str; 2] = ["if", "update"];

/// Reports every blank text in a file and leaves a hole where it stood; in a list, nothing.
pub(crate) fn report_blanks(root: &mut Node, report: &mut Report<'_>) {
    walk(root, &mut Vec::new(), report);
}

fn walk(node: &mut Node, path: &mut Vec<String>, report: &mut Report<'_>) {
    match &mut node.content {
        Content::Map(entries) => {
            entries.retain(|entry| {
                let is_blank = is_blank(&entry.key);
                if is_blank {
                    report.error(entry.key_place, code::YAML_NO_VALUE, "this key is blank: write a name", None);
                }
                !is_blank
            });
            entries.iter_mut().for_each(|entry| look_at(entry, path, report));
        }
        Content::List(items) => {
            items.retain(|item| {
                let is_blank = is_blank_text(item);
                if is_blank {
                    let message = "this text is blank: write something, or take it out of the list";
                    report.error(item.place, code::YAML_NO_VALUE, message, None);
                }
                !is_blank
            });
            path.push("-".to_owned());
            items.iter_mut().for_each(|item| walk(item, path, report));
            path.pop();
        }
        _ => {}
    }
}

fn look_at(entry: &mut Entry, path: &mut Vec<String>, report: &mut Report<'_>) {
    if MEANT.contains(&entry.key.as_str()) {
        return;
    }
    path.push(entry.key.clone());
    if is_blank_text(&entry.value) {
        let message = format!("`{}` is blank: write something, or leave it out where it is not needed", entry.key);
        let help = Help { example: shapes::of_entry(report.file(), path), ..Help::default() };
        report.add(Severity::Error, entry.value.place, code::YAML_NO_VALUE, message, help);
        entry.value.content = Content::Hole;
    } else {
        walk(&mut entry.value, path, report);
    }
    path.pop();
}

fn is_blank_text(node: &Node) -> bool {
    node.text().is_some_and(is_blank)
}
