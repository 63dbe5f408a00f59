//! What steps refer to.

use domain::{
    condition::{Comparison, Condition, FieldPath, FieldTypes, Test},
    nearest::nearest,
    step::{Mention, Step, Update, Who},
    value::{FieldType, Value},
};

use super::{
    condition::{add, check_condition},
    events::Events,
    filled::Filled,
    merge::{About, check_text},
    names::{Reference, check_reference, unless_near},
    skills::check_skill,
    who::{Allowed, WhoScope},
};
use crate::{
    code,
    diagnostic::{Place, Severity},
    read::{Help, Report},
    yaml::{Node, is_boolean_word},
};

/// What is known about the workflow the steps lie in.
pub(super) struct StepScope<'s> {
    pub who: WhoScope<'s>,
    pub filled: &'s Filled,
    pub events: &'s Events<'s>,
}

impl StepScope<'_> {
    pub fn check(&self, steps: &[Step], list: &Node, report: &mut Report<'_>) {
        for (step, node) in steps.iter().zip(list.items()) {
            for mention in step.mentions() {
                self.check_mention(step, node, &mention, report);
            }
            check_unreachable(step, node, report);
            if let (Step::If(_), true, Some(entry)) =
                (step, step.branches().iter().all(|(_, branch)| branch.is_empty()), node.entry("if"))
            {
                report.warning(entry.key_place, code::NO_STEPS, "neither way has a step, so this does nothing", None);
            }
            for (name, branch) in step.branches() {
                if let Some(list) = node.get(name) {
                    self.check(branch, list, report);
                }
            }
        }
    }

    fn check_mention(&self, step: &Step, node: &Node, mention: &Mention<'_>, report: &mut Report<'_>) {
        let draft = self.who.draft;
        let own = node.get(step.key()).unwrap_or(node);
        match mention {
            Mention::Pool(pool) => {
                let (name, at) = (pool.as_str(), own.place_of(pool.as_str()));
                let reference = Reference { name, at, code: code::UNKNOWN_POOL, what: "a pool of pools.yaml" };
                if let Some(known) = &draft.names.pools {
                    check_reference(&reference, known.iter().map(String::as_str), report);
                }
            }
            Mention::Skill(skill, pool) => check_skill(draft, skill, *pool, own.place_of(skill), report),
            Mention::Route(route) => {
                let (name, at) = (route.as_str(), own.place_of(route.as_str()));
                let reference = Reference { name, at, code: code::UNKNOWN_ROUTE, what: "a route of routing.yaml" };
                if let Some(known) = &draft.names.routes {
                    check_reference(&reference, known.iter().map(String::as_str), report);
                }
            }
            Mention::Template(template) => {
                let (name, at) = (template.as_str(), own.place_of(template.as_str()));
                let reference = Reference { name, at, code: code::UNKNOWN_TEMPLATE, what: "a template" };
                check_reference(&reference, draft.names.templates.iter().map(String::as_str), report);
            }
            Mention::Person(person) => self.who.check(
                &Who::Named(person.as_str().to_owned()),
                Allowed::People,
                own.place_of(person.as_str()),
                report,
            ),
            Mention::Who(who) => self.who.check(who, allowed(step, who), own.place_of(&who.to_string()), report),
            Mention::Event(event) => {
                self.events.check(event.as_str(), node.place_of(event.as_str()), report);
            }
            Mention::Writes(target) => self.check_write(step, target, own.place_of(target), report),
            Mention::Condition(_) => {
                if let Some(fields) = self.who.fields {
                    check_condition(own, fields, Some(self.filled), report);
                }
            }
            Mention::Text(text) => self.check_message(text, own, report),
        }
    }

    fn check_write(&self, step: &Step, target: &str, at: Place, report: &mut Report<'_>) {
        let Some(fields) = self.who.fields else { return };
        let path: Option<FieldPath> = target.parse().ok();
        let Some(path) = path.filter(|path| path.root == fields.kind.as_str() && fields.field_type(path).is_some())
        else {
            if fields.is_lost(target) && target.split('.').next() == Some(fields.kind.as_str()) {
                return;
            }
            let names = fields.names();
            let full = format!("{}.{target}", fields.kind);
            let mut own = names.iter().filter(|name| name.split('.').next() == Some(fields.kind.as_str()));
            let all = own.clone();
            let bare = own.clone().find(|name| **name == full).cloned();
            let meant = bare.or_else(|| nearest(target, own.by_ref().map(String::as_str)).map(str::to_owned));
            let there = unless_near(meant.as_deref(), all.map(String::as_str));
            let message =
                format!("`{target}` is not a field of the {} itself, which is all update sets{there}", fields.kind);
            let help = Help { suggestion: meant, cause: fields.cause_of(target), ..Help::default() };
            return report.add(Severity::Error, at, code::UNKNOWN_FIELD, message, help);
        };
        let is_scored = fields.schema.kinds[fields.kind].scoring.contains_key(&path.field);
        if is_scored {
            let message = format!("{target} is scored; the next scoring overwrites what is set here");
            report.warning(at, code::FIELD_FILLED_TWICE, message, None);
        }
        let Step::Update(update) = step else { return };
        if let (Value::Text(word), Some(FieldType::YesNo)) = (&update.update[target], fields.field_type(&path))
            && is_boolean_word(word)
        {
            let meant = matches!(word.to_lowercase().as_str(), "yes" | "on" | "y").to_string();
            let message = format!("`{word}` is a text in YAML 1.2; write true or false");
            return report.error(at, code::YAML_BOOLEAN, message, Some(meant));
        }
        for problem in value_problems(update, target, path, &fields) {
            add(report, at, problem, None);
        }
    }

    fn check_message(&self, text: &str, own: &Node, report: &mut Report<'_>) {
        let Some(fields) = self.who.fields else { return };
        let Some(node) = own.entries().iter().map(|entry| &entry.value).find(|node| node.text() == Some(text)) else {
            return;
        };
        let at = |byte: usize, length: usize| node.place_within(byte, length);
        check_text(text, &About::each(vec![fields]), &at, report);
    }
}

/// What comparing the field with the value would complain about.
fn value_problems(
    update: &Update,
    target: &str,
    field: FieldPath,
    fields: &impl FieldTypes,
) -> Vec<domain::condition::Problem> {
    match &update.update[target] {
        Value::List(_) => Vec::new(),
        value => {
            let test = Condition::Test(Test { field, comparison: Comparison::Is(value.clone()) });
            let mut problems = test.check(fields);
            problems.iter_mut().for_each(|problem| problem.suggestion = None);
            problems
        }
    }
}

fn allowed(step: &Step, who: &Who) -> Allowed {
    match step {
        Step::Reassign(_) => Allowed::NextOwner,
        Step::SendEmail(step) if step.send_email.to == *who => Allowed::PeopleAndRecord,
        _ => Allowed::People,
    }
}

/// A reassignment to somebody in particular asks no pool, so that nobody can be unavailable.
fn check_unreachable(step: &Step, node: &Node, report: &mut Report<'_>) {
    let Step::Reassign(reassign) = step else { return };
    let asks_pool = !step.mentions().iter().any(|mention| matches!(mention, Mention::Who(_)));
    if let (false, Some(entry)) = (asks_pool, node.entry("if_nobody_available"))
        && !reassign.if_nobody_available.is_empty()
    {
        let message = "these steps never run: only next_available can find nobody";
        report.warning(entry.key_place, code::STEPS_UNREACHABLE, message, None);
    }
}
