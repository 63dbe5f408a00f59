//! `GET …/assignments`: who got a record and why, and why not the others.
//!
//! Each entry knows the owner before it and by which entry that one came, so the walk goes from owner
//! to owner, however many entries lie between. Only what belongs to an assignment and lies elsewhere,
//! its route and its credit, is looked for near it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use domain::{
    explain::{self, Explained, ExplainedCredit, Voice},
    history::{Change, Entry, Head, OwnerChange, RequestChange},
    id::{ExecutionId, RecordKey},
    step_path::StepPath,
};
use engine::ports::Histories;
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, list, ok},
    app::App,
    lookback::Lookback,
    ports::{ConsolePorts, Scope},
    query::{Params, cursor_before},
    record::find,
    routes::Routes,
};

/// Entries looked through for the route that led to one assignment, or for its credit.
const LOOKED_AT: usize = 1_000;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/records/{kind}/{id}/assignments", show::<P>)
}

async fn show<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let params = params.only(&["cursor", "limit"])?;
    let (before, limit) = (params.before()?, params.limit()?);
    let active = app.active().await?;
    let (record, newest) = find(&app, &active, RecordKey::new(kind.as_str(), id)).await?;
    let voice = Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone);
    if let Some(sentence) = explain::sentence_deleted(&newest.head, &voice) {
        return ok(json!({ "data": [], "next_cursor": null, "deleted": sentence }));
    }
    let mut walk = Walk::new(&*app.ports, &record, &newest, before).await?;
    while walk.assigned.len() < limit && walk.step().await? {}
    let entries: Vec<Entry> = walk.entries.into_values().collect();
    let lines = explain::assignments(&entries, &voice).into_iter();
    let lines = lines.filter_map(|line| Some(as_json(*walk.assigned.get(&line.seq)?, line, &newest.head)));
    let next = walk.owner.filter(|_| walk.assigned.len() >= limit).map(|place| cursor_before(place.seq + 1));
    list(lines.collect(), next)
}

/// Where an owner came from: the entry that applied it, and whether the assignment was credited.
#[derive(Clone, Copy)]
struct Place {
    seq: u64,
    is_credited: bool,
}

impl Place {
    fn of(head: &Head) -> Option<Self> {
        head.owner.as_ref().map(|owner| Self { seq: owner.seq, is_credited: owner.credited })
    }
}

/// The walk from owner to owner.
struct Walk<'a, P> {
    ports: &'a P,
    record: &'a RecordKey,
    /// The owner to come to next.
    owner: Option<Place>,
    /// The entry with the owner after that one, below which its credit was asked.
    before: Option<u64>,
    /// The entries that tell of assignments, by their seqs.
    entries: BTreeMap<u64, Entry>,
    /// The entries walked to, each with whether all that belongs to it was found.
    assigned: BTreeMap<u64, bool>,
}

impl<'a, P: Histories> Walk<'a, P> {
    /// Begins with the owner that the record had below `before`.
    async fn new(ports: &'a P, record: &'a RecordKey, newest: &Entry, before: Option<u64>) -> Result<Self, Failure> {
        let owner = match before.and_then(|before| before.checked_sub(1)) {
            Some(seq) => ports.entry(record, seq).await?.and_then(|entry| Place::of(&entry.head)),
            None if before.is_some() => None,
            None => Place::of(&newest.head),
        };
        Ok(Self { ports, record, owner, before, entries: BTreeMap::new(), assigned: BTreeMap::new() })
    }

    /// Takes in one assignment. False if there was none before the last.
    async fn step(&mut self) -> Result<bool, Failure> {
        let Some(place) = self.owner else { return Ok(false) };
        let Some(entry) = self.ports.entry(self.record, place.seq).await? else { return Ok(false) };
        let entry = Entry::clone(&entry);
        let has_credit = !place.is_credited || self.find_credit(&entry).await?;
        let has_route = self.find_route(&entry).await?;
        self.owner = Place::of(&entry.before);
        self.before = Some(place.seq);
        self.entries.insert(entry.seq, entry);
        self.assigned.insert(place.seq, has_credit && has_route);
        Ok(true)
    }

    /// The entry in which the credit for an assignment was asked, after it and before the next owner.
    async fn find_credit(&mut self, assigned: &Entry) -> Result<bool, Failure> {
        let number = assigned.head.owner.as_ref().map(|owner| owner.number);
        let asks = |change: &Change| match change {
            Change::Owner(OwnerChange::CreditAsked { number: credited, .. }) => Some(*credited) == number,
            _ => false,
        };
        let mut lookback = Lookback::new(self.ports, self.record, self.before, LOOKED_AT);
        loop {
            let entries = lookback.next().await?;
            if entries.is_empty() {
                return Ok(false);
            }
            for entry in entries {
                let is_it = entry.changes.iter().any(asks);
                let is_past = entry.seq <= assigned.seq;
                if is_it {
                    self.entries.insert(entry.seq, entry);
                }
                if is_it || is_past {
                    return Ok(is_it);
                }
            }
        }
    }

    /// The entry in which the pool was asked that chose the owner: it says by which route.
    async fn find_route(&mut self, assigned: &Entry) -> Result<bool, Failure> {
        // By the step that asks and not by the request: a pool that has nobody hands on to the next one's.
        let asking = |head: &'_ Head| -> BTreeSet<(ExecutionId, StepPath)> {
            head.awaited_requests().map(|request| (request.execution.clone(), request.step.clone())).collect()
        };
        let wanted = asking(&assigned.before);
        let known = |entry: &Entry| wanted.is_disjoint(&asking(&entry.before));
        if known(assigned) {
            return Ok(true);
        }
        let mut lookback = Lookback::new(self.ports, self.record, Some(assigned.seq), LOOKED_AT);
        loop {
            let entries = lookback.next().await?;
            if entries.is_empty() {
                return Ok(false);
            }
            for entry in entries {
                let is_it = known(&entry);
                if entry.changes.iter().any(|change| {
                    matches!(change, Change::Request(RequestChange::Routed { .. } | RequestChange::Asked { .. }))
                }) {
                    self.entries.insert(entry.seq, entry);
                }
                if is_it {
                    return Ok(true);
                }
            }
        }
    }
}

fn as_json(is_complete: bool, line: Explained, head: &Head) -> Json {
    // Its pool may carry a credit out long after the next owner: the newest head knows which are still open.
    let is_given = !head.credits.iter().any(|open| open.number == line.number);
    json!({
        "number": line.number,
        "person": line.person,
        "name": line.name,
        "at": line.at.to_string(),
        "seq": line.seq,
        "previous": line.previous,
        "pool": line.pool,
        "by": line.by,
        "reason": line.reason,
        "routed": line.routed,
        "candidates": line.candidates,
        "decision": line.decision,
        "credit": line.credit.map(|credit| credited(ExplainedCredit { given: is_given, ..credit })),
        "sentence": line.sentence,
        // False where its route or its credit lies too far from it in the history to have been looked for.
        "complete": is_complete,
    })
}

/// Moments are text in the API.
fn credited(credit: ExplainedCredit) -> Json {
    let at = credit.at.to_string();
    let mut json = json!(credit);
    json["at"] = json!(at);
    json
}
