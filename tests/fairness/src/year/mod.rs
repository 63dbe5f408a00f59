//! Must-show 2: a year of pools whose people come, go, fall ill and change their share, played
//! under each return policy and by each of the other methods, and measured by one yardstick.

mod measure;
mod play;
mod trace;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use crate::methods::{CalCom, LargestDebt, LowestPointer, Method, Smooth, Turn, WeightedRandom};
pub use measure::Measured;
use play::{Played, Step, play};
use trace::Trace;

/// Weeks shown by the plot.
pub const WEEKS: usize = 52;

/// What was measured of all pools together.
pub struct Year {
    pub pools: usize,
    /// Records given out by each method.
    pub records: u64,
    pub absences: u64,
    pub rows: Vec<Row>,
}

/// One way to share out, over all pools.
pub struct Row {
    pub name: &'static str,
    /// Whether it is the product.
    pub ours: bool,
    pub measured: Measured,
    /// The product only: the worst |owed| by the pool's own ledger, policy and credits included.
    pub by_own_ledger: Option<f64>,
}

/// The product's policies as a playbook has them.
fn policies() -> [(&'static str, Value); 3] {
    let catch_up = json!({ "catch_up": { "at_most": 10, "per_day": 2 } });
    [("handoff: resume", json!("resume")), ("handoff: rejoin", json!("rejoin")), ("handoff: catch_up", catch_up)]
}

fn others(seed: u64) -> Vec<(&'static str, Box<dyn Method>)> {
    vec![
        ("largest debt", Box::new(LargestDebt::default())),
        ("smooth WRR (nginx)", Box::new(Smooth::default())),
        ("lowest pointer (LeanData)", Box::new(LowestPointer::default())),
        ("shortfall (Cal.com)", Box::new(CalCom::default())),
        ("weighted random", Box::new(WeightedRandom::new(seed))),
    ]
}

/// Plays the year of so many pools, on all cores; the same year with or without credits.
pub fn run(seed: u64, pools: usize, credits: bool) -> Year {
    let (next, years) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= pools {
                return;
            }
            let year = of_one_pool(seed, number as u64, trace::DAYS, credits);
            years.lock().unwrap_or_else(PoisonError::into_inner).push(year);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let years = years.into_inner().unwrap_or_else(PoisonError::into_inner);
    years.into_iter().reduce(joined).expect("at least one pool")
}

fn of_one_pool(seed: u64, number: u64, days: u64, credits: bool) -> Year {
    let trace = Trace::new(seed, number, days, credits);
    let absences = trace.absences();
    let mut rows = Vec::new();
    let mut steps: Option<Vec<Step>> = None;
    for (name, policy) in policies() {
        let Played { steps: now, picks, worst_owed } = play(&trace, &policy);
        let steps = &*steps.get_or_insert_with(|| now.clone());
        assert!(*steps == now, "who is available may not depend on what becomes of absences");
        let measured = Measured::of(steps, &picks, &absences);
        rows.push(Row { name, ours: true, measured, by_own_ledger: Some(worst_owed) });
    }
    let steps = steps.expect("there are policies");
    for (name, mut method) in others(seed ^ number) {
        let picks = replay(&steps, &mut *method);
        rows.push(Row { name, ours: false, measured: Measured::of(&steps, &picks, &absences), by_own_ledger: None });
    }
    let records = steps.iter().filter(|step| matches!(step, Step::Lead { .. })).count() as u64;
    Year { pools: 1, records, absences: absences.len() as u64, rows }
}

/// Who gets what, by another method on the same steps.
fn replay(steps: &[Step], method: &mut dyn Method) -> Vec<usize> {
    let mut picks: Vec<usize> = Vec::new();
    for step in steps {
        match step {
            Step::Lead { month, available, away, .. } => {
                picks.push(method.pick(&Turn { month: *month, available, away }));
            }
            Step::Bad { of, weights } => {
                let member = picks[*of];
                let weight = weights.iter().find(|(other, _)| *other == member).map_or(1, |(_, weight)| *weight);
                method.credit(member, weight);
            }
        }
    }
    picks
}

fn joined(mut all: Year, one: Year) -> Year {
    all.pools += one.pools;
    all.records += one.records;
    all.absences += one.absences;
    for (row, more) in all.rows.iter_mut().zip(one.rows) {
        row.measured.add(&more.measured);
        row.by_own_ledger = row.by_own_ledger.zip(more.by_own_ledger).map(|(a, b)| a.max(b));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_months_of_some_pools() -> Year {
        (0..4).map(|number| of_one_pool(5, number, 60, true)).reduce(joined).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_year_and_every_method_gives_out_every_record() {
        let figures = |year: &Year| {
            year.rows.iter().map(|row| (row.name, row.measured.worst(), row.measured.samples())).collect::<Vec<_>>()
        };
        let (one, again) = (two_months_of_some_pools(), two_months_of_some_pools());
        assert_eq!(figures(&one), figures(&again));
        assert_eq!((one.pools, one.rows.len()), (4, 8));
        let samples = one.rows[0].measured.samples();
        assert!(one.records > 300 && one.rows.iter().all(|row| row.measured.samples() == samples));
    }

    #[test]
    fn a_ledger_is_fairer_than_the_lot() {
        let year = two_months_of_some_pools();
        let worst = |name: &str| year.rows.iter().find(|row| row.name == name).unwrap().measured.worst();
        let (ours, lot) = (worst("handoff: resume"), worst("weighted random"));
        assert!(ours < lot, "{ours} against {lot}");
    }
}
