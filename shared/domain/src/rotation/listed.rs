//! Candidates as entries of versions 1 and 2 have them: one list of members, each with where they stood.

use serde::Deserialize;

use super::{Available, Candidates, Numbers, Reason};
use crate::{id::PersonId, instant::Instant};

/// Billionths of a record in the thousandths that were written.
const IN_A_THOUSANDTH: i64 = 1_000_000;

#[derive(Deserialize)]
pub(super) struct Listed {
    person: PersonId,
    weight: u32,
    standing: Standing,
}

/// The first reason against, or the records due less those given, in thousandths.
#[derive(Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
enum Standing {
    Chosen {
        owed: i64,
    },
    Passed {
        owed: i64,
    },
    Kept,
    NotActive,
    NoWeight,
    AlreadyTried,
    Away {
        until: Instant,
    },
    OutOfHours {
        #[serde(default)]
        until: Option<Instant>,
    },
    Holiday {
        name: String,
        #[serde(default)]
        until: Option<Instant>,
    },
}

/// The same in today's form. The pick's number was not kept: nothing of it can be credited back,
/// for the pool's counts of then are not today's.
pub(super) fn read(list: Vec<Listed>) -> Candidates {
    let mut candidates = Candidates::default();
    let mut chosen = None;
    for Listed { person, weight, standing } in list {
        let available = |owed: i64, person| {
            let numbers = Numbers { owed: owed.saturating_mul(IN_A_THOUSANDTH), ..Numbers::default() };
            Available { person, weight, numbers }
        };
        match standing {
            Standing::Chosen { owed } => chosen = Some(available(owed, person)),
            Standing::Passed { owed } => candidates.available.push(available(owed, person)),
            Standing::Kept => candidates.kept = Some(person),
            Standing::NotActive => candidates.object(&person, Reason::NotActive),
            Standing::NoWeight => candidates.object(&person, Reason::NoWeight),
            Standing::AlreadyTried => candidates.object(&person, Reason::AlreadyTried),
            Standing::Away { until } => candidates.object(&person, Reason::Away { until }),
            Standing::OutOfHours { until } => candidates.object(&person, Reason::OutOfHours { until }),
            Standing::Holiday { name, until } => candidates.object(&person, Reason::Holiday { name, until }),
        }
    }
    candidates.available.sort_by_key(|one| std::cmp::Reverse(one.numbers.owed));
    candidates.available.splice(..0, chosen);
    candidates
}
