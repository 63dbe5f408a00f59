//! Who among the available is next. One file per strategy, each a pure function of the same
//! few numbers; what a pick does to those numbers is the same for all (`share.rs`).

mod in_turn;
mod least_open;
mod lower_pipeline;
mod weighted;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::{id::PersonId, playbook::Strategy};

pub use weighted::bound;

/// An available member as a strategy sees them. All of it is recorded with the pick, so that
/// the choice can be computed again from the record alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contender<'a> {
    pub person: &'a PersonId,
    /// 1…1000.
    pub weight: u32,
    pub numbers: Numbers,
}

/// What speaks for an available member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Numbers {
    /// Records due, the one to be given included, less records given; in billionths of a record.
    pub owed: i64,
    /// The number of the pool's latest pick that fell to them; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub last: u64,
    /// Records of this pool that they have open, where the pool counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<u32>,
    /// What these come to, where the pool looks at that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Pipeline>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The contenders who are next, in order, at most `named` of them: the first is picked.
/// `pick` is the number of the pick to be made.
pub fn next_in_line(strategy: Strategy, contenders: &[Contender<'_>], pick: u64, named: usize) -> Vec<usize> {
    let compare: &dyn Fn(&Contender<'_>, &Contender<'_>) -> Ordering = match strategy {
        Strategy::Weighted => &weighted::comparison(contenders.len()),
        Strategy::InTurn => &in_turn::compare,
        Strategy::LeastOpen => &least_open::compare,
        Strategy::LowerPipeline => &lower_pipeline::compare,
    };
    let in_line = |a: &usize, b: &usize| {
        let (a, b) = (&contenders[*a], &contenders[*b]);
        compare(a, b).then_with(|| longest_waiting(a, b)).then_with(|| lot(pick, a.person).cmp(&lot(pick, b.person)))
    };
    let mut line: Vec<usize> = (0..contenders.len()).collect();
    if line.len() > named {
        line.select_nth_unstable_by(named, in_line);
        line.truncate(named);
    }
    line.sort_by(in_line);
    line
}

fn longest_waiting(a: &Contender<'_>, b: &Contender<'_>) -> Ordering {
    a.numbers.last.cmp(&b.numbers.last)
}

/// Between equals a lot decides, drawn for each pick, and the same whenever it is drawn
/// again: the first of the list would otherwise have an advantage in every pool. FNV-1a over
/// the person's id, mixed with the pick's number as in `SplitMix64`.
fn lot(pick: u64, person: &PersonId) -> u64 {
    let hash = person
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = hash.wrapping_add(pick.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is next among members given as (weight, owed in thousandths, last, open), each open record worth 1,000.
    fn next(strategy: Strategy, members: &[(&str, u32, i64, u64, u32)]) -> Vec<String> {
        let people: Vec<PersonId> = members.iter().map(|member| PersonId::new(member.0)).collect();
        let contenders: Vec<Contender<'_>> = people
            .iter()
            .zip(members)
            .map(|(person, (_, weight, owed, last, open))| {
                let pipeline = Some(Pipeline { hundredths: u64::from(*open) * 100_000, records: *open });
                let numbers = Numbers { owed: owed * 1_000_000, last: *last, open: Some(*open), pipeline };
                Contender { person, weight: *weight, numbers }
            })
            .collect();
        next_in_line(strategy, &contenders, 7, 9).into_iter().map(|index| people[index].to_string()).collect()
    }

    #[test]
    fn weighted_takes_the_earliest_deadline_of_those_due_enough() {
        let line = next(Strategy::Weighted, &[("ana", 3, 500, 0, 0), ("ben", 2, 333, 0, 0), ("chloe", 1, 167, 0, 0)]);
        assert_eq!(line, ["ana", "ben", "chloe"]);
        // Chloe has the largest debt, and time; below the threshold of 1/4 nobody may be picked before others.
        let line = next(Strategy::Weighted, &[("ana", 300, 740, 0, 0), ("ben", 2, 240, 0, 0), ("chloe", 1, 745, 0, 0)]);
        assert_eq!(line, ["ana", "chloe", "ben"]);
    }

    #[test]
    fn in_turn_takes_the_one_who_waits_longest_whatever_the_weight() {
        let members = [("ana", 1000, 900, 6, 0), ("ben", 1, 0, 5, 0), ("chloe", 1, -900, 4, 0)];
        assert_eq!(next(Strategy::InTurn, &members), ["chloe", "ben", "ana"]);
    }

    #[test]
    fn least_open_goes_by_open_records_per_weight_then_by_what_is_owed() {
        let members = [("ana", 2, 0, 0, 3), ("ben", 1, 0, 0, 1), ("chloe", 1, 1, 0, 1), ("dan", 1, 9, 0, 2)];
        assert_eq!(next(Strategy::LeastOpen, &members), ["chloe", "ben", "ana", "dan"]);
    }

    #[test]
    fn lower_pipeline_goes_by_what_is_open_per_weight_then_by_what_is_owed() {
        let members = [("ana", 2, 0, 0, 3), ("ben", 1, 0, 0, 1), ("chloe", 1, 1, 0, 1), ("dan", 1, 9, 0, 2)];
        assert_eq!(next(Strategy::LowerPipeline, &members), ["chloe", "ben", "ana", "dan"]);
        // With nothing open, the weight says nothing.
        assert_eq!(next(Strategy::LowerPipeline, &[("ana", 1000, 1, 0, 0), ("ben", 1, 2, 0, 0)]), ["ben", "ana"]);
    }

    #[test]
    fn the_largest_pipelines_are_told_apart_to_the_last_hundredth() {
        let people = ["ana", "ben"].map(PersonId::new);
        let contender = |(person, hundredths)| {
            let pipeline = Some(Pipeline { hundredths, records: 1 });
            Contender { person, weight: 1000, numbers: Numbers { pipeline, ..Numbers::default() } }
        };
        let contenders: Vec<_> = people.iter().zip([u64::MAX, u64::MAX - 1]).map(contender).collect();
        assert_eq!(next_in_line(Strategy::LowerPipeline, &contenders, 1, 2), [1, 0]);
    }

    #[test]
    fn between_equals_nobody_is_always_first() {
        let people: Vec<PersonId> = ["ana", "ben", "chloe", "dan"].map(PersonId::new).to_vec();
        let contender = |person| Contender { person, weight: 1, numbers: Numbers::default() };
        let contenders: Vec<Contender<'_>> = people.iter().map(contender).collect();
        for strategy in [Strategy::Weighted, Strategy::InTurn, Strategy::LeastOpen, Strategy::LowerPipeline] {
            let mut first = [0; 4];
            for pick in 1..=1000 {
                first[next_in_line(strategy, &contenders, pick, 1)[0]] += 1;
            }
            assert!(first.iter().all(|times| (200..=300).contains(times)), "{strategy:?}: {first:?} of 1000");
        }
    }

    #[test]
    fn a_long_line_is_cut_after_those_who_are_next() {
        let people: Vec<PersonId> = (0..200).map(|i| PersonId::new(format!("p{i}"))).collect();
        let numbers = |last| Numbers { last, ..Numbers::default() };
        let contenders: Vec<Contender<'_>> = people
            .iter()
            .zip(1..)
            .map(|(person, last)| Contender { person, weight: 1, numbers: numbers(last) })
            .collect();
        assert_eq!(next_in_line(Strategy::InTurn, &contenders, 1, 3), [0, 1, 2]);
    }
}
