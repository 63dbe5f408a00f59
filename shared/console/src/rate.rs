//! A token bucket for each client and form. Advisory: it keeps an accident or a simple bot
//! from filling the queues; it is no defence against a flood from many addresses.

use std::{collections::HashMap, net::IpAddr, sync::Mutex};

use domain::instant::Instant;

use crate::app::Rate;

/// Buckets kept at once; past it the full ones are forgotten, which changes nothing for them.
const BUCKETS: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Limiter {
    buckets: Mutex<HashMap<(IpAddr, String), Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Limiter {
    /// Takes one token, or says after how many seconds there is one.
    pub(crate) fn take(&self, client: IpAddr, form: &str, rate: Rate, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if buckets.len() >= BUCKETS {
            buckets.retain(|_, bucket| bucket.filled(rate, now) < rate.burst);
            // A flood from many addresses: better to forget than to grow or to turn honest people away.
            if buckets.len() >= BUCKETS {
                buckets.clear();
            }
        }
        let bucket = buckets.entry((client, form.to_owned())).or_insert(Bucket { tokens: rate.burst, at: now });
        let tokens = bucket.filled(rate, now);
        if tokens < 1.0 {
            return Err(((1.0 - tokens) / rate.per_second).ceil().max(1.0) as u64);
        }
        *bucket = Bucket { tokens: tokens - 1.0, at: now };
        Ok(())
    }
}

impl Bucket {
    fn filled(self, rate: Rate, now: Instant) -> f64 {
        let seconds = now.millis_since(self.at).max(0) as f64 / 1000.0;
        (self.tokens + seconds * rate.per_second).min(rate.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_its_burst_then_its_rate_and_others_are_not_touched() {
        let limiter = Limiter::default();
        let rate = Rate { per_second: 0.5, burst: 2.0 };
        let [ana, bob] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse::<IpAddr>().unwrap());
        let take = |client, form, millis| limiter.take(client, form, rate, Instant::from_millis(millis));
        assert_eq!(take(ana, "demo", 0), Ok(()));
        assert_eq!(take(ana, "demo", 0), Ok(()));
        assert_eq!(take(ana, "demo", 0), Err(2));
        assert_eq!(take(bob, "demo", 0), Ok(()));
        assert_eq!(take(ana, "other", 0), Ok(()));
        assert_eq!(take(ana, "demo", 1_000), Err(1));
        assert_eq!(take(ana, "demo", 2_000), Ok(()));
    }

    #[test]
    fn many_clients_do_not_grow_it_without_end() {
        let limiter = Limiter::default();
        let rate = Rate::default();
        for number in 0..25_000_u32 {
            limiter.take(IpAddr::from(number.to_be_bytes()), "demo", rate, Instant::from_millis(0)).unwrap();
        }
        assert!(limiter.buckets.lock().unwrap().len() <= BUCKETS);
    }
}
