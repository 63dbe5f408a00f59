use domain::playbook::Pool;

use super::{names::check_name, people::check_person};
use crate::{
    Diagnostic, code,
    read::Report,
    sections::{Draft, POOLS},
    yaml::{Content, Node},
};

const HEAVIEST: u32 = 1000;

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    let Some(tree) = draft.tree(POOLS) else { return };
    let report = &mut Report::new(POOLS, diagnostics);
    for entry in tree.entries() {
        check_name(&entry.key, &[], entry.key_place, report);
    }
    for (id, pool) in &draft.pools {
        let Some(own) = tree.get(id.as_str()) else { continue };
        check_person(draft, pool.lead.as_str(), own.reach(&["lead"]).place, report);
        for entry in own.reach(&["members"]).entries() {
            check_person(draft, &entry.key, entry.key_place, report);
        }
        check_weights(pool, own, report);
    }
}

fn check_weights(pool: &Pool, own: &Node, report: &mut Report<'_>) {
    let members = own.reach(&["members"]);
    let at = own.entry("members").map_or(own.place, |entry| entry.key_place);
    let is_broken = |node: &Node| matches!(node.content, Content::Hole);
    if is_broken(members) || members.entries().iter().any(|entry| is_broken(&entry.value)) {
        return;
    }
    if pool.members.is_empty() && members.entries().is_empty() {
        let message = "a pool needs at least one member, for example { ana: 1 }";
        return report.error(at, code::POOL_EMPTY, message, None);
    }
    for (person, weight) in pool.members.iter().filter(|(_, weight)| **weight > HEAVIEST) {
        let message = format!("a weight is at most {HEAVIEST}; {weight} is more");
        report.error(members.reach(&[person.as_str()]).place, code::POOL_WEIGHTS, message, Some(HEAVIEST.to_string()));
    }
    if !pool.members.is_empty() && pool.members.values().all(|weight| *weight == 0) {
        let message = "all weights are 0, so nobody would ever get anything";
        report.error(at, code::POOL_WEIGHTS, message, None);
    }
}
