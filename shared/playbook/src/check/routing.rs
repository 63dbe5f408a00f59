//! Routes: what their rules refer to. What rules do to each other is in `rules`.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    condition::Condition,
    id::{PoolId, RouteId},
    playbook::KindSchema,
    routing::{Ask, IfNobody, Rule, Target},
    step::Mention,
};

use super::{
    condition::check_condition,
    fields::Fields,
    filled::Filled,
    names::{Reference, check_name, check_reference},
    people::check_person,
    rules, territories,
    workflows::fields_of,
};
use crate::{
    Diagnostic, code,
    read::Report,
    sections::{Draft, ROUTING},
    yaml::Node,
};

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    let Some(tree) = draft.tree(ROUTING) else { return };
    let report = &mut Report::new(ROUTING, diagnostics);
    // Where a rule was taken out, what is left says nothing about the whole.
    let is_whole = report.is_clean();
    let (uses, filled) = (uses(draft), Filled::of(draft));
    territories::check(draft, &filled, tree, report);
    for entry in tree.get("routes").into_iter().flat_map(Node::entries) {
        check_name(&entry.key, &[], entry.key_place, report);
        let id = RouteId::from(entry.key.as_str());
        let Some(route) = draft.routing.routes.get(&id) else { continue };
        let used = uses.get(&id).cloned();
        let is_used = used.is_some();
        let about = used.unwrap_or_else(|| likely(draft, route));
        for (rule, node) in route.iter().zip(entry.value.items()) {
            RuleScope { draft, about: &about, is_used, filled: &filled }.check(rule, node, report);
        }
        if is_whole {
            rules::check(&draft.routing, route, entry, report);
        }
    }
}

/// Route → the fields of each kind of record that workflows send through it.
fn uses(draft: &Draft) -> BTreeMap<RouteId, Vec<Fields<'_>>> {
    let mut uses: BTreeMap<RouteId, Vec<Fields<'_>>> = BTreeMap::new();
    for workflow in draft.workflows.values() {
        let Some(fields) = fields_of(draft, workflow) else { continue };
        for mention in workflow.mentions() {
            let Mention::Route(route) = mention else { continue };
            let kinds = uses.entry(route.clone()).or_default();
            if kinds.iter().all(|known| known.kind != fields.kind) {
                kinds.push(fields);
            }
        }
    }
    uses
}

/// The kinds that an unused route may be meant for: those that have every link its conditions name.
fn likely<'d>(draft: &'d Draft, route: &[Rule]) -> Vec<Fields<'d>> {
    let Some(schema) = &draft.schema else { return Vec::new() };
    let read = || route.iter().filter_map(|rule| rule.condition.as_ref()).flat_map(Condition::fields);
    let all = schema.kinds.keys().map(|kind| Fields { schema, kind, names: &draft.names });
    all.filter(|fields| read().all(|path| fields.kind_of(&path.root).is_some())).collect()
}

fn links_of(kind: &KindSchema) -> impl Iterator<Item = &str> {
    kind.links.keys().map(String::as_str)
}

/// What is known where a rule stands.
struct RuleScope<'s> {
    draft: &'s Draft,
    /// The kinds of record that come to it.
    about: &'s [Fields<'s>],
    /// Whether a workflow says so, or it is what may be meant.
    is_used: bool,
    filled: &'s Filled,
}

impl RuleScope<'_> {
    fn check(&self, rule: &Rule, node: &Node, report: &mut Report<'_>) {
        if let Some(territory) = &rule.territory {
            let (name, at) = (territory.as_str(), node.reach(&["territory"]).place);
            let reference = Reference { name, at, code: code::UNKNOWN_TERRITORY, what: "a territory of this file" };
            let known = self.draft.names.territories.iter().flatten();
            check_reference(&reference, known.map(String::as_str), report);
        }
        if let Some(condition) = node.get("if") {
            for fields in self.about {
                check_condition(condition, *fields, Some(self.filled), report);
            }
        }
        match &rule.to {
            Target::OwnerOf(link) => self.check_link(link, node, report),
            Target::Person(person) => check_person(self.draft, person.as_str(), node.reach(&["person"]).place, report),
            Target::Pool(ask) => self.check_ask(ask, node, &mut Vec::new(), report),
        }
    }

    fn check_link(&self, link: &str, node: &Node, report: &mut Report<'_>) {
        let at = node.reach(&["owner_of"]).place;
        let Some(schema) = &self.draft.schema else { return };
        if !self.is_used {
            // Which kind's link it is cannot be known yet.
            let what = "a link of any kind of record";
            let reference = Reference { name: link, at, code: code::UNKNOWN_LINK, what };
            let known: BTreeSet<&str> = schema.kinds.values().flat_map(links_of).collect();
            check_reference(&reference, known, report);
            return;
        }
        for kind in self.about.iter().filter_map(|fields| schema.kinds.get(fields.kind)) {
            let reference = Reference { name: link, at, code: code::UNKNOWN_LINK, what: "a link of the record" };
            check_reference(&reference, links_of(kind), report);
        }
    }

    fn check_ask(&self, ask: &Ask, node: &Node, before: &mut Vec<PoolId>, report: &mut Report<'_>) {
        let (name, at) = (ask.pool.as_str(), node.reach(&["pool"]).place);
        let reference = Reference { name, at, code: code::UNKNOWN_POOL, what: "a pool of pools.yaml" };
        if let Some(known) = &self.draft.names.pools {
            check_reference(&reference, known.iter().map(String::as_str), report);
        }
        if before.contains(&ask.pool) {
            let names: Vec<&str> = before.iter().chain([&ask.pool]).map(PoolId::as_str).collect();
            let message = format!("this pool has been asked before, round in a circle: {}", names.join(" → "));
            report.error(at, code::CIRCLE, message, None);
        }
        before.push(ask.pool.clone());
        let Some(next) = node.get("if_nobody_available") else { return };
        match &ask.if_nobody {
            IfNobody::Wait => {}
            IfNobody::Pool(ask) => self.check_ask(ask, next, before, report),
            IfNobody::Person(person) => {
                check_person(self.draft, person.as_str(), next.reach(&["person"]).place, report)
            }
        }
    }
}
