//! Reads each file into its part of the playbook, as far as it can be read.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use domain::{
    id::{FormId, PersonId, PoolId, TemplateId, WorkflowId},
    nearest::nearest,
    playbook::{Form, Organisation, Person, Pool, Schema, Template},
    routing::Routing,
    workflow::Workflow,
};
use serde::de::DeserializeOwned;

use crate::{
    blank::report_blanks,
    code,
    diagnostic::{Diagnostic, Place, Severity},
    files::{Files, Unread},
    read::{Help, Report, read, read_mended},
    shapes,
    steps::mend_steps,
    template::read_template,
    yaml::{self, Content, Entry, Node},
};

/// A playbook as far as it could be read, and the trees it was read from.
#[derive(Default)]
pub(crate) struct Draft {
    pub organisation: Option<Organisation>,
    pub schema: Option<Schema>,
    pub people: BTreeMap<PersonId, Person>,
    pub pools: BTreeMap<PoolId, Pool>,
    pub routing: Routing,
    pub forms: BTreeMap<FormId, Form>,
    pub workflows: BTreeMap<WorkflowId, Workflow>,
    pub templates: BTreeMap<TemplateId, Template>,
    /// Every name that is defined, also by what could not be read: so that no reference to it is blamed.
    pub names: Names,
    /// File → its tree.
    pub trees: BTreeMap<String, Node>,
    /// Form, workflow or template → its file.
    pub form_files: BTreeMap<FormId, String>,
    pub workflow_files: BTreeMap<WorkflowId, String>,
    pub template_files: BTreeMap<TemplateId, String>,
}

/// What is defined, whether or not it could be read.
#[derive(Default)]
pub(crate) struct Names {
    /// None if the file cannot be read.
    pub people: Option<Vec<String>>,
    /// None if the file cannot be read.
    pub pools: Option<Vec<String>>,
    /// None if the file cannot be read.
    pub routes: Option<Vec<String>>,
    /// None if the file cannot be read.
    pub territories: Option<Vec<String>>,
    pub forms: Vec<String>,
    pub templates: Vec<String>,
    pub kinds: Vec<String>,
    /// As `kind.field`.
    pub fields: BTreeSet<String>,
    /// Kinds whose links cannot be read.
    pub without_links: BTreeSet<String>,
}

impl Names {
    fn add_schema(&mut self, root: &Node) {
        for kind in root.get("kinds").into_iter().flat_map(Node::entries) {
            if !self.kinds.contains(&kind.key) {
                self.kinds.push(kind.key.clone());
            }
            if kind.value.get("links").is_some_and(|links| !matches!(links.content, Content::Map(_))) {
                self.without_links.insert(kind.key.clone());
            }
            let fields = kind.value.get("fields").into_iter().flat_map(keys);
            self.fields.extend(fields.map(|field| format!("{}.{field}", kind.key)));
        }
    }
}

fn keys(node: &Node) -> Vec<String> {
    node.entries().iter().map(|entry| entry.key.clone()).collect()
}

/// The names that a mapping defines; none if it is no mapping.
fn keys_of(node: &Node) -> Option<Vec<String>> {
    matches!(node.content, Content::Map(_)).then(|| keys(node))
}

pub(crate) const ORGANISATION: &str = "organisation.yaml";
pub(crate) const SCHEMA: &str = "schema.yaml";
pub(crate) const PEOPLE: &str = "people.yaml";
pub(crate) const POOLS: &str = "pools.yaml";
pub(crate) const ROUTING: &str = "routing.yaml";

/// The files of a playbook that are in none of its folders.
pub const TOP_FILES: [&str; 5] = [ORGANISATION, SCHEMA, PEOPLE, POOLS, ROUTING];

/// The keys of a workflow, besides its name.
const WORKFLOW: [&str; 7] = ["purpose", "maintained_by", "exceptions_to", "when", "if", "then", "else"];

impl Draft {
    /// Reads every file; what cannot be read is reported and left out.
    pub fn read(files: &Files, unread: &BTreeMap<String, Unread>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut draft = Self::default();
        let is_there = |file: &str| files.contains_key(file) || unread.contains_key(file);
        for required in [ORGANISATION, SCHEMA] {
            if !is_there(required) {
                let message =
                    format!("a playbook needs a file {required}; infra/docs/playbook.md shows what stands in it");
                Report::new(required, diagnostics).error(Place::START, code::FILE_MISSING, message, None);
            }
        }
        draft.names.people = (!is_there(PEOPLE)).then(Vec::new);
        draft.names.pools = (!is_there(POOLS)).then(Vec::new);
        draft.names.routes = (!is_there(ROUTING)).then(Vec::new);
        draft.names.territories = (!is_there(ROUTING)).then(Vec::new);
        for (file, text) in files {
            draft.read_file(file, text, &mut Report::new(file, diagnostics));
        }
        for (path, why) in unread {
            draft.pass_over(path, why, &mut Report::new(path, diagnostics));
        }
        draft
    }

    /// Reports what cannot be read. A form or template of that name is taken for known, so that nothing that refers
    /// to it is blamed.
    fn pass_over(&mut self, path: &str, why: &Unread, report: &mut Report<'_>) {
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').map(|(stem, _)| stem.to_owned());
        match folder {
            "forms" => self.names.forms.extend(stem),
            "templates" => self.names.templates.extend(stem),
            _ => {}
        }
        let code = match why {
            Unread::Folder => code::FILE_UNKNOWN,
            Unread::TooLarge => code::FILE_TOO_LARGE,
            Unread::NotText | Unread::NotAFile | Unread::Unreadable(_) => code::FILE_UNREADABLE,
        };
        // Nothing is read from a folder of another name, or from a note at the top.
        let is_note = folder.is_empty() && (path.ends_with(".md") || path.ends_with(".txt"));
        match *why == Unread::Folder || is_note {
            true => report.warning(Place::START, code, why.to_string(), None),
            false => report.error(Place::START, code, why.to_string(), None),
        }
    }

    fn read_file(&mut self, file: &str, text: &str, report: &mut Report<'_>) {
        let (folder, name) = file.split_once('/').unwrap_or(("", file));
        match (folder, name.rsplit_once('.').filter(|_| !name.contains('/'))) {
            ("templates", Some((name, "md" | "txt"))) => self.read_template(file, name, text, report),
            ("forms" | "workflows", Some((name, "yaml" | "yml"))) => {
                let Some(root) = tree_of(text, report) else {
                    // Its name is taken for known, so that nothing that refers to it is blamed.
                    self.names.forms.extend((folder == "forms").then(|| name.to_owned()));
                    return;
                };
                let root = match folder {
                    "forms" => self.read_form(file, name, root, report),
                    _ => self.read_workflow(file, name, root, report),
                };
                self.trees.insert(file.to_owned(), root);
            }
            ("", _) if [ORGANISATION, SCHEMA, PEOPLE, POOLS, ROUTING].contains(&name) => {
                if let Some(mut root) = tree_of(text, report) {
                    self.read_top(name, &mut root, report);
                    self.trees.insert(file.to_owned(), root);
                }
            }
            ("", Some((_, "md" | "txt"))) => {}
            // What editors check the other files against.
            ("", _) if name.ends_with(".schema.json") => {}
            _ => {
                let message = "no part of a playbook is read from this file; a playbook has organisation.yaml, \
                               schema.yaml, people.yaml, pools.yaml, routing.yaml, forms/*.yaml, \
                               workflows/*.yaml, templates/*.md and templates/*.txt; infra/docs/playbook.md shows each";
                report.warning(Place::START, code::FILE_UNKNOWN, message, None);
            }
        }
    }

    fn read_top(&mut self, name: &str, root: &mut Node, report: &mut Report<'_>) {
        match name {
            ORGANISATION => self.organisation = read(root, report),
            SCHEMA => {
                self.names.add_schema(root);
                self.schema = read(root, report);
                // Once more, by the keys that were put right.
                self.names.add_schema(root);
            }
            PEOPLE => {
                self.people = read_each(root, "people", report);
                self.names.people = keys_of(root);
            }
            ROUTING => {
                self.names.routes = Some(root.get("routes").map(keys).unwrap_or_default());
                self.names.territories = Some(root.get("territories").map(keys).unwrap_or_default());
                self.routing = read(root, report).unwrap_or_default();
            }
            _ => {
                self.pools = read_each(root, "pools", report);
                self.names.pools = keys_of(root);
            }
        }
    }

    fn read_template(&mut self, file: &str, name: &str, text: &str, report: &mut Report<'_>) {
        self.names.templates.push(name.to_owned());
        let id = TemplateId::new(name);
        self.templates.insert(id.clone(), read_template(text, report));
        claim(&mut self.template_files, id, file, report, Place::START);
    }

    fn read_form(&mut self, file: &str, stem: &str, mut root: Node, report: &mut Report<'_>) -> Node {
        let name = take_name(&mut root, "form", stem, report);
        self.names.forms.push(name.text.clone());
        let id = FormId::new(name.text.as_str());
        let form: Option<Form> = read(&mut root, report);
        if claim(&mut self.form_files, id.clone(), file, report, name.place) {
            self.forms.extend(form.map(|form| (id, form)));
        }
        root
    }

    fn read_workflow(&mut self, file: &str, stem: &str, mut root: Node, report: &mut Report<'_>) -> Node {
        let name = take_name(&mut root, "workflow", stem, report);
        let id = WorkflowId::new(name.text.as_str());
        name_lists(&mut root, report);
        let lists = ["then", "else"].map(|list| (list, detach(&mut root, list)));
        let head: Option<Workflow> = read(&mut root, report);
        for (list, steps) in lists {
            let Some(mut steps) = steps else { continue };
            mend_steps(&mut steps, report);
            if let Some(slot) = slot(&mut root, list) {
                *slot = steps;
            }
        }
        if claim(&mut self.workflow_files, id.clone(), file, report, name.place) {
            let whole = head.and_then(|_| read_mended(&root));
            if whole.is_none() && report.is_clean() {
                report.error(root.place, code::BAD_VALUE, "the steps can be read one by one, but not as a whole", None);
            }
            self.workflows.extend(whole.map(|workflow| (id, workflow)));
        }
        root
    }

    pub fn tree(&self, file: &str) -> Option<&Node> {
        self.trees.get(file)
    }
}

fn tree_of(text: &str, report: &mut Report<'_>) -> Option<Node> {
    let mut root = yaml::parse(text, report)?;
    report_blanks(&mut root, report);
    Some(root)
}

/// Reads a mapping entry by entry, so that one that cannot be read leaves the others alone.
///
/// `heading` is what people write above the whole, out of habit.
fn read_each<K: for<'a> From<&'a str> + Ord, T: DeserializeOwned>(
    root: &mut Node,
    heading: &str,
    report: &mut Report<'_>,
) -> BTreeMap<K, T> {
    let at = root.place;
    take_off(root, heading, report);
    let Content::Map(entries) = &mut root.content else {
        let message = "expected a mapping: each name, and what belongs to it".to_owned();
        let help = Help { example: shapes::of_entry(report.file(), &[]), ..Help::default() };
        report.add(Severity::Error, at, code::WRONG_TYPE, message, help);
        return BTreeMap::new();
    };
    let mut read_one = |entry: &mut Entry| Some((K::from(entry.key.as_str()), read(&mut entry.value, report)?));
    entries.iter_mut().filter_map(&mut read_one).collect()
}

/// Takes a heading off that holds all the rest.
fn take_off(root: &mut Node, heading: &str, report: &mut Report<'_>) {
    let Content::Map(entries) = &mut root.content else { return };
    let holds_names = |node: &Node| {
        let inside = node.entries().iter();
        !node.entries().is_empty() && inside.clone().all(|entry| matches!(entry.value.content, Content::Map(_)))
    };
    if let [only] = entries.as_mut_slice()
        && only.key == heading
        && holds_names(&only.value)
    {
        let message = format!(
            "this file needs no heading `{heading}`; take the line out, and let what is below begin at the left"
        );
        let help = Help { example: shapes::of_entry(report.file(), &[]), ..Help::default() };
        report.add(Severity::Error, only.key_place, code::UNKNOWN_KEY, message, help);
        root.content = std::mem::replace(&mut only.value.content, Content::Null);
    }
}

struct Name {
    text: String,
    place: Place,
}

/// Takes the line that names a form or workflow out of its file; the file's own name where there is none.
fn take_name(root: &mut Node, key: &str, stem: &str, report: &mut Report<'_>) -> Name {
    let start = root.place;
    let fallback = Name { text: stem.to_owned(), place: start };
    let Content::Map(entries) = &mut root.content else { return fallback };
    let named = entries.iter().position(|entry| entry.key == key);
    let slip = || entries.iter().position(|entry| nearest(&entry.key, [key]).is_some());
    let Some(position) = named.or_else(slip) else {
        report.error(start, code::MISSING_KEY, format!("`{key}` is missing"), Some(format!("{key}: {stem}")));
        return fallback;
    };
    let mut entry = entries.remove(position);
    if entry.key != key {
        let message = format!("`{}` is not known here", entry.key);
        report.error(entry.key_place, code::UNKNOWN_KEY, message, Some(key.to_owned()));
    }
    let Some(text) = read_text(&mut entry, report) else { return fallback };
    if text != stem {
        let message = format!("`{text}` is in a file called {stem}; give the file and its content the same name");
        report.warning(entry.value.place, code::NAME_DIFFERS_FROM_FILE, message, Some(format!("{key}: {stem}")));
    }
    Name { text, place: entry.value.place }
}

fn read_text<T: DeserializeOwned>(entry: &mut Entry, report: &mut Report<'_>) -> Option<T> {
    read(&mut entry.value, report)
}

/// Notes which file defines a name; false, and reported, if another one does already.
fn claim<I: Ord>(files: &mut BTreeMap<I, String>, id: I, file: &str, report: &mut Report<'_>, at: Place) -> bool {
    match files.entry(id) {
        btree_map::Entry::Vacant(slot) => {
            slot.insert(file.to_owned());
            true
        }
        btree_map::Entry::Occupied(other) => {
            let message = format!("{} defines this name already", other.get());
            report.error(at, code::DUPLICATE_NAME, message, None);
            false
        }
    }
}

/// Puts the key of a list of steps right where it has another name, so that its steps are read one by one.
fn name_lists(root: &mut Node, report: &mut Report<'_>) {
    let Content::Map(entries) = &mut root.content else { return };
    for list in ["then", "else"] {
        if entries.iter().any(|entry| entry.key == list) {
            continue;
        }
        let is_unknown = |entry: &&mut Entry| !WORKFLOW.contains(&entry.key.as_str());
        let is_slip = |entry: &Entry| nearest(&entry.key, [list]).is_some();
        let is_only_list = list == "then" && entries.iter().filter(|entry| is_list_of_steps(entry)).count() == 1;
        let meant = |entry: &&mut Entry| is_slip(entry) || (is_only_list && is_list_of_steps(entry));
        let Some(entry) = entries.iter_mut().filter(is_unknown).find(meant) else { continue };
        let message = format!("`{}` is not known here; choose from {}", entry.key, WORKFLOW.join(", "));
        report.error(entry.key_place, code::UNKNOWN_KEY, message, Some(list.to_owned()));
        list.clone_into(&mut entry.key);
    }
}

/// A list of mappings under a key that a workflow does not have.
fn is_list_of_steps(entry: &Entry) -> bool {
    let is_map = |item: &Node| matches!(item.content, Content::Map(_));
    let items = entry.value.items();
    !WORKFLOW.contains(&entry.key.as_str()) && !items.is_empty() && items.iter().all(is_map)
}

fn slot<'n>(root: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    let Content::Map(entries) = &mut root.content else { return None };
    entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.value)
}

/// Leaves an empty list where a list of steps stood.
fn detach(root: &mut Node, key: &str) -> Option<Node> {
    let slot = slot(root, key)?;
    let empty = Node { place: slot.place, content: Content::List(Vec::new()) };
    Some(std::mem::replace(slot, empty))
}
