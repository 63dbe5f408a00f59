//! Other ways to share out records, to compare with: each in its own file, our own code after
//! what is documented or can be read in its source.

mod cal_com;
mod largest_debt;
mod lowest_pointer;
mod smooth;
mod weighted_random;

pub use cal_com::CalCom;
pub use largest_debt::LargestDebt;
pub use lowest_pointer::LowestPointer;
pub use smooth::Smooth;
pub use weighted_random::WeightedRandom;

/// One record to be given away, as every method sees it.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Which month of the run it is.
    pub month: i64,
    /// Who could take it, with their weights; in order, and not empty.
    pub available: &'a [(usize, u32)],
    /// Who is on time off. All others are out of hours, or have not joined.
    pub away: &'a [(usize, u32)],
}

/// A way to share out records among members numbered from 0.
pub trait Method {
    /// Says who gets it, and counts it.
    fn pick(&mut self, turn: &Turn<'_>) -> usize;

    /// A record that this member got, of this weight then, turned out not to count.
    fn credit(&mut self, member: usize, weight: u32);
}

/// A number for each member, growing as members join.
#[derive(Debug, Default)]
struct PerMember<T>(Vec<T>);

impl<T: Default> PerMember<T> {
    fn of(&mut self, member: usize) -> &mut T {
        while self.0.len() <= member {
            self.0.push(T::default());
        }
        &mut self.0[member]
    }
}

/// Of the available the one with the smallest number; of several the first.
fn first_with_least(available: &[(usize, u32)], mut number: impl FnMut(usize, u32) -> f64) -> usize {
    let numbered = available.iter().map(|(member, weight)| (*member, number(*member, *weight)));
    let least = numbered.reduce(|least, next| if next.1 < least.1 { next } else { least });
    least.expect("somebody is available").0
}

/// Who gets each of so many records, all of these always available.
#[cfg(test)]
fn picks(method: &mut impl Method, weights: &[u32], count: usize) -> Vec<usize> {
    let available: Vec<(usize, u32)> = weights.iter().copied().enumerate().collect();
    let turn = Turn { month: 0, available: &available, away: &[] };
    (0..count).map(|_| method.pick(&turn)).collect()
}
