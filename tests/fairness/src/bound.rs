//! Must-show 1: at every prefix of the product's picks |given − due| stays within the bound.
//!
//! The picks are made by the rotation that `answer` uses, with its accounting and without the
//! calendar; on the fixed vectors `answer` itself makes the first ten thousand, and both agree.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    checker::Checker,
    pool::Rota,
    vectors::{self, Vector},
};

/// How much is to be done.
#[derive(Clone, Copy)]
pub struct Extent {
    pub picks_of_fixed: u64,
    pub drawn: usize,
    pub picks_of_drawn: u64,
    pub picks_through_answer: u64,
}

/// How one vector did.
#[derive(Debug, Clone)]
pub struct Held {
    pub name: String,
    pub members: usize,
    pub bound: f64,
    pub worst: f64,
    pub holds: bool,
}

impl Held {
    /// How far from its own bound it stayed.
    fn room(&self) -> f64 {
        self.bound - self.worst
    }
}

/// How all of them did.
pub struct Bounds {
    pub fixed: Vec<Held>,
    pub drawn: Vec<Held>,
    pub picks: u64,
    pub through_answer: u64,
}

impl Bounds {
    fn all(&self) -> impl Iterator<Item = &Held> {
        self.fixed.iter().chain(&self.drawn)
    }

    /// The largest bound that any of them had to keep.
    pub fn bound(&self) -> f64 {
        self.all().map(|held| held.bound).fold(0.0, f64::max)
    }

    pub fn worst(&self) -> f64 {
        self.all().map(|held| held.worst).fold(0.0, f64::max)
    }

    /// The one that came closest to its own bound.
    pub fn closest(&self) -> Option<&Held> {
        self.all().min_by(|a, b| a.room().total_cmp(&b.room()))
    }

    pub fn broken(&self) -> Vec<&Held> {
        self.all().filter(|held| !held.holds).collect()
    }
}

/// Holds every vector against its bound, on all cores.
pub fn run(seed: u64, extent: Extent) -> Bounds {
    let fixed = vectors::fixed();
    let (next, held) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let result = match (fixed.get(number), number.checked_sub(fixed.len())) {
                (Some(vector), _) => {
                    through_answer(vector, extent.picks_through_answer);
                    hold(vector, extent.picks_of_fixed)
                }
                (None, Some(drawn)) if drawn < extent.drawn => {
                    hold(&vectors::drawn(seed, drawn), extent.picks_of_drawn)
                }
                _ => return,
            };
            held.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut held = held.into_inner().unwrap_or_else(PoisonError::into_inner);
    held.sort_unstable_by_key(|(number, _)| *number);
    let mut held: Vec<Held> = held.into_iter().map(|(_, held)| held).collect();
    let drawn = held.split_off(fixed.len());
    Bounds {
        picks: fixed.len() as u64 * extent.picks_of_fixed + extent.drawn as u64 * extent.picks_of_drawn,
        through_answer: fixed.len() as u64 * extent.picks_through_answer,
        fixed: held,
        drawn,
    }
}

fn hold(vector: &Vector, picks: u64) -> Held {
    let mut rota = Rota::new(&vector.weights);
    let mut checker = Checker::new(&vector.weights);
    rota.turn(picks, |member| checker.picked(member));
    Held {
        name: vector.name.clone(),
        members: vector.weights.len(),
        bound: checker.bound(),
        worst: checker.worst(),
        holds: checker.holds(),
    }
}

/// # Panics
/// If `answer` picks somebody else than the rotation alone.
fn through_answer(vector: &Vector, picks: u64) {
    let mut answered = Rota::new(&vector.weights);
    let asked: Vec<usize> = (0..picks).map(|_| answered.ask()).collect();
    let mut asked = asked.into_iter();
    Rota::new(&vector.weights).turn(picks, |member| {
        assert_eq!(asked.next(), Some(member), "{}: `answer` and its rotation differ", vector.name);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_run_holds_and_counts_what_it_did() {
        let extent = Extent { picks_of_fixed: 50, drawn: 5, picks_of_drawn: 200, picks_through_answer: 5 };
        let bounds = run(1, extent);
        assert_eq!((bounds.fixed.len(), bounds.drawn.len(), bounds.picks), (20, 5, 20 * 50 + 5 * 200));
        assert!(bounds.broken().is_empty(), "{:?}", bounds.broken());
        assert!(bounds.worst() <= bounds.bound() && bounds.bound() < 1.0);
        assert_eq!((bounds.fixed[0].members, bounds.bound()), (1000, 1.0 - 1.0 / 1998.0));
    }
}
