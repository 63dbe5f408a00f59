//! All connections: who may come in, who is closed for somebody else, and who kept us waiting
//! too long.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::time::Instant;

use super::{Limits, connection::Connection};

/// Whether a new connection may stay.
#[derive(Debug)]
pub enum Admission {
    Granted(Arc<Connection>),
    /// Every connection that would have to give way is at work.
    Refused,
}

#[derive(Debug)]
pub struct Registry {
    limits: Limits,
    most: usize,
    next: AtomicU64,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
}

impl Registry {
    pub fn new(limits: Limits) -> Self {
        let most = limits.all_connections();
        Self { limits, most, next: AtomicU64::new(0), open: Mutex::default() }
    }

    /// Lets a connection in. At a limit, the one that has waited longest for its client gives way:
    /// one of the same address first, so that nobody loses a place to somebody who holds many.
    pub fn admit(&self, peer: IpAddr, is_proxy: bool, now: Instant) -> Admission {
        let mut open = self.open();
        let of_address = open.values().filter(|held| held.peer == peer).count();
        let address_is_full = !is_proxy && of_address >= self.limits.connections_per_address as usize;
        if address_is_full && !evict(&mut open, |held| held.peer == peer) {
            return Admission::Refused;
        }
        if open.len() >= self.most {
            let largest = address_with_most(&open);
            if !evict(&mut open, |held| Some(held.peer) == largest) && !evict(&mut open, |_| true) {
                return Admission::Refused;
            }
        }
        let connection = Arc::new(Connection::new(self.next.fetch_add(1, Ordering::Relaxed), peer, now));
        open.insert(connection.id, Arc::clone(&connection));
        Admission::Granted(connection)
    }

    pub fn forget(&self, connection: &Connection) {
        self.open().remove(&connection.id);
    }

    pub fn count(&self) -> usize {
        self.open().len()
    }

    /// Closes the connection that has waited longest for its client, if any waits.
    pub fn evict_one(&self) {
        evict(&mut self.open(), |_| true);
    }

    pub fn cut_overdue(&self, now: Instant) {
        self.open().values().filter(|held| held.is_overdue(&self.limits, now)).for_each(|held| held.end());
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the one of these that has waited longest. Its place is free at once.
fn evict(open: &mut HashMap<u64, Arc<Connection>>, among: impl Fn(&Connection) -> bool) -> bool {
    let waiting = open.values().filter(|held| among(held));
    let waiting = waiting.filter_map(|held| Some((held.waits_since()?, held.id)));
    let Some((_, id)) = waiting.min() else { return false };
    if let Some(connection) = open.remove(&id) {
        connection.end();
    }
    true
}

fn address_with_most(open: &HashMap<u64, Arc<Connection>>) -> Option<IpAddr> {
    let mut counts: HashMap<IpAddr, usize> = HashMap::new();
    open.values().for_each(|held| *counts.entry(held.peer).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(peer, _)| peer)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::local::server::connection::Phase;

    const ANA: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const BEN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));
    const CY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 3));

    fn registry(connections: u32, connections_per_address: u32) -> Registry {
        let seconds = Duration::from_secs;
        Registry::new(Limits {
            connections: Some(connections),
            connections_per_address,
            header_timeout: seconds(10),
            body_timeout: seconds(30),
            idle_timeout: seconds(60),
        })
    }

    fn let_in(registry: &Registry, peer: IpAddr) -> Arc<Connection> {
        match registry.admit(peer, false, Instant::now()) {
            Admission::Granted(connection) => connection,
            Admission::Refused => panic!("{peer} was refused"),
        }
    }

    fn was_cut(connection: &Connection) -> bool {
        futures_util::FutureExt::now_or_never(connection.cut()).is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_at_its_limit_gives_up_what_it_left_idle_longest() {
        let registry = registry(100, 2);
        let other = let_in(&registry, BEN);
        let first = let_in(&registry, ANA);
        tokio::time::advance(Duration::from_secs(1)).await;
        let second = let_in(&registry, ANA);
        let third = let_in(&registry, ANA);
        assert!(was_cut(&first) && !was_cut(&second) && !was_cut(&third) && !was_cut(&other));
        assert_eq!(registry.count(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_of_all_the_address_with_most_gives_way() {
        let registry = registry(4, 4);
        let oldest = let_in(&registry, BEN);
        tokio::time::advance(Duration::from_secs(1)).await;
        let many = [let_in(&registry, ANA), let_in(&registry, ANA), let_in(&registry, ANA)];
        let_in(&registry, CY);
        assert!(!was_cut(&oldest));
        assert_eq!(many.iter().filter(|held| was_cut(held)).count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_at_work_never_gives_way() {
        let registry = registry(2, 1);
        let_in(&registry, ANA).enter(Phase::Body);
        assert!(matches!(registry.admit(ANA, false, Instant::now()), Admission::Refused));
        assert!(matches!(registry.admit(ANA, true, Instant::now()), Admission::Granted(_)), "a proxy has no limit");
        assert_eq!(registry.count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn each_phase_has_its_own_patience_and_work_has_none() {
        let registry = registry(10, 10);
        for (phase, patience) in [(Phase::Idle, 60), (Phase::Head, 10), (Phase::Body, 30)] {
            let connection = let_in(&registry, ANA);
            connection.enter(phase);
            registry.cut_overdue(Instant::now() + Duration::from_secs(patience - 1));
            assert!(!was_cut(&connection), "{phase:?}");
            registry.cut_overdue(Instant::now() + Duration::from_secs(patience + 1));
            assert!(was_cut(&connection), "{phase:?}");
            registry.forget(&connection);
        }
        let working = let_in(&registry, ANA);
        working.enter(Phase::Answering);
        registry.cut_overdue(Instant::now() + Duration::from_secs(3_600));
        assert!(!was_cut(&working));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_who_takes_nothing_is_cut() {
        let registry = registry(10, 10);
        let connection = let_in(&registry, ANA);
        connection.enter(Phase::Answering);
        connection.wrote(false);
        connection.wrote(true);
        registry.cut_overdue(Instant::now() + Duration::from_secs(31));
        assert!(!was_cut(&connection), "it took some");
        connection.wrote(false);
        tokio::time::advance(Duration::from_secs(5)).await;
        connection.wrote(false);
        registry.cut_overdue(Instant::now() + Duration::from_secs(26));
        assert!(was_cut(&connection));
    }

    #[tokio::test(start_paused = true)]
    async fn what_began_to_send_is_no_longer_idle_however_slowly_it_goes_on() {
        let registry = registry(10, 10);
        let connection = let_in(&registry, ANA);
        connection.received();
        tokio::time::advance(Duration::from_secs(9)).await;
        connection.received();
        registry.cut_overdue(Instant::now() + Duration::from_secs(2));
        assert!(was_cut(&connection), "a byte now and then does not start the time again");
    }
}
