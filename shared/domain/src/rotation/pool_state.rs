//! A pool's row, and what picks and their return do to its numbers.
//!
//! Whatever is done here keeps the sum of what all members are due equal to the sum of what
//! they were given, but for rounding (see [`Amount`]): what one gets more, the others get less.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Amount, Available, Candidates, Place, Slot, pages,
    share::{Absence, CatchingUp, Share},
    taken::end_of_day,
};
use crate::{
    calendar::Zone,
    id::{PersonId, RecordKey, RequestId},
    instant::Instant,
    playbook::{OnReturn, Strategy},
};

/// A pool as it is stored: its members with their shares, and its latest picks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolState {
    /// The number of the latest pick.
    pub picks: u64,
    /// What a member of weight 1 who took part in every pick would be due.
    #[serde(default)]
    pub level: Amount,
    /// Also those who have left: if they come back, they continue where they were. Stored in pages.
    #[serde(skip)]
    pub members: BTreeMap<PersonId, Share>,
    /// Picks and credits whose records may not have applied them yet: a repeated request gets its
    /// answer from here. It is part of the pool's own row, so that a pick and its record change in one write.
    /// A line goes once its record no longer awaits it, never by age: however long a crash between the pick and
    /// its answer lasts, the line is still there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ledger: Vec<Line>,
    /// Whether the pool has ever counted open records: then their slots are looked up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counts_open: bool,
    /// Whether anybody may stand in line: then its head is looked up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_line: bool,
    /// The oldest of the requests that found nobody, at most [`super::LOOKED_AT`] and what joins
    /// them: rows of their own.
    #[serde(skip)]
    pub line: BTreeSet<Place>,
    /// Whose open work the records at hand are, one slot for each record: rows of their own. A counter that messages
    /// raise and lower drifts when they repeat; a row that is set to what the record's history says cannot.
    #[serde(skip)]
    pub slots: BTreeMap<RecordKey, Slot>,
}

/// One pick; or one credit, which has no candidates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub request: RequestId,
    pub record: RecordKey,
    pub person: PersonId,
    pub at: Instant,
    pub candidates: Candidates,
}

impl PoolState {
    /// From now on exactly these take part, each with their weight; they are in the order of their names.
    pub fn take_part(&mut self, available: &[(&PersonId, u32)], now: Instant) {
        let level = self.level;
        // Both are in the order of the names: one walk along them finds who stays, leaves and comes.
        let mut coming = available.iter().peekable();
        let mut newcomers = Vec::new();
        for (person, share) in &mut self.members {
            while let Some(newcomer) = coming.next_if(|(other, _)| *other < person) {
                newcomers.push(newcomer);
            }
            match coming.next_if(|(other, _)| *other == person) {
                Some((_, weight)) if share.takes_part() && share.weight == *weight => {}
                Some((_, weight)) => share.settle(level, *weight, true),
                None if share.takes_part() => share.settle(level, share.weight, false),
                None => {}
            }
        }
        for (person, weight) in newcomers.into_iter().chain(coming) {
            self.joined(person, *weight, now).settle(level, *weight, true);
        }
    }

    /// A member's share; it begins to count now if it does not already.
    pub(crate) fn joined(&mut self, person: &PersonId, weight: u32, now: Instant) -> &mut Share {
        let page = pages::next(&self.members);
        self.members.entry(person.clone()).or_insert_with(|| Share::new(now, weight, page))
    }

    /// One record goes to a member who takes part; the share that each is due of it is `level` more.
    pub(crate) fn give(&mut self, person: &PersonId, level: Amount) {
        self.picks += 1;
        self.level += level;
        let picks = self.picks;
        if let Some(share) = self.members.get_mut(person) {
            share.given += 1;
            share.last = picks;
        }
    }

    /// Undoes a pick, as if the record had never come: takes back from each candidate the share of it they were due.
    /// Where not all candidates are named, the members who take part now are used instead. With turns, the person
    /// who got it gets back their former place.
    pub(crate) fn take_back(&mut self, person: &PersonId, candidates: &Candidates) {
        let named: u64 = candidates.available.iter().map(|one| u64::from(one.weight)).sum();
        let taking_part = self.taking_part(None);
        let Some(share) = self.members.get_mut(person) else { return };
        share.given = share.given.saturating_sub(1);
        share.taken.uncount(candidates.pick);
        let stood = candidates.available.iter().find(|one| one.person == *person).map(|one| one.numbers.last);
        if let (Strategy::InTurn, Some(stood)) = (candidates.strategy, stood) {
            share.last = share.last.min(stood);
        }
        if candidates.further == 0 && named > 0 {
            self.strike(&candidates.available, Amount::per(named));
        } else if taking_part > 0 {
            self.level -= Amount::per(taking_part);
        } else {
            share.add_due(-Amount::ONE);
        }
    }

    fn strike(&mut self, candidates: &[Available], each: Amount) {
        for Available { person, weight, .. } in candidates {
            if let Some(share) = self.members.get_mut(person) {
                share.add_due(-each.times(*weight));
            }
        }
    }

    fn taking_part(&self, but: Option<&PersonId>) -> u64 {
        let others = self.members.iter().filter(|(person, share)| share.takes_part() && Some(*person) != but);
        others.map(|(_, share)| u64::from(share.weight)).sum()
    }

    /// Makes one member due so much more (or less), and those who take part so much less in all, each by weight.
    /// What is due in total has to stay what was given in total, or everybody drifts.
    fn transfer(&mut self, to: &PersonId, amount: Amount) {
        let others = self.taking_part(Some(to));
        let Some(share) = self.members.get_mut(to).filter(|_| others > 0) else { return };
        let each = amount.divided_by(others);
        let own_loss = if share.takes_part() { each.times(share.weight) } else { Amount::ZERO };
        share.add_due(amount + own_loss);
        self.level -= each;
    }

    /// Notes that a member is away, once.
    pub(crate) fn went_away(&mut self, person: &PersonId, weight: u32, now: Instant) {
        let (level, picks) = (self.level, self.picks);
        let share = self.joined(person, weight, now);
        if share.absence.is_none() {
            share.settle(level, share.weight, false);
            share.absence = Some(Absence { since: now, level, picks });
        }
    }

    /// Ends a member's absence, if there was one, as the pool's policy says.
    pub(crate) fn came_back(&mut self, person: &PersonId, policy: OnReturn) {
        let (level, picks) = (self.level, self.picks);
        let Some(share) = self.members.get_mut(person) else { return };
        let Some(absence) = share.absence.take() else { return };
        let missed = share.missed_by(&absence, level, picks);
        share.missed += missed;
        match policy {
            OnReturn::Resume => {}
            OnReturn::Rejoin => {
                let owed = share.owed(level);
                self.transfer(person, -owed);
            }
            OnReturn::CatchUp { at_most, .. } => {
                let left = share.catching_up.take().map_or(Amount::ZERO, |before| before.left);
                let left = (left + missed).min(Amount::whole(u64::from(at_most)));
                share.catching_up = Some(CatchingUp { left, next: Instant::from_millis(i64::MIN) });
            }
        }
    }

    /// Makes up today's part of what a member missed.
    pub(crate) fn catch_up(&mut self, person: &PersonId, policy: OnReturn, zone: &Zone, now: Instant) {
        let Some(share) = self.members.get_mut(person) else { return };
        // The next part comes after today. A time beyond that was said by a clock that was ahead.
        let today = now..=end_of_day(zone, now);
        let is_due = |catching_up: &&mut CatchingUp| catching_up.next == now || !today.contains(&catching_up.next);
        let Some(catching_up) = share.catching_up.as_mut().filter(is_due) else { return };
        let OnReturn::CatchUp { per_day, .. } = policy else {
            share.catching_up = None;
            return;
        };
        let part = catching_up.left.min(Amount::whole(u64::from(per_day)));
        catching_up.left -= part;
        catching_up.next = end_of_day(zone, now);
        if catching_up.left == Amount::ZERO {
            share.catching_up = None;
        }
        self.transfer(person, part);
    }

    /// Notes who holds a record's slot now, and what it counts there.
    pub(crate) fn hold(&mut self, record: &RecordKey, slot: Option<Slot>) {
        let before = match &slot {
            Some(slot) => self.slots.insert(record.clone(), slot.clone()),
            None => self.slots.remove(record),
        };
        if let Some((share, worth)) = before.and_then(|slot| Some((self.members.get_mut(&slot.person)?, slot.worth))) {
            share.count_open(&record.kind, -1);
            worth.into_iter().for_each(|worth| share.pipeline.remove(worth));
        }
        if let Some((share, worth)) = slot.and_then(|slot| Some((self.members.get_mut(&slot.person)?, slot.worth))) {
            share.count_open(&record.kind, 1);
            worth.into_iter().for_each(|worth| share.pipeline.add(worth));
        }
    }
}
