//! A shortfall that forgives absence, as in Cal.com's `getLuckyUser`: who is shortest of their
//! target, where what others got before one joined and while one was away counts as one's own.
//!
//! target = (all bookings + all calibration) · w / Σw; shortfall = target − bookings − calibration;
//! calibration = bookings of others in the time missed / (hosts − 1). Counters start again each
//! month. At a tie: the larger weight, then the one who waits longest.

use super::{Method, PerMember, Turn};

#[derive(Debug, Default, Clone)]
struct Host {
    /// 0 for one who was not seen yet.
    weight: u32,
    bookings: f64,
    calibration: f64,
    last: u64,
}

#[derive(Default)]
pub struct CalCom {
    hosts: PerMember<Host>,
    month: i64,
    bookings: u64,
}

impl CalCom {
    fn begin_month(&mut self, month: i64) {
        if self.month != month {
            self.month = month;
            for host in &mut self.hosts.0 {
                (host.bookings, host.calibration) = (0.0, 0.0);
            }
        }
    }

    fn meet(&mut self, member: usize, weight: u32) {
        if self.hosts.of(member).weight == 0 {
            // What others got in this month before they joined.
            let others = self.hosts.0.iter().filter(|host| host.weight > 0);
            let (count, bookings) = others.fold((0.0, 0.0), |(count, sum), host| (count + 1.0, sum + host.bookings));
            self.hosts.of(member).calibration = if count > 0.0 { bookings / count } else { 0.0 };
        }
        self.hosts.of(member).weight = weight;
    }

    fn others(&self) -> f64 {
        (self.hosts.0.iter().filter(|host| host.weight > 0).count() as f64 - 1.0).max(1.0)
    }
}

impl Method for CalCom {
    fn pick(&mut self, turn: &Turn<'_>) -> usize {
        self.begin_month(turn.month);
        for (member, weight) in turn.available.iter().chain(turn.away) {
            self.meet(*member, *weight);
        }
        let all: f64 = self.hosts.0.iter().map(|host| host.bookings + host.calibration).sum();
        let weights: f64 = self.hosts.0.iter().map(|host| f64::from(host.weight)).sum();
        let shortfall = |host: &Host| all * f64::from(host.weight) / weights - host.bookings - host.calibration;
        let ranked = turn.available.iter().map(|(member, _)| (*member, &self.hosts.0[*member]));
        let best = ranked.max_by(|(_, a), (_, b)| {
            shortfall(a).total_cmp(&shortfall(b)).then(a.weight.cmp(&b.weight)).then(b.last.cmp(&a.last))
        });
        let picked = best.expect("somebody is available").0;
        let missed = 1.0 / self.others();
        for (member, _) in turn.away {
            self.hosts.of(*member).calibration += missed;
        }
        self.bookings += 1;
        let count = self.bookings;
        let host = self.hosts.of(picked);
        host.bookings += 1.0;
        host.last = count;
        picked
    }

    fn credit(&mut self, member: usize, _weight: u32) {
        let host = self.hosts.of(member);
        host.bookings = (host.bookings - 1.0).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::picks;

    /// The first host is away for 40 records, then all are there for 60. Who got those.
    fn after_an_absence(weights: [u32; 3]) -> Vec<usize> {
        let mut method = CalCom::default();
        let others = [(1, weights[1]), (2, weights[2])];
        let turn = Turn { month: 0, available: &others, away: &[(0, weights[0])] };
        for _ in 0..40 {
            method.pick(&turn);
        }
        picks(&mut method, &weights, 60)
    }

    fn of_the_returner(picks: &[usize]) -> usize {
        picks.iter().filter(|member| **member == 0).count()
    }

    #[test]
    fn equals_come_back_to_their_share() {
        assert_eq!(of_the_returner(&after_an_absence([1, 1, 1])), 20);
    }

    #[test]
    fn because_calibration_ignores_weights_a_light_returner_starves_and_a_heavy_one_is_flooded() {
        // What was measured on the rule before: 4 of 60, with the first at the 43rd (fair: 12), and 40 of 60 (fair: 30).
        let light = after_an_absence([50, 100, 100]);
        assert_eq!((of_the_returner(&light), light.iter().position(|member| *member == 0)), (4, Some(42)));
        assert_eq!(of_the_returner(&after_an_absence([100, 50, 50])), 40);
    }

    #[test]
    fn a_month_begins_at_nothing() {
        let mut method = CalCom::default();
        let alone = Turn { month: 0, available: &[(0, 1)], away: &[] };
        for _ in 0..9 {
            method.pick(&alone);
        }
        let both = [(0, 1), (1, 1)];
        let next: Vec<usize> = (0..4).map(|_| method.pick(&Turn { month: 1, available: &both, away: &[] })).collect();
        assert_eq!(next.iter().filter(|member| **member == 0).count(), 2, "{next:?}");
    }
}
