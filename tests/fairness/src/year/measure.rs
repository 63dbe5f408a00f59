//! The one yardstick: a member is due their share of every record that came while they were
//! available, `weight / sum of weights of those available at that moment`, whatever a method
//! itself believes. A record that turned out not to count is struck from both sides.

use domain::instant::Instant;

use super::{WEEKS, play::Step, trace::START};

const DAY: i64 = 24 * 60 * 60 * 1000;
const WEEK: i64 = 7 * DAY;

/// Deviations are counted in steps of a hundredth of a record, up to this many records.
const PER_RECORD: f64 = 100.0;
const MOST: usize = 50_000;

/// How far somebody was from what they were due, over every member and every record.
pub struct Measured {
    /// How many samples lie in each hundredth.
    counts: Vec<u64>,
    worst: f64,
    pub worst_of_week: [f64; WEEKS],
    pub first_day: Returners,
    pub first_week: Returners,
}

/// What those who came back got in the time after, in all and at the extremes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Returners {
    pub got: f64,
    pub share: f64,
    /// The most that one of them got beyond their share.
    pub flooded: f64,
    /// The most that one of them lacked of it.
    pub starved: f64,
}

impl Returners {
    fn count(&mut self, got: f64, share: f64) {
        self.got += got;
        self.share += share;
        self.flooded = self.flooded.max(got - share);
        self.starved = self.starved.max(share - got);
    }

    fn add(&mut self, more: Self) {
        self.got += more.got;
        self.share += more.share;
        self.flooded = self.flooded.max(more.flooded);
        self.starved = self.starved.max(more.starved);
    }

    /// What they got in all, by what they were due.
    pub fn ratio(&self) -> f64 {
        if self.share > 0.0 { self.got / self.share } else { 1.0 }
    }
}

impl Measured {
    fn nothing() -> Self {
        Self {
            counts: vec![0; MOST + 1],
            worst: 0.0,
            worst_of_week: [0.0; WEEKS],
            first_day: Returners::default(),
            first_week: Returners::default(),
        }
    }

    /// Measures who got what (`picks`, for each record in turn); `absences` say who came back when.
    pub fn of(steps: &[Step], picks: &[usize], absences: &[(usize, Instant)]) -> Self {
        let mut measured = Self::nothing();
        measured.deviations(steps, picks);
        measured.returns(steps, picks, absences);
        measured
    }

    fn deviations(&mut self, steps: &[Step], picks: &[usize]) {
        let mut owed: Vec<f64> = Vec::new();
        let mut next = picks.iter();
        for step in steps {
            match step {
                Step::Lead { at, available, .. } => {
                    let members = available.last().map_or(0, |(member, _)| member + 1);
                    owed.resize(owed.len().max(members), 0.0);
                    share_out(&mut owed, available, 1.0);
                    owed[*next.next().expect("a pick for each record")] -= 1.0;
                    self.sample(&owed, *at);
                }
                Step::Bad { of, weights } => {
                    share_out(&mut owed, weights, -1.0);
                    owed[picks[*of]] += 1.0;
                }
            }
        }
    }

    fn sample(&mut self, owed: &[f64], at: Instant) {
        let week = (at.millis_since(Instant::from_millis(START)) / WEEK).clamp(0, WEEKS as i64 - 1) as usize;
        for owed in owed {
            let deviation = owed.abs();
            self.counts[((deviation * PER_RECORD) as usize).min(MOST)] += 1;
            self.worst = self.worst.max(deviation);
            self.worst_of_week[week] = self.worst_of_week[week].max(deviation);
        }
    }

    fn returns(&mut self, steps: &[Step], picks: &[usize], absences: &[(usize, Instant)]) {
        let leads = steps.iter().filter_map(|step| match step {
            Step::Lead { at, available, .. } => Some((*at, available.as_slice())),
            Step::Bad { .. } => None,
        });
        let given: Vec<Given<'_>> =
            leads.zip(picks).map(|((at, available), to)| Given { at, available, to: *to }).collect();
        for (member, back) in absences {
            let after = &given[given.partition_point(|given| given.at < *back)..];
            let mut present = after.iter().filter(|given| given.share_of(*member) > 0.0).peekable();
            // Who comes only later has not come back: they have not joined yet.
            let first = present.peek().map(|given| given.at).filter(|first| first.millis_since(*back) < WEEK);
            let Some(first) = first else { continue };
            let (mut day, mut week) = ((0.0, 0.0), (0.0, 0.0));
            for given in present.take_while(|given| given.at.millis_since(first) < WEEK) {
                let (got, share) = (f64::from(u8::from(given.to == *member)), given.share_of(*member));
                week = (week.0 + got, week.1 + share);
                if given.at.millis_since(first) < DAY {
                    day = (day.0 + got, day.1 + share);
                }
            }
            self.first_day.count(day.0, day.1);
            self.first_week.count(week.0, week.1);
        }
    }

    /// Takes in what was measured of another pool.
    pub fn add(&mut self, more: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&more.counts) {
            *count += more;
        }
        self.worst = self.worst.max(more.worst);
        for (worst, more) in self.worst_of_week.iter_mut().zip(more.worst_of_week) {
            *worst = worst.max(more);
        }
        self.first_day.add(more.first_day);
        self.first_week.add(more.first_week);
    }

    pub fn samples(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub fn worst(&self) -> f64 {
        self.worst
    }

    /// The deviation, in hundredths rounded up, that so many percent of the samples do not exceed.
    pub fn percentile(&self, percent: u64) -> f64 {
        let rank = (self.samples() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let place = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        ((place.unwrap_or(MOST) + 1) as f64 / PER_RECORD).min(self.worst)
    }
}

/// A record and who got it.
struct Given<'s> {
    at: Instant,
    available: &'s [(usize, u32)],
    to: usize,
}

impl Given<'_> {
    /// A member's share of it; 0 for one who was not there.
    fn share_of(&self, member: usize) -> f64 {
        let sum: u32 = self.available.iter().map(|(_, weight)| weight).sum();
        let own = self.available.iter().find(|(other, _)| *other == member).map_or(0, |(_, weight)| *weight);
        f64::from(own) / f64::from(sum)
    }
}

/// Makes everybody available due so much times their share of one record.
fn share_out(owed: &mut [f64], available: &[(usize, u32)], records: f64) {
    let sum: u32 = available.iter().map(|(_, weight)| weight).sum();
    for (member, weight) in available {
        owed[*member] += records * f64::from(*weight) / f64::from(sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(hours: i64, available: &[(usize, u32)]) -> Step {
        let at = Instant::from_millis(START).plus_minutes(60 * hours);
        Step::Lead { at, month: 0, available: available.to_vec(), away: Vec::new() }
    }

    #[test]
    fn only_who_is_there_is_due_and_a_bad_record_is_struck_from_both_sides() {
        let all = [(0, 1), (1, 1)];
        let steps = [lead(0, &all), lead(1, &[(1, 1)]), Step::Bad { of: 0, weights: all.to_vec() }, lead(2, &all)];
        let measured = Measured::of(&steps, &[0, 1, 0], &[]);
        assert_eq!((measured.worst(), measured.samples()), (0.5, 6));
        let unfair = Measured::of(&steps, &[1, 1, 1], &[]);
        assert_eq!((unfair.worst(), unfair.percentile(50), unfair.percentile(99)), (0.5, 0.5, 0.5));
        let unfair = Measured::of(&[lead(0, &all), lead(200, &all)], &[0, 0], &[]);
        assert_eq!((unfair.worst(), unfair.worst_of_week[0], unfair.worst_of_week[1]), (1.0, 0.5, 1.0));
        assert!((unfair.percentile(50) - 0.51).abs() < 1e-9, "in hundredths, rounded up");
    }

    #[test]
    fn a_returners_first_day_begins_when_they_are_there_again() {
        let (both, alone) = ([(0, 1), (1, 1)], [(0, 1)]);
        let steps = [lead(0, &alone), lead(8, &both), lead(9, &both), lead(31, &both), lead(33, &both)];
        let back = Instant::from_millis(START).plus_minutes(30);
        let measured = Measured::of(&steps, &[0, 1, 1, 1, 0], &[(1, back)]);
        let Returners { got, share, flooded, starved } = measured.first_day;
        assert_eq!((got, share, flooded, starved), (3.0, 1.5, 1.5, 0.0));
        assert_eq!((measured.first_week.ratio(), measured.first_week.flooded), (1.5, 1.0));
    }
}
