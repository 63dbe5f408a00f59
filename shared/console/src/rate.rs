//! A budget of posts for each address. Advisory: it keeps an accident or a simple bot from
//! filling the queues; it is no defence against a flood from many addresses.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

use domain::instant::Instant;

use crate::app::Rate;

/// Addresses kept at once.
const ADDRESSES: usize = 10_000;

/// The part of them that is forgotten when there are more.
const FORGOTTEN: usize = ADDRESSES / 4;

/// The network part of an IPv6 address: what one customer is given at the least.
const NETWORK: u128 = !0 << 64;

#[derive(Debug, Default)]
pub(crate) struct Limiter {
    budgets: Mutex<HashMap<IpAddr, Budget>>,
}

/// What a post is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// Every post to a form, whatever its name.
    Posts,
    /// Posts to forms that the playbook does not have, besides: names can be made up without end.
    Unmatched,
}

/// What an address has left, as of a moment. Less than nothing after a list: its posts are counted, too.
#[derive(Debug, Clone, Copy)]
struct Budget {
    posts: f64,
    unmatched: f64,
    at: Instant,
}

impl Limiter {
    /// Takes one post of an address, or says after how many seconds there is one.
    pub(crate) fn take(&self, client: IpAddr, of: Of, rate: Rate, now: Instant) -> Result<(), u64> {
        self.with(client, rate, now, |budget| {
            let (left, rate) = budget.part(of, rate);
            if *left < 1.0 {
                return Err(((1.0 - *left) / rate.per_second).ceil().max(1.0) as u64);
            }
            *left -= 1.0;
            Ok(())
        })
    }

    /// Counts posts that came in one: there may be more of them than are left.
    pub(crate) fn count(&self, client: IpAddr, posts: usize, rate: Rate, now: Instant) {
        self.with(client, rate, now, |budget| budget.posts -= posts as f64);
    }

    fn with<T>(&self, client: IpAddr, rate: Rate, now: Instant, change: impl FnOnce(&mut Budget) -> T) -> T {
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        let client = customer(client);
        if budgets.len() >= ADDRESSES && !budgets.contains_key(&client) {
            forget(&mut budgets, rate, now);
        }
        let budget = budgets.entry(client).or_insert_with(|| Budget::full(rate, now));
        *budget = budget.filled(rate, now);
        change(budget)
    }
}

/// Whose address it is: of an IPv6 address the network counts, for its owner has all the rest to choose from.
fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// Forgets those who have the most left: it gives away the least, and nobody can have their own budget forgotten by
/// posting from elsewhere.
fn forget(budgets: &mut HashMap<IpAddr, Budget>, rate: Rate, now: Instant) {
    let mut left: Vec<(f64, IpAddr)> =
        budgets.iter().map(|(address, budget)| (budget.filled(rate, now).share(rate), *address)).collect();
    left.select_nth_unstable_by(FORGOTTEN, |one, other| other.0.total_cmp(&one.0));
    for (_, address) in &left[..FORGOTTEN] {
        budgets.remove(address);
    }
}

impl Budget {
    fn full(rate: Rate, at: Instant) -> Self {
        Self { posts: rate.burst, unmatched: rate.unmatched().burst, at }
    }

    fn filled(self, rate: Rate, now: Instant) -> Self {
        let seconds = now.millis_since(self.at).max(0) as f64 / 1000.0;
        let fill = |left: f64, rate: Rate| (left + seconds * rate.per_second).min(rate.burst);
        Self { posts: fill(self.posts, rate), unmatched: fill(self.unmatched, rate.unmatched()), at: now }
    }

    fn part(&mut self, of: Of, rate: Rate) -> (&mut f64, Rate) {
        match of {
            Of::Posts => (&mut self.posts, rate),
            Of::Unmatched => (&mut self.unmatched, rate.unmatched()),
        }
    }

    /// The smaller of the two parts, from 1 for an untouched one.
    fn share(self, rate: Rate) -> f64 {
        (self.posts / rate.burst).min(self.unmatched / rate.unmatched().burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 0.5, burst: 20.0 };

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis)
    }

    fn spend(limiter: &Limiter, client: IpAddr, of: Of) -> usize {
        std::iter::repeat_with(|| limiter.take(client, of, RATE, at(0))).take_while(Result::is_ok).count()
    }

    #[test]
    fn an_address_gets_its_burst_then_its_rate_and_others_are_not_touched() {
        let limiter = Limiter::default();
        let [ana, bob] = [ip("192.0.2.1"), ip("192.0.2.2")];
        assert_eq!(spend(&limiter, ana, Of::Posts), 20);
        assert_eq!(limiter.take(ana, Of::Posts, RATE, at(0)), Err(2));
        assert_eq!(limiter.take(ana, Of::Posts, RATE, at(1_000)), Err(1));
        assert_eq!(limiter.take(ana, Of::Posts, RATE, at(2_000)), Ok(()));
        assert_eq!(limiter.take(bob, Of::Posts, RATE, at(0)), Ok(()));
    }

    #[test]
    fn forms_that_nobody_described_have_a_tenth() {
        let limiter = Limiter::default();
        assert_eq!(spend(&limiter, ip("192.0.2.1"), Of::Unmatched), 2);
        assert_eq!(limiter.take(ip("192.0.2.1"), Of::Unmatched, RATE, at(0)), Err(20));
    }

    #[test]
    fn an_ipv6_network_is_one_address_and_a_mapped_one_is_its_ipv4() {
        let limiter = Limiter::default();
        assert_eq!(spend(&limiter, ip("2001:db8:1:2::1"), Of::Posts), 20);
        assert_eq!(spend(&limiter, ip("2001:db8:1:2:ffff::9"), Of::Posts), 0);
        assert_eq!(spend(&limiter, ip("2001:db8:1:3::1"), Of::Posts), 20);
        assert_eq!(spend(&limiter, ip("192.0.2.1"), Of::Posts), 20);
        assert_eq!(spend(&limiter, ip("::ffff:192.0.2.1"), Of::Posts), 0);
    }

    #[test]
    fn a_list_counts_each_of_its_posts() {
        let limiter = Limiter::default();
        let client = ip("192.0.2.1");
        limiter.take(client, Of::Posts, RATE, at(0)).unwrap();
        limiter.count(client, 99, RATE, at(0));
        assert_eq!(limiter.take(client, Of::Posts, RATE, at(0)), Err(162), "80 too many, and one more");
    }

    #[test]
    fn many_addresses_neither_grow_it_without_end_nor_make_it_forget_a_hot_one() {
        let limiter = Limiter::default();
        let hot = ip("192.0.2.1");
        spend(&limiter, hot, Of::Posts);
        for number in 0..50_000_u32 {
            limiter.take(IpAddr::from(number.to_be_bytes()), Of::Posts, RATE, at(0)).unwrap();
        }
        assert!(limiter.budgets.lock().unwrap().len() <= ADDRESSES);
        assert!(limiter.take(hot, Of::Posts, RATE, at(0)).is_err());
    }
}
