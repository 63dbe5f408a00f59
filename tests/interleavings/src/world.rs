//! What is durable: a host's stores and queues as values. A clone is another world.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    calendar::TimeOff,
    decide::Paused,
    follow_up::request_timer,
    history::{Entry, TimerRow},
    id::{ManifestId, MessageId, PersonId, PoolId, RecordKey, TimerId},
    instant::Instant,
    message::{Message, ToAssign, ToEvaluate},
    plan::Plan,
    playbook::{Playbook, Pool},
    rotation::PoolState,
};
use engine::{
    evaluate::{Sending, timer_message},
    ports::{Absences, Active, Append, Look, PoolVersion, Saved},
};

use crate::{fingerprint, rotation};

/// Everything that a crash leaves as it is.
#[derive(Clone)]
pub struct World {
    histories: BTreeMap<RecordKey, History>,
    pools: BTreeMap<PoolId, PoolRow>,
    off: Arc<BTreeMap<PersonId, Vec<TimeOff>>>,
    active: ManifestId,
    plans: Arc<BTreeMap<ManifestId, Arc<Plan>>>,
    /// What is on a queue, or may be done from outside, in any order.
    pub waiting: Vec<Arc<Errand>>,
    timers: BTreeSet<(TimerId, u32)>,
    /// Records whose timers fire; of the others only those of their requests do.
    fires_for: Arc<BTreeSet<RecordKey>>,
    /// A store that saves a pool although somebody else saved it meanwhile: the rules have to find that out.
    pub heedless: bool,
    /// Whether each timer is sent twice: when it is armed, and by the sweep.
    pub sent_twice: bool,
    /// Whether the pool counted open records from the start: then they can be recounted.
    pub counts_open: bool,
}

#[derive(Clone, Default)]
struct History {
    entries: Vec<Arc<Entry>>,
    fingerprint: u64,
}

#[derive(Clone, Default)]
struct PoolRow {
    state: Arc<PoolState>,
    version: PoolVersion,
    fingerprint: u64,
}

/// Something that will be done sooner or later.
pub struct Errand {
    pub body: Body,
    pub fingerprint: u64,
}

/// A message on a queue, or what a person does beside them.
pub enum Body {
    Evaluate(Message<ToEvaluate>),
    Assign(Message<ToAssign>),
    Publish(Arc<Plan>),
}

impl Errand {
    pub fn new(body: Body) -> Arc<Self> {
        let fingerprint = match &body {
            Body::Evaluate(message) => fingerprint::of_stored(message),
            Body::Assign(message) => fingerprint::of_stored(message),
            Body::Publish(plan) => fingerprint::of(&plan.playbook.manifest_id()),
        };
        Arc::new(Self { body, fingerprint })
    }

    /// When it was caused; a timer's time.
    pub fn since(&self) -> Option<Instant> {
        match &self.body {
            Body::Evaluate(message) => Some(message.since),
            Body::Assign(message) => Some(message.since),
            Body::Publish(_) => None,
        }
    }

    pub fn assign(&self) -> Option<Message<ToAssign>> {
        match &self.body {
            Body::Assign(message) => Some(message.clone()),
            _ => None,
        }
    }

    pub fn is_away(&self) -> bool {
        matches!(&self.body, Body::Assign(Message { body: ToAssign::Away { .. }, .. }))
    }
}

impl World {
    pub fn new(playbook: Playbook) -> Self {
        let mut world = Self {
            histories: BTreeMap::new(),
            pools: BTreeMap::new(),
            off: Arc::default(),
            active: playbook.manifest_id(),
            plans: Arc::default(),
            waiting: Vec::new(),
            timers: BTreeSet::new(),
            fires_for: Arc::default(),
            heedless: false,
            sent_twice: false,
            counts_open: playbook.pools.values().all(Pool::counts_open),
        };
        world.publish(&Arc::new(Plan::of(playbook)));
        world
    }

    pub fn firing_for(mut self, record: RecordKey) -> Self {
        Arc::make_mut(&mut self.fires_for).insert(record);
        self
    }

    pub fn publish(&mut self, plan: &Arc<Plan>) {
        self.active = plan.playbook.manifest_id();
        Arc::make_mut(&mut self.plans).insert(self.active.clone(), Arc::clone(plan));
    }

    /// The number of this world: two with the same one go on in the same ways.
    pub fn fingerprint(&self) -> u64 {
        let histories: Vec<u64> = self.histories.values().map(|history| history.fingerprint).collect();
        let pools: Vec<u64> = self.pools.values().map(|pool| pool.fingerprint).collect();
        let waiting = fingerprint::of_any_order(self.waiting.iter().map(|errand| errand.fingerprint));
        let rest = (self.off_fingerprint(), &self.active, &self.timers);
        fingerprint::of(&(histories, pools, waiting, rest))
    }

    pub fn records(&self) -> impl Iterator<Item = (&RecordKey, &[Arc<Entry>])> {
        self.histories.iter().map(|(record, history)| (record, history.entries.as_slice()))
    }

    pub fn pools(&self) -> impl Iterator<Item = (&PoolId, &PoolState)> {
        self.pools.iter().map(|(pool, row)| (pool, &*row.state))
    }

    /// Whether a timer was kept; those that fire are on their way from then on.
    pub fn has_timer(&self, timer: &TimerId, generation: u32) -> bool {
        self.timers.contains(&(timer.clone(), generation))
    }
}

/// What the ports ask of a world: the answer, and the number of what was read.
impl World {
    pub fn newest(&self, record: &RecordKey) -> (Option<Arc<Entry>>, u64) {
        let history = self.histories.get(record);
        (history.and_then(|history| history.entries.last().cloned()), history.map_or(0, |history| history.fingerprint))
    }

    pub fn look(&self, record: &RecordKey, message: &MessageId) -> (Look, u64) {
        let (newest, fingerprint) = self.newest(record);
        let entries = self.histories.get(record).map_or(&[][..], |history| &history.entries);
        let own = entries.iter().find(|entry| entry.caused_by == *message).cloned();
        (Look { newest, own }, fingerprint)
    }

    /// Entries before one that is there or comes next: they never change.
    pub fn page(&self, record: &RecordKey, before: u64, limit: usize) -> (Vec<Entry>, u64) {
        let entries = self.histories.get(record).map_or(&[][..], |history| &history.entries);
        let earlier = entries.iter().rev().filter(|entry| entry.seq < before);
        (earlier.take(limit).map(|entry| Entry::clone(entry)).collect(), 0)
    }

    pub fn append(&mut self, entry: &Entry) -> (Append, u64) {
        let history = self.histories.entry(entry.record.clone()).or_default();
        if entry.seq != history.entries.len() as u64 + 1 {
            return (Append::Taken, 0);
        }
        // Without the active playbook's name: it is kept for people, and neither the engine nor a rule asks for it.
        let stored = (entry.at, &entry.caused_by, &entry.changes);
        history.fingerprint = fingerprint::of(&(history.fingerprint, fingerprint::of_stored(&stored)));
        history.entries.push(Arc::new(entry.clone()));
        (Append::Done, 1)
    }

    pub fn put_timer(&mut self, row: &TimerRow) -> ((), u64) {
        let is_new = self.timers.insert((row.timer.clone(), row.generation));
        let asked = self.histories[&row.record].entries[row.seq as usize - 1].head.requests.iter();
        let of_request = asked.map(|request| request_timer(&request.id)).any(|timer| timer == row.timer);
        if is_new && (self.fires_for.contains(&row.record) || of_request) {
            let sweep = Sending::Swept { minute: row.due.minute() };
            let sendings = if self.sent_twice { &[Sending::Armed, sweep][..] } else { &[Sending::Armed] };
            for sending in sendings {
                let message = timer_message(row, row.due, *sending).message;
                self.waiting.push(Errand::new(Body::Evaluate(message)));
            }
        }
        ((), 0)
    }

    pub fn send_evaluate<'m>(&mut self, messages: impl Iterator<Item = &'m Message<ToEvaluate>>) -> ((), u64) {
        // A timer is on its way since its row was put; that it comes twice is a fault like any other.
        let sent = messages.filter(|message| !matches!(message.body, ToEvaluate::Timer { .. }));
        self.waiting.extend(sent.map(|message| Errand::new(Body::Evaluate(message.clone()))));
        ((), 0)
    }

    pub fn send_assign(&mut self, messages: &[Message<ToAssign>]) -> ((), u64) {
        self.waiting.extend(messages.iter().map(|message| Errand::new(Body::Assign(message.clone()))));
        ((), 0)
    }

    pub fn pool(&self, pool: &PoolId) -> ((PoolState, PoolVersion), u64) {
        let row = self.pools.get(pool).cloned().unwrap_or_default();
        ((PoolState::clone(&row.state), row.version), row.fingerprint)
    }

    pub fn save_pool(&mut self, pool: &PoolId, state: &PoolState, read: PoolVersion) -> (Saved, u64) {
        let row = self.pools.entry(pool.clone()).or_default();
        if row.version != read && !self.heedless {
            return (Saved::Conflict, 0);
        }
        let version = row.version + 1;
        let fingerprint = fingerprint::of(&(version, fingerprint::of_stored(&rotation::rows(state))));
        *row = PoolRow { state: Arc::new(state.clone()), version, fingerprint };
        (Saved::Done, 1)
    }

    pub fn absences(&self) -> (Arc<Absences>, u64) {
        (Arc::clone(&self.off), self.off_fingerprint())
    }

    pub fn set_time_off(&mut self, person: &PersonId, off: &[TimeOff]) -> ((), u64) {
        Arc::make_mut(&mut self.off).insert(person.clone(), off.to_vec());
        ((), 0)
    }

    pub fn active(&self) -> (Active, u64) {
        let (manifest, paused) = (self.active.clone(), Paused::Nothing);
        let plan = Arc::clone(&self.plans[&manifest]);
        let fingerprint = fingerprint::of(&manifest);
        (Active { manifest, plan, paused, restored: None }, fingerprint)
    }

    pub fn plan(&self, manifest: &ManifestId) -> (Option<Arc<Plan>>, u64) {
        (self.plans.get(manifest).cloned(), fingerprint::of(manifest))
    }

    fn off_fingerprint(&self) -> u64 {
        if self.off.is_empty() { 0 } else { fingerprint::of_stored(&*self.off) }
    }
}
