use std::collections::BTreeSet;

use domain::{
    id::PersonId,
    nearest::{choices, nearest},
    playbook::{HEAVIEST, OnReturn, Pool, Strategy},
};

use super::{names::check_name, people::check_person, pipeline::check_pipeline};
use crate::{
    Diagnostic, code,
    read::Report,
    sections::{Draft, POOLS},
    yaml::{Content, Node},
};

/// As many as may all change at once and still be saved together: DynamoDB takes 100 rows in one transaction, and
/// sixteen members are a row. People who have left keep theirs, so this is well below what fits.
const LARGEST: usize = 1000;

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
        check_strategy(pool, own, report);
        check_pipeline(draft, pool, own, report);
        check_caps(pool, own, report);
        check_return(pool, own, report);
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
    if pool.members.len() > LARGEST {
        let message = format!(
            "a pool has at most {LARGEST} members; this one has {}: make several, and a route that chooses between them",
            pool.members.len()
        );
        return report.error(at, code::POOL_TOO_LARGE, message, None);
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

/// Strategies that do not look at weights, and weights that say something.
fn check_strategy(pool: &Pool, own: &Node, report: &mut Report<'_>) {
    let weights: BTreeSet<u32> = pool.members.values().copied().filter(|weight| *weight > 0).collect();
    if pool.strategy == Strategy::InTurn && weights.len() > 1 {
        let message = "in turn, everybody is equal: the weights do not matter, but for 0";
        let at = own.reach(&["strategy"]).place;
        report.warning(at, code::POOL_WEIGHTS, message, Some("weighted".to_owned()));
    }
}

fn check_caps(pool: &Pool, own: &Node, report: &mut Report<'_>) {
    own.get("caps").into_iter().for_each(|caps| check_zeros(caps, report));
    for entry in own.get("caps_of").map_or(&[][..], Node::entries) {
        let members = pool.members.keys().map(PersonId::as_str);
        if !members.clone().any(|member| member == entry.key) {
            let message = format!("`{}` is not a member of this pool; {}", entry.key, choices(members.clone()));
            let meant = nearest(&entry.key, members).map(str::to_owned);
            report.error(entry.key_place, code::POOL_CAPS, message, meant);
        }
        check_zeros(&entry.value, report);
    }
}

fn check_zeros(caps: &Node, report: &mut Report<'_>) {
    for cap in caps.entries() {
        let kinds = cap.value.entries();
        let zeros = std::iter::once(cap).chain(kinds).filter(|cap| is_zero(&cap.value));
        for zero in zeros {
            let message = format!("`{}: 0` lets nobody get anything; to leave somebody out, give weight 0", zero.key);
            report.error(zero.value.place, code::POOL_CAPS, message, None);
        }
    }
}

fn is_zero(node: &Node) -> bool {
    matches!(&node.content, Content::Number(number) if number.as_u64() == Some(0))
}

fn check_return(pool: &Pool, own: &Node, report: &mut Report<'_>) {
    if let OnReturn::CatchUp { at_most, per_day } = pool.on_return
        && (at_most == 0 || per_day == 0)
    {
        let at = own.reach(&["on_return", "catch_up"]).place;
        let message = "with 0 nothing is caught up; write at least 1, or on_return: resume";
        report.error(at, code::POOL_CAPS, message, Some("resume".to_owned()));
    }
}
