//! Whether anybody in a pool can do what a step asks for.

use std::collections::BTreeSet;

use domain::{id::PoolId, nearest::nearest};

use crate::{code, diagnostic::Place, read::Report, sections::Draft};

pub(super) fn check_skill(draft: &Draft, skill: &str, pool: Option<&PoolId>, at: Place, report: &mut Report<'_>) {
    // A pool that could not be read, or is not known, is reported as such.
    let members = match pool {
        Some(pool) => match draft.pools.get(pool) {
            Some(pool) => Some(&pool.members),
            None => return,
        },
        None => None,
    };
    let in_pool = |person| members.is_none_or(|members| members.contains_key(person));
    let people = draft.people.iter().filter(|(person, _)| in_pool(*person));
    let skills: BTreeSet<&str> = people.flat_map(|(_, known)| known.skills.iter().map(String::as_str)).collect();
    if skills.contains(skill) {
        return;
    }
    let there = match skills.len() {
        0 => "people.yaml gives none of them any skills".to_owned(),
        _ => format!("their skills are {}", skills.iter().copied().collect::<Vec<_>>().join(", ")),
    };
    let nobody = pool.map_or_else(|| "nobody in people.yaml".to_owned(), |pool| format!("nobody in pool {pool}"));
    let message = format!("{nobody} has the skill `{skill}`; {there}");
    report.error(at, code::UNKNOWN_SKILL, message, nearest(skill, skills).map(str::to_owned));
}
