use serde::Serialize;

use super::{
    LineKind, Routed, Voice,
    change::{Phrase, Scene},
    routing::Routes,
    voice::{list, plural, thousandths},
};
use crate::{
    assignment::{Candidate, Standing},
    history::{Change, Entry, RequestKind, WithdrawnWhy},
    id::{PersonId, PoolId, RequestId},
    instant::Instant,
};

/// One assignment of a record, with why it went to this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The record's own count of its assignments.
    pub number: u32,
    pub person: PersonId,
    pub name: String,
    pub at: Instant,
    pub seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolId>,
    /// The person who chose, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, where no pool chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The route that led to it, with what each of its rules said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routed: Option<Routed>,
    pub candidates: Vec<ExplainedCandidate>,
    pub sentence: String,
}

/// One member of the pool at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedCandidate {
    pub person: PersonId,
    pub name: String,
    pub weight: u32,
    /// `chosen: due 2.5 leads`, `away until Mon 9 Mar 09:00`.
    pub words: String,
}

/// Every assignment among the entries, oldest first.
pub fn assignments(entries: &[Entry], voice: &Voice<'_>) -> Vec<Explained> {
    let mut ordered: Vec<&Entry> = entries.iter().collect();
    ordered.sort_by_key(|entry| entry.seq);
    let mut routes = Routes::default();
    let mut assignments = Vec::new();
    for entry in ordered {
        for (index, change) in entry.changes.iter().enumerate() {
            routes.take(change);
            let line = explained(change, entry, voice);
            assignments.extend(line.map(|line| Explained { routed: routes.behind(entry, index), ..line }));
        }
    }
    assignments
}

fn explained(change: &Change, entry: &Entry, voice: &Voice<'_>) -> Option<Explained> {
    let Change::OwnerAssigned { person, number, previous, pool, reason, by, candidates, .. } = change else {
        return None;
    };
    let candidate = |candidate: &Candidate| ExplainedCandidate {
        person: candidate.person.clone(),
        name: voice.person(&candidate.person).to_owned(),
        weight: candidate.weight,
        words: standing(&candidate.standing, entry, voice),
    };
    Some(Explained {
        number: *number,
        person: person.clone(),
        name: voice.person(person).to_owned(),
        at: entry.at,
        seq: entry.seq,
        previous: previous.clone(),
        pool: pool.clone(),
        by: by.clone(),
        reason: reason.clone(),
        routed: None,
        candidates: candidates.iter().map(candidate).collect(),
        sentence: sentence(change, entry, voice),
    })
}

pub(super) fn assigned(change: &Change, scene: Scene<'_>) -> Phrase {
    Phrase::line(LineKind::Owner, sentence(change, scene.entry, scene.voice))
}

/// `Assigned to Ana Lopez (pool inbound): due 2.5 leads, ahead of Ben (1.2); Chloe is away until Mon 9 Mar 09:00`.
fn sentence(change: &Change, entry: &Entry, voice: &Voice<'_>) -> String {
    let Change::OwnerAssigned { person, previous, pool, reason, by, candidates, .. } = change else {
        return String::new();
    };
    let name = voice.person(person);
    if candidates.iter().any(|candidate| candidate.standing == Standing::Kept) {
        return format!("Stays with {name}, who has had it before");
    }
    if let (None, Some(reason), true) = (by, reason, previous.as_ref() == Some(person)) {
        return format!("Stays with {name}, {reason}");
    }
    let handed = match previous.as_ref().filter(|previous| *previous != person) {
        Some(previous) => format!("Handed over from {} to {name}", voice.short(previous)),
        None => format!("Assigned to {name}"),
    };
    match (by, reason, pool) {
        (Some(by), Some(reason), _) if !reason.is_empty() => format!("{handed} by {by}: {reason}"),
        (Some(by), ..) => format!("{handed} by {by}"),
        (None, Some(reason), _) => format!("{handed}: {reason}"),
        (None, None, Some(pool)) => format!("{handed} (pool {pool}){}", because(candidates, entry, voice)),
        (None, None, None) => handed,
    }
}

fn because(candidates: &[Candidate], entry: &Entry, voice: &Voice<'_>) -> String {
    let kind = entry.record.kind.as_str();
    let chosen = candidates.iter().find_map(|candidate| match candidate.standing {
        Standing::Chosen { owed } => Some(due(owed, kind)),
        _ => None,
    });
    let passed: Vec<String> = candidates
        .iter()
        .filter_map(|candidate| match candidate.standing {
            Standing::Passed { owed } => Some(format!("{} ({})", voice.short(&candidate.person), thousandths(owed))),
            _ => None,
        })
        .collect();
    let ahead =
        if passed.is_empty() { "nobody else is available".to_owned() } else { format!("ahead of {}", list(&passed)) };
    let first = chosen.map(|due| format!("{due}, {ahead}"));
    let parts: Vec<String> = first.into_iter().chain(against(candidates, entry, voice)).collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) }
}

fn due(owed: i64, kind: &str) -> String {
    let amount = thousandths(owed);
    format!("due {amount} {}", if amount == "1" { kind.to_owned() } else { plural(kind) })
}

/// Who could not take it, and why: `Chloe is away until Mon 9 Mar 09:00`.
fn against(candidates: &[Candidate], entry: &Entry, voice: &Voice<'_>) -> Vec<String> {
    candidates
        .iter()
        .filter(|candidate| !matches!(candidate.standing, Standing::Chosen { .. } | Standing::Passed { .. }))
        .map(|candidate| format!("{} {}", voice.short(&candidate.person), predicate(&candidate.standing, entry, voice)))
        .collect()
}

fn predicate(standing: &Standing, entry: &Entry, voice: &Voice<'_>) -> String {
    let back = |until: &Option<Instant>| {
        until.map(|until| format!(" until {}", voice.at(until, entry.at))).unwrap_or_default()
    };
    match standing {
        Standing::Chosen { owed } => format!("was chosen: {}", due(*owed, entry.record.kind.as_str())),
        Standing::Passed { owed } => format!("was available: {}", due(*owed, entry.record.kind.as_str())),
        Standing::Kept => "keeps it".to_owned(),
        Standing::NotActive => "is not active".to_owned(),
        Standing::NoWeight => "takes no share (weight 0)".to_owned(),
        Standing::AlreadyTried => "had it before".to_owned(),
        Standing::Away { until } => format!("is away until {}", voice.at(*until, entry.at)),
        Standing::OutOfHours { until } => format!("is out of hours{}", back(until)),
        Standing::Holiday { name, until } => format!("is on holiday ({name}){}", back(until)),
    }
}

/// A candidate's standing in a column of its own: without `is` and `was`.
fn standing(standing: &Standing, entry: &Entry, voice: &Voice<'_>) -> String {
    let words = predicate(standing, entry, voice);
    words.strip_prefix("is ").or_else(|| words.strip_prefix("was ")).map(str::to_owned).unwrap_or(words)
}

pub(super) fn requested(pool: &PoolId, kind: RequestKind) -> Phrase {
    let wanted = match kind {
        RequestKind::Assign => "an owner",
        RequestKind::Reassign => "the next owner",
    };
    Phrase::detail(LineKind::Owner, format!("Pool {pool} is asked for {wanted}"))
}

pub(super) fn requested_again(request: &RequestId, scene: Scene<'_>) -> Phrase {
    Phrase::detail(LineKind::Owner, format!("Pool {} is asked again", scene.index.pool(request)))
}

pub(super) fn awaited(request: &RequestId, opening: Instant, candidates: &[Candidate], scene: Scene<'_>) -> Phrase {
    let Scene { entry, index, voice } = scene;
    let opening = voice.at(opening, entry.at);
    let text = format!("Waits: nobody in pool {} is available; next opening {opening}", index.pool(request));
    Phrase::line(LineKind::Wait, text).with(against(candidates, entry, voice))
}

pub(super) fn withdrawn(pool: &PoolId, why: WithdrawnWhy, candidates: &[Candidate], scene: Scene<'_>) -> Phrase {
    let why = match why {
        WithdrawnWhy::NobodyAvailable => {
            let text = format!("Nobody in pool {pool} is available: the route goes on to the next");
            return Phrase::line(LineKind::Owner, text).with(against(candidates, scene.entry, scene.voice));
        }
        WithdrawnWhy::RecordClosed => "the record was closed",
        WithdrawnWhy::Contact => "the contact came first",
        WithdrawnWhy::AssignedOtherwise => "an owner was found otherwise",
    };
    Phrase::detail(LineKind::Owner, format!("Nothing is asked of pool {pool} any more: {why}"))
}

pub(super) fn refused(request: &RequestId, why: &str, scene: Scene<'_>) -> Phrase {
    Phrase::line(LineKind::Attention, format!("Pool {} cannot take it: {why}", scene.index.pool(request)))
}
