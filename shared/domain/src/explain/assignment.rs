use serde::Serialize;

use super::{
    ExplainedCredit, LineKind, Routed, Voice,
    change::{Phrase, Scene},
    credit,
    routing::Routes,
    voice::{is_far, list, thousandths},
};
use crate::{
    history::{Change, Entry, OwnerChange, RequestKind, WithdrawnWhy},
    id::{PersonId, PoolId, RequestId},
    instant::Instant,
    playbook::Strategy,
    plural::{counted, plural},
    rotation::{Against, Available, Candidates, Cap, Numbers, Reason},
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
    /// What the pool decided on, in numbers: enough to make the choice again.
    #[serde(skip_serializing_if = "Candidates::is_empty")]
    pub decision: Candidates,
    /// That it is not to count, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<ExplainedCredit>,
    pub sentence: String,
}

/// One member of the pool at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedCandidate {
    pub person: PersonId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
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
            credit::note(change, entry, &mut assignments);
            let line = explained(change, entry, voice);
            assignments.extend(line.map(|line| Explained { routed: routes.behind(entry, index), ..line }));
        }
    }
    assignments
}

fn explained(change: &Change, entry: &Entry, voice: &Voice<'_>) -> Option<Explained> {
    let Change::Owner(change) = change else { return None };
    let OwnerChange::Assigned { person, number, previous, pool, reason, by, candidates, .. } = change else {
        return None;
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
        candidates: each(candidates, entry, voice),
        decision: candidates.clone(),
        credit: None,
        sentence: sentence(change, entry, voice),
    })
}

/// Everybody the pool looked at, the chosen one first.
fn each(candidates: &Candidates, entry: &Entry, voice: &Voice<'_>) -> Vec<ExplainedCandidate> {
    let explained = |person: &PersonId, weight, words| ExplainedCandidate {
        person: person.clone(),
        name: voice.person(person).to_owned(),
        weight,
        words,
    };
    let kept = candidates.kept.iter().map(|person| explained(person, None, "keeps it".to_owned()));
    let available = candidates.available.iter().enumerate().map(|(place, Available { person, weight, numbers })| {
        let chosen = if place == 0 { "chosen" } else { "available" };
        let words = format!("{chosen}: {}", standing(candidates.strategy, numbers, entry.record.kind.as_str()));
        explained(person, Some(*weight), words)
    });
    let against = candidates.against.iter().flat_map(|Against { why, people }| {
        let words = against(why, entry.at, voice);
        let words = words.strip_prefix("is ").map(str::to_owned).unwrap_or(words);
        people.iter().map(move |person| explained(person, None, words.clone()))
    });
    kept.chain(available).chain(against).collect()
}

pub(super) fn assigned(change: &OwnerChange, scene: Scene<'_>) -> Phrase {
    Phrase::line(LineKind::Owner, sentence(change, scene.entry, scene.voice))
}

/// `Assigned to Ana Lopez (pool inbound): due 2.5 leads, ahead of Ben (1.2); Chloe is away until Mon 9 Mar 09:00`.
fn sentence(change: &OwnerChange, entry: &Entry, voice: &Voice<'_>) -> String {
    let OwnerChange::Assigned { person, previous, pool, reason, by, candidates, .. } = change else {
        return String::new();
    };
    let name = voice.person(person);
    if candidates.kept.is_some() {
        return format!("Stays with {name}, who has had it before");
    }
    if let (None, Some(reason), true) = (by, reason, previous.as_ref() == Some(person)) {
        return format!("Stays with {name}, {reason}");
    }
    let handed = match previous.as_ref().filter(|previous| *previous != person) {
        Some(previous) => format!("Handed over from {} to {name}", voice.short(previous)),
        None => format!("Assigned to {name}"),
    };
    match (by.as_deref().map(|by| voice.actor(by)), reason, pool) {
        (Some(by), Some(reason), _) if !reason.is_empty() => format!("{handed} by {by}: {reason}"),
        (Some(by), ..) => format!("{handed} by {by}"),
        (None, Some(reason), _) => format!("{handed}: {reason}"),
        (None, None, Some(pool)) => format!("{handed} (pool {pool}){}", because(candidates, entry, voice)),
        (None, None, None) => handed,
    }
}

fn because(candidates: &Candidates, entry: &Entry, voice: &Voice<'_>) -> String {
    let parts: Vec<String> =
        ahead(candidates, entry, voice).into_iter().chain(objections(candidates, entry, voice)).collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) }
}

/// How many of those passed over a sentence names.
const NAMED_IN_A_SENTENCE: usize = 5;

/// What spoke for the chosen one, and who came next: `due 2.5 leads, ahead of Ben (1.2)`.
fn ahead(candidates: &Candidates, entry: &Entry, voice: &Voice<'_>) -> Option<String> {
    let (chosen, passed) = candidates.available.split_first()?;
    let strategy = candidates.strategy;
    let reason = standing(strategy, &chosen.numbers, entry.record.kind.as_str());
    if passed.is_empty() {
        return Some(format!("{reason}, nobody else is available"));
    }
    let short = |other: &Available| match number(strategy, &other.numbers) {
        Some(number) => format!("{} ({number})", voice.short(&other.person)),
        None => voice.short(&other.person).to_owned(),
    };
    let mut others: Vec<String> = passed.iter().take(NAMED_IN_A_SENTENCE).map(short).collect();
    match passed.len().saturating_sub(NAMED_IN_A_SENTENCE) + candidates.further {
        0 => {}
        more => others.push(format!("{more} more")),
    }
    let least = if strategy == Strategy::LowerPipeline { ", the least for their weight" } else { "" };
    Some(format!("{reason}{least}, ahead of {}", list(&others)))
}

/// What spoke for an available member, in the strategy's own terms.
fn standing(strategy: Strategy, numbers: &Numbers, kind: &str) -> String {
    match (strategy, number(strategy, numbers)) {
        (Strategy::Weighted, Some(owed)) => format!("due {}", counted(owed, kind)),
        (Strategy::LeastOpen, Some(open)) => format!("{} open", counted(open, kind)),
        (Strategy::LowerPipeline, Some(sum)) => format!("{sum} open{}", gaps(numbers, kind)),
        _ if numbers.last == 0 => "has had none yet".to_owned(),
        _ => "has waited longest".to_owned(),
    }
}

/// What a pipeline leaves out: ` (1 lead without a number)`.
fn gaps(numbers: &Numbers, kind: &str) -> String {
    let with = numbers.pipeline.map_or(0, |pipeline| pipeline.records);
    match numbers.open.unwrap_or_default().saturating_sub(with) {
        0 => String::new(),
        gaps => format!(" ({} without a number)", counted(gaps, kind)),
    }
}

fn number(strategy: Strategy, numbers: &Numbers) -> Option<String> {
    match strategy {
        Strategy::Weighted => Some(thousandths(numbers.owed / 1_000_000)),
        Strategy::LeastOpen => numbers.open.map(|open| open.to_string()),
        Strategy::LowerPipeline => numbers.pipeline.map(|pipeline| pipeline.to_string()),
        Strategy::InTurn => None,
    }
}

/// Who could not take it, and why: `Chloe is away until Mon 9 Mar 09:00`.
fn objections(candidates: &Candidates, entry: &Entry, voice: &Voice<'_>) -> Vec<String> {
    let about = |Against { why, people }: &Against| {
        let why = against(why, entry.at, voice);
        people.iter().map(|person| format!("{} {why}", voice.short(person))).collect::<Vec<_>>()
    };
    candidates.against.iter().flat_map(about).collect()
}

/// What is said of somebody, with a verb: `is away until Mon 9 Mar 09:00`. `now` is when it is said.
pub(super) fn against(why: &Reason, now: Instant, voice: &Voice<'_>) -> String {
    let back =
        |until: &Option<Instant>| until.map(|until| format!(" until {}", voice.at(until, now))).unwrap_or_default();
    match why {
        Reason::NotActive => "is not active".to_owned(),
        Reason::NoWeight => "takes no share (weight 0)".to_owned(),
        Reason::AlreadyTried => "had it before".to_owned(),
        Reason::LacksSkill { skill } => format!("lacks {skill}"),
        Reason::Away { until } => format!("is away until {}", voice.at(*until, now)),
        Reason::SwitchedOff { since, by } => {
            let by = by.as_ref().map(|by| format!(" by {}", voice.actor(by))).unwrap_or_default();
            format!("is switched off since {}{by}", voice.at(*since, now))
        }
        Reason::AwaySoon { from, .. } => format!("is about to be away from {}", voice.at(*from, now)),
        Reason::OutOfHours { until } => format!("is out of hours{}", back(until)),
        Reason::Holiday { name, until } => format!("is on holiday ({name}){}", back(until)),
        Reason::Capped { cap, limit, until } => format!("is at the cap of {limit} {}{}", period(cap), back(until)),
    }
}

fn period(cap: &Cap) -> String {
    match cap {
        Cap::Open => "open".to_owned(),
        Cap::OpenOfKind(kind) => format!("open {}", plural(kind.as_str())),
        Cap::Hour => "an hour".to_owned(),
        Cap::Day => "a day".to_owned(),
        Cap::Week => "a week".to_owned(),
        Cap::Month => "a month".to_owned(),
        Cap::Total => "in all".to_owned(),
    }
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

pub(super) fn awaited(request: &RequestId, opening: Instant, candidates: &Candidates, scene: Scene<'_>) -> Phrase {
    let Scene { entry, index, voice } = scene;
    let again = match (candidates.behind, is_far(opening)) {
        (0, true) => "no opening is in sight".to_owned(),
        (0, false) => format!("next opening {}", voice.at(opening, entry.at)),
        _ => format!("asked again {}", voice.at(opening, entry.at)),
    };
    let text = format!("Waits: {}; {again}", shortage(index.pool(request), candidates));
    Phrase::line(LineKind::Wait, text).with(objections(candidates, entry, voice))
}

/// Why a pool gave nobody, in half a sentence.
fn shortage(pool: &str, candidates: &Candidates) -> String {
    match candidates.behind {
        0 => format!("nobody in pool {pool} is available"),
        others => format!("{others} or more have waited longer for pool {pool}"),
    }
}

pub(super) fn withdrawn(pool: &PoolId, why: WithdrawnWhy, candidates: &Candidates, scene: Scene<'_>) -> Phrase {
    let why = match why {
        WithdrawnWhy::NobodyAvailable => {
            let text = format!("The route goes on to the next pool: {}", shortage(pool.as_str(), candidates));
            return Phrase::line(LineKind::Owner, text).with(objections(candidates, scene.entry, scene.voice));
        }
        WithdrawnWhy::RecordClosed => "the record was closed",
        WithdrawnWhy::Contact => "the contact came first",
        WithdrawnWhy::AssignedOtherwise => "the record got an owner in another way",
    };
    Phrase::detail(LineKind::Owner, format!("Pool {pool} is no longer asked for an owner: {why}"))
}

pub(super) fn refused(request: &RequestId, why: &str, scene: Scene<'_>) -> Phrase {
    Phrase::line(LineKind::Attention, format!("Pool {} cannot take it: {why}", scene.index.pool(request)))
}

pub(super) fn capacity_changed(pool: &PoolId) -> Phrase {
    Phrase::detail(LineKind::Owner, format!("Pool {pool} counts its open records again"))
}
