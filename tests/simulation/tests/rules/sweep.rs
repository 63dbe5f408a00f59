//! The sweep under load and after an outage: each one gets further, within its time.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use domain::{
    history::TimerRow,
    id::TimerId,
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
};
use engine::{
    escalate::sweep,
    ports::{Clock, Cursor, Delayed, Page, PortError, Queues, Swept, Timers, Watermark},
};

use crate::bench::{at, lead};

/// What a call takes here: far more than on AWS, so that one sweep does not get through.
const CALL_MILLIS: i64 = 20;

/// The longest that a sweep may take, and the longest it then still waits for what it has begun.
const LONGEST_MILLIS: i64 = 15_000 + 25 * CALL_MILLIS;

/// Timers and a queue behind calls that take their time.
struct Slow {
    clock: AtomicI64,
    timers: BTreeMap<i64, BTreeMap<Cursor, TimerRow>>,
    swept: Mutex<Option<Swept>>,
    sent: Mutex<BTreeMap<TimerId, usize>>,
    /// How many sends succeed before the first that fails.
    sends_left: AtomicI64,
    /// How often all that is open was to be looked through.
    walks: AtomicI64,
}

impl Slow {
    fn new(dues: impl Iterator<Item = Instant>) -> Self {
        let mut timers: BTreeMap<i64, BTreeMap<Cursor, TimerRow>> = BTreeMap::new();
        for (number, due) in dues.enumerate() {
            let timer = TimerId::new(format!("tim_{number:06}"));
            let cursor = format!("{:013}#{timer}", due.as_millis());
            let row = TimerRow { timer, generation: 1, due, record: lead(), seq: 1 };
            timers.entry(due.minute()).or_default().insert(cursor, row);
        }
        let clock = AtomicI64::new(at(0).as_millis());
        let sends_left = AtomicI64::new(i64::MAX);
        Self { clock, timers, swept: Mutex::default(), sent: Mutex::default(), sends_left, walks: AtomicI64::new(0) }
    }

    fn call(&self) {
        self.clock.fetch_add(CALL_MILLIS, Ordering::SeqCst);
    }

    /// Sweeps at the beginning of each minute until one has come to its end. Returns how many it took.
    async fn sweep_from(&self, start: Instant) -> i64 {
        for sweeps in 0..60 {
            let minute = start.plus_minutes(sweeps);
            self.clock.store(minute.as_millis(), Ordering::SeqCst);
            sweep(self).await.unwrap();
            assert!(self.now().millis_since(minute) <= LONGEST_MILLIS, "sweep {sweeps} took {}", self.now());
            if self.swept.lock().unwrap().as_ref().is_some_and(|swept| swept.minute == minute.minute() + 2) {
                return sweeps + 1;
            }
        }
        panic!("it gets no further: {:?}", self.swept.lock().unwrap());
    }

    /// How often timers were sent: each count, with how many timers have it.
    fn sendings(&self) -> BTreeMap<usize, usize> {
        let mut counts = BTreeMap::new();
        self.sent.lock().unwrap().values().for_each(|sent| *counts.entry(*sent).or_default() += 1);
        counts
    }
}

impl Clock for Slow {
    fn now(&self) -> Instant {
        Instant::from_millis(self.clock.load(Ordering::SeqCst))
    }
}

impl Timers for Slow {
    async fn put_timer(&self, _: &TimerRow) -> Result<(), PortError> {
        unreachable!("a sweep arms nothing")
    }

    async fn timers_in(&self, minute: i64, from: Option<&Cursor>, limit: usize) -> Result<Page<TimerRow>, PortError> {
        self.call();
        let rows = self.timers.get(&minute).into_iter().flatten();
        let mut rows: Vec<_> =
            rows.filter(|(cursor, _)| from.is_none_or(|from| *cursor > from)).take(limit + 1).collect();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|(cursor, _)| (*cursor).clone());
        Ok(Page { items: rows.into_iter().map(|(_, row)| row.clone()).collect(), next })
    }
}

impl Watermark for Slow {
    async fn swept_to(&self) -> Result<Option<Swept>, PortError> {
        self.call();
        Ok(self.swept.lock().unwrap().clone())
    }

    async fn set_swept_to(&self, swept: &Swept) -> Result<(), PortError> {
        self.call();
        let mut stored = self.swept.lock().unwrap();
        *stored = stored.clone().max(Some(swept.clone()));
        Ok(())
    }

    async fn set_back(&self, from: &Swept, to: &Swept) -> Result<(), PortError> {
        self.call();
        let mut stored = self.swept.lock().unwrap();
        if stored.as_ref() == Some(from) {
            *stored = Some(to.clone());
        }
        Ok(())
    }
}

impl Slow {
    /// The watermark lies where a wrong clock led it.
    fn wrongly_swept_to(&self, at: Instant) {
        *self.swept.lock().unwrap() = Some(Swept::minute(at.minute()));
    }
}

impl Queues for Slow {
    async fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>]) -> Result<(), PortError> {
        self.call();
        if self.sends_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(PortError::unavailable("send", "planned"));
        }
        for delayed in messages {
            let timer = match &delayed.message.body {
                ToEvaluate::Timer { timer, .. } => timer,
                ToEvaluate::ClockSetBackForAll { .. } => {
                    self.walks.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                other => panic!("a sweep sends no {other:?}"),
            };
            *self.sent.lock().unwrap().entry(timer.clone()).or_default() += 1;
        }
        Ok(())
    }

    async fn send_assign(&self, _: &[Message<ToAssign>]) -> Result<(), PortError> {
        unreachable!("a sweep sends timers")
    }

    async fn send_act(&self, _: &[Message<ToAct>]) -> Result<(), PortError> {
        unreachable!("a sweep sends timers")
    }

    async fn send_escalate(&self, _: &[Message<Redrive>]) -> Result<(), PortError> {
        unreachable!("a sweep sends timers")
    }
}

/// A campaign's wait that ends for all at the opening of a working day: not only in one minute, but at one moment.
#[tokio::test]
async fn a_hundred_thousand_timers_due_at_one_moment_are_each_sent_once() {
    let ports = Slow::new((0..100_000).map(|_| at(60)));
    let sweeps = ports.sweep_from(at(0)).await;
    assert_eq!(ports.sendings(), BTreeMap::from([(1, 100_000)]));
    assert!((2..=5).contains(&sweeps), "it took {sweeps} sweeps: each has to stop, and to get further");
}

#[tokio::test]
async fn after_a_day_without_a_sweep_every_timer_of_the_day_is_sent() {
    let ports = Slow::new((0..24 * 60).map(|minute| at(minute * 60 + 30)));
    sweep(&ports).await.unwrap();
    let sweeps = ports.sweep_from(at(24 * 3600)).await;
    assert_eq!(ports.sendings(), BTreeMap::from([(1, 24 * 60)]));
    assert!(sweeps > 1, "calls this slow take more than one sweep");
}

#[tokio::test]
async fn a_sweep_that_failed_is_gone_on_with_and_not_begun_again() {
    let ports = Slow::new((0..3000).map(|_| at(60)));
    ports.sends_left.store(30, Ordering::SeqCst);
    assert!(sweep(&ports).await.is_err());
    ports.sends_left.store(i64::MAX, Ordering::SeqCst);
    ports.sweep_from(at(60)).await;
    let twice = ports.sendings().get(&2).copied().unwrap_or_default();
    assert_eq!(ports.sent.lock().unwrap().len(), 3000);
    assert!((1..=1000).contains(&twice), "only the page that was begun is sent again: {twice}");
}

#[tokio::test]
async fn a_clock_that_was_a_year_ahead_leaves_no_timer_waiting_for_a_year() {
    let ports = Slow::new([at(60), at(3600)].into_iter());
    ports.wrongly_swept_to(at(365 * 24 * 3600));
    ports.sweep_from(at(30)).await;
    assert_eq!(ports.sendings(), BTreeMap::from([(1, 1)]));
    ports.sweep_from(at(3600)).await;
    assert_eq!(ports.sendings(), BTreeMap::from([(1, 2)]), "and it goes on from there, each once");
    assert_eq!(ports.walks.load(Ordering::SeqCst), 1, "and all that is open is looked through, once");
}

#[tokio::test]
async fn what_is_open_is_looked_through_also_where_the_first_message_of_it_was_lost() {
    let ports = Slow::new(std::iter::empty());
    ports.wrongly_swept_to(at(365 * 24 * 3600));
    ports.sends_left.store(0, Ordering::SeqCst);
    assert!(sweep(&ports).await.is_err());
    ports.sends_left.store(i64::MAX, Ordering::SeqCst);
    ports.sweep_from(at(60)).await;
    assert_eq!(ports.walks.load(Ordering::SeqCst), 1);
}

/// A machine without a battery begins in 1970, until it hears the time from the network.
#[tokio::test]
async fn a_clock_that_is_behind_sets_nothing_back() {
    let ports = Slow::new([at(60)].into_iter());
    sweep(&ports).await.unwrap();
    ports.clock.store(60_000, Ordering::SeqCst);
    sweep(&ports).await.unwrap();
    assert_eq!(ports.walks.load(Ordering::SeqCst), 0);
    assert_eq!(*ports.swept.lock().unwrap(), Some(Swept::minute(at(120).minute())));
}
