use std::collections::BTreeSet;

use domain::{
    id::{FormId, Kind, WorkflowId},
    nearest::nearest,
    step::{Mention, Step},
    workflow::{Trigger, Workflow},
};

use super::{
    condition::check_condition, events::Events, fields::Fields, filled::Filled, names::check_name, people::check_named,
    steps::StepScope, trigger, who::WhoScope,
};
use crate::{Diagnostic, code, read::Report, sections::Draft, yaml::Node};

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    let filled = Filled::of(draft);
    let events = Events::of(draft);
    let assigning = draft.workflows.values().filter(|workflow| assigns(workflow));
    let assigned: BTreeSet<&Kind> = assigning.filter_map(|workflow| kind_of(draft, workflow)).collect();
    for (id, file) in &draft.workflow_files {
        let (Some(workflow), Some(tree)) = (draft.workflows.get(id), draft.tree(file)) else { continue };
        let fields = fields_of(draft, workflow);
        let has_pool = asks_pool(workflow);
        let who = WhoScope { draft, fields, has_pool, assigned: &assigned };
        let scope = StepScope { who, filled: &filled, events: &events };
        check_workflow(id, workflow, tree, &scope, &mut Report::new(file, diagnostics));
    }
}

/// The kind of record a workflow is about, or is probably meant to be about: a slip in its trigger hides nothing that
/// is wrong with its steps. None if that cannot be told.
pub(super) fn kind_of<'d>(draft: &'d Draft, workflow: &'d Workflow) -> Option<&'d Kind> {
    match &workflow.when {
        Trigger::FormSubmitted(form) => kind_by_form(draft, form.as_str()),
        Trigger::Event { event, kind } => {
            let kinds = &draft.schema.as_ref()?.kinds;
            let is_form = || {
                nearest(event.as_str(), ["form_submitted"]).is_some()
                    || draft.names.forms.iter().any(|it| it == kind.as_str())
            };
            if kinds.contains_key(kind) {
                return Some(kind);
            }
            if is_form() {
                return kind_by_form(draft, kind.as_str());
            }
            let meant = nearest(kind.as_str(), kinds.keys().map(Kind::as_str))?;
            kinds.keys().find(|known| known.as_str() == meant)
        }
    }
}

/// What a form is about. Where there is no such form: what the form is about that was meant, or all forms are.
fn kind_by_form<'d>(draft: &'d Draft, name: &str) -> Option<&'d Kind> {
    if draft.names.forms.iter().any(|known| known == name) {
        return draft.forms.get(&FormId::new(name)).map(|form| &form.record);
    }
    let meant =
        nearest(name, draft.forms.keys().map(FormId::as_str)).and_then(|meant| draft.forms.get(&FormId::new(meant)));
    let mut kinds = draft.forms.values().map(|form| &form.record);
    let first = kinds.next()?;
    meant.map(|form| &form.record).or_else(|| kinds.all(|kind| kind == first).then_some(first))
}

/// The fields a workflow can name; none if its kind of record is not known.
pub(super) fn fields_of<'d>(draft: &'d Draft, workflow: &'d Workflow) -> Option<Fields<'d>> {
    let (schema, kind) = (draft.schema.as_ref()?, kind_of(draft, workflow)?);
    schema.kinds.contains_key(kind).then_some(Fields { schema, kind, names: &draft.names })
}

fn check_workflow(id: &WorkflowId, workflow: &Workflow, tree: &Node, scope: &StepScope<'_>, report: &mut Report<'_>) {
    let draft = scope.who.draft;
    check_name(id.as_str(), &[], tree.place, report);
    trigger::check(draft, workflow, tree, scope.events, report);
    check_people(draft, workflow, tree, report);
    if let (Some(condition), Some(fields)) = (tree.get("if"), scope.who.fields) {
        check_condition(condition, fields, Some(scope.filled), report);
    }
    for (list, steps) in [("then", &workflow.then), ("else", &workflow.otherwise)] {
        if let Some(node) = tree.get(list) {
            scope.check(steps, node, report);
        }
    }
    if let (Some(entry), true) = (tree.entry("then"), workflow.then.is_empty() && workflow.otherwise.is_empty()) {
        report.warning(entry.key_place, code::NO_STEPS, "this workflow has no step, so it does nothing", None);
    }
    if let (None, Some(entry), false) = (&workflow.condition, tree.entry("else"), workflow.otherwise.is_empty()) {
        let message = "these steps never run: without `if` a workflow always takes `then`";
        report.warning(entry.key_place, code::STEPS_UNREACHABLE, message, None);
    }
}

/// Exceptions must reach somebody; who maintains a workflow may be somebody else's person.
fn check_people(draft: &Draft, workflow: &Workflow, tree: &Node, report: &mut Report<'_>) {
    let is_address = |name: &str| draft.people.values().any(|person| person.has_address(name));
    let at = |key: &str| tree.reach(&[key]).place;
    check_named(draft, &workflow.exceptions_to, at("exceptions_to"), report);
    let name = workflow.maintained_by.as_str();
    let Some(known) = &draft.names.people else { return };
    if !name.is_empty() && !known.is_empty() && !is_address(name) && !known.iter().any(|person| person == name) {
        let people = draft.people.iter().flat_map(|(id, person)| [id.as_str(), person.email.as_str()]);
        let meant = nearest(name, people).map(str::to_owned);
        let message = format!("`{name}` is neither a person of people.yaml nor the e-mail address of one");
        report.warning(at("maintained_by"), code::UNKNOWN_PERSON, message, meant);
    }
}

/// Whether a step gives the record to somebody.
fn assigns(workflow: &Workflow) -> bool {
    workflow.steps().iter().any(|step| matches!(step, Step::Assign(_) | Step::Reassign(_)))
}

fn asks_pool(workflow: &Workflow) -> bool {
    workflow.mentions().any(|mention| matches!(mention, Mention::Pool(_) | Mention::Route(_)))
}

/// The form that starts a workflow, if one does.
pub(super) fn form_of(workflow: &Workflow) -> Option<&FormId> {
    if let Trigger::FormSubmitted(form) = &workflow.when { Some(form) } else { None }
}
