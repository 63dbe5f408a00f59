//! Whether a member can take a record now, and the first reason if not.

use super::{TimesOff, calendars::Calendars};
use crate::{
    calendar::{Availability, CalendarAt, Closed, TimeOff},
    id::{Kind, PersonId},
    instant::Instant,
    message::AssignRequest,
    playbook::{Caps, Playbook, Pool},
    rotation::{Cap, PoolState, Reason, Share},
};

/// What speaks for or against a pool's members depends on this, besides the pool's own state.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    pub playbook: &'a Playbook,
    pub pool: &'a Pool,
    pub now: Instant,
}

impl<'a> Moment<'a> {
    /// The first reason against a member, for a record like any other; none for one who is available.
    pub fn standing(self, person: &PersonId, state: &PoolState, off: &TimesOff) -> Option<Reason> {
        let weight = self.pool.members.get(person).copied().unwrap_or_default();
        let off = off.get(person).map_or(&[][..], Vec::as_slice);
        self.against(person, weight, None, off, state.members.get(person), &mut Calendars::new(self.now))
    }

    /// The first reason against a member; none for one who is available.
    ///
    /// In this order: active, weight above 0, not tried already, skills, not away nor about
    /// to be, in hours, below every cap.
    pub(super) fn against(
        self,
        person: &PersonId,
        weight: u32,
        request: Option<&AssignRequest>,
        off: &[TimeOff],
        share: Option<&Share>,
        calendars: &mut Calendars<'a>,
    ) -> Option<Reason> {
        let known = self.playbook.people.get(person).filter(|known| known.active);
        let Some(known) = known else { return Some(Reason::NotActive) };
        if weight == 0 {
            return Some(Reason::NoWeight);
        }
        if let Some(request) = request {
            if request.exclude.contains(person) {
                return Some(Reason::AlreadyTried);
            }
            if let Some(skill) = request.skills.iter().find(|skill| !known.skills.contains(skill)) {
                return Some(Reason::LacksSkill { skill: skill.clone() });
            }
        }
        self.absent(&calendars.of(self.playbook.calendar_by(known)), off).or_else(|| {
            let newcomer = Share::default();
            self.capped(person, request.map(|request| &request.record.kind), share.unwrap_or(&newcomer))
        })
    }

    fn absent(self, today: &CalendarAt<'_>, off: &[TimeOff]) -> Option<Reason> {
        let calendar = today.calendar;
        match today.available(off) {
            Availability::Open => {
                let margin = self.pool.stop_before_time_off?.after(self.now, &calendar)?;
                let soon = off.iter().find(|off| self.now < off.from && off.from <= margin)?;
                let until = calendar.next_available(soon.until, off).unwrap_or(TimeOff::NO_END);
                Some(Reason::AwaySoon { from: soon.from, until })
            }
            Availability::Closed { until, why } => Some(match why {
                Closed::TimeOff(_) => match off.iter().find(|off| off.covers(self.now) && !off.has_end()) {
                    Some(TimeOff { from, by, .. }) => Reason::SwitchedOff { since: *from, by: by.clone() },
                    None => Reason::Away { until: until.unwrap_or(TimeOff::NO_END) },
                },
                Closed::Holiday(name) => Reason::Holiday { name: name.to_owned(), until },
                Closed::OutOfHours => Reason::OutOfHours { until },
            }),
        }
    }

    fn capped(self, person: &PersonId, kind: Option<&Kind>, share: &Share) -> Option<Reason> {
        let caps = self.pool.caps_of(person);
        over(caps.total, Cap::Total, u32::try_from(share.given).unwrap_or(u32::MAX))
            .or_else(|| over(caps.open, Cap::Open, share.open()))
            .or_else(|| open_of_kind(&caps, kind?, share))
            .or_else(|| share.taken.reached(&caps, self.now))
    }
}

fn open_of_kind(caps: &Caps, kind: &Kind, share: &Share) -> Option<Reason> {
    let open = share.open.get(kind).copied().unwrap_or_default();
    over(caps.open_of_kind.get(kind).copied(), Cap::OpenOfKind(kind.clone()), open)
}

fn over(limit: Option<u32>, cap: Cap, count: u32) -> Option<Reason> {
    let limit = limit.filter(|limit| count >= *limit)?;
    Some(Reason::Capped { cap, limit, until: None })
}
