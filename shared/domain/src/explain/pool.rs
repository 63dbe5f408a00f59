//! A pool's ledger as its lead reads it: what each was due, what they were given, and where
//! they stand now.

use serde::Serialize;

use super::{Voice, assignment::against, voice::thousandths};
use crate::{
    assignment::{Moment, TimesOff},
    id::{PersonId, PoolId},
    instant::Instant,
    playbook::{Pool, Strategy},
    rotation::{Amount, PoolState, Reason, Share, strategy},
};

/// What a pool has done so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ledger {
    pub pool: PoolId,
    pub strategy: Strategy,
    /// Picks ever made, those included that were withdrawn or credited later.
    pub picks: u64,
    /// How far anybody can be from their share while nobody comes or goes; none where the strategy promises none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// The members, then those who have left the pool and had been given something.
    pub members: Vec<LedgerLine>,
}

/// One member. Amounts are records, with three decimals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerLine {
    pub person: PersonId,
    pub name: String,
    /// None for one who has left the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// When it began to count; none for one who never took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    pub due: f64,
    pub given: u64,
    /// Given and credited: these count no longer, and are not among those given.
    pub credited: u64,
    /// Given less due: above 0 for who is ahead.
    pub difference: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<u32>,
    /// What the open records come to, where the strategy goes by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<f64>,
    /// How many of the open records have no number, and count 0 there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_number: Option<u32>,
    /// Missed while away, in all: about so many.
    pub missed: f64,
    /// Still to be made up for.
    pub to_catch_up: f64,
    /// `available`, `away until Mon 9 Mar 09:00`, `no longer in the pool`.
    pub now: String,
    /// What an absence that goes on has cost so far: `had Ana been available she would have received about 3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absence: Option<String>,
}

/// The ledger at a moment.
pub fn ledger(id: &PoolId, state: &PoolState, moment: Moment<'_>, off: &TimesOff, voice: &Voice<'_>) -> Ledger {
    let Pool { strategy, ref members, .. } = *moment.pool;
    let left = state.members.keys().filter(|person| !members.contains_key(*person));
    let weighted = members.values().filter(|weight| **weight > 0).count();
    Ledger {
        pool: id.clone(),
        strategy,
        picks: state.picks,
        bound: (strategy == Strategy::Weighted).then(|| strategy::bound(weighted)),
        members: members.keys().chain(left).map(|person| line(person, state, moment, off, voice)).collect(),
    }
}

fn line(person: &PersonId, state: &PoolState, moment: Moment<'_>, off: &TimesOff, voice: &Voice<'_>) -> LedgerLine {
    let weight = moment.pool.members.get(person).copied();
    let share = state.members.get(person);
    let newcomer = Share::default();
    let known = share.unwrap_or(&newcomer);
    let reason = moment.standing(person, state, off);
    let sums_up = moment.pool.sums_up().is_some();
    LedgerLine {
        person: person.clone(),
        name: voice.person(person).to_owned(),
        weight,
        since: share.map(|share| share.since),
        due: records(known.due(state.level)),
        given: known.given,
        credited: known.credited,
        difference: records(-known.owed(state.level)),
        open: state.counts_open.then(|| known.open()),
        pipeline: sums_up.then(|| known.pipeline.hundredths as f64 / 100.0),
        without_number: sums_up.then(|| known.open().saturating_sub(known.pipeline.records)),
        missed: records(known.missed),
        to_catch_up: known.catching_up.as_ref().map_or(0.0, |catching_up| records(catching_up.left)),
        now: now(weight, reason.as_ref(), moment.now, voice),
        absence: absence(person, known, state, moment.now, voice),
    }
}

fn now(weight: Option<u32>, reason: Option<&Reason>, now: Instant, voice: &Voice<'_>) -> String {
    match (weight, reason) {
        (None, _) => "no longer in the pool".to_owned(),
        (Some(_), None) => "available".to_owned(),
        (Some(_), Some(reason)) => {
            let words = against(reason, now, voice);
            words.strip_prefix("is ").map(str::to_owned).unwrap_or(words)
        }
    }
}

fn absence(person: &PersonId, share: &Share, state: &PoolState, now: Instant, voice: &Voice<'_>) -> Option<String> {
    let absence = share.absence.as_ref()?;
    let missed = share.missed_by(absence, state.level, state.picks);
    let (name, since) = (voice.short(person), voice.at(absence.since, now));
    let about = thousandths(missed.billionths() / 1_000_000);
    Some(format!("{name} has had nothing since {since}; had {name} been available, about {about} would have come"))
}

fn records(amount: Amount) -> f64 {
    (amount.billionths() as f64 / 1e6).round() / 1e3
}
