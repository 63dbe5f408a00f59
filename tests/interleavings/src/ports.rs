//! The ports of one attempt to run a handler further. Calls of earlier attempts get the answers they got then.
//! After those the handler may make one new call, and any calls whose order makes no difference; then it is
//! suspended until it is chosen again.

use std::{
    any::Any,
    collections::BTreeMap,
    future::pending,
    sync::{Arc, Mutex},
};

use domain::{
    calendar::TimeOff,
    clock::HONEST_SKEW_MINUTES,
    decide::Paused,
    follow_up::Erasure,
    history::{Entry, ExecutionRow, MatchRow, TaskRow, TimerRow},
    id::{ManifestId, MatchKey, MessageId, PersonId, PoolId, RecordKey},
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
    plan::Plan,
    playbook::{Person, Playbook},
    rotation::PoolState,
};
use engine::ports::{
    Absences, Activation, Active, Append, Clock, Cursor, Delayed, Erase, ExecutionFilter, Executions, Histories, Look,
    Matches, Members, Page, Playbooks, PoolVersion, Pools, PortError, Published, Queues, Saved, TaskFilter, Tasks,
    Timers,
};

use crate::{choice::How, world::World};

/// What a call touches, and so what may come before or after it with another outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// What never changes once it is there.
    ReadFixed,
    ReadActive,
    ReadTimeOff,
    ReadRecord,
    ReadPool,
    WriteTimeOff,
    WriteRecord,
    WritePool,
    /// A row that nothing here reads.
    PutRow,
    /// A message. A reader may take it later.
    Send,
}

impl Call {
    pub fn is_read(self) -> bool {
        matches!(self, Self::ReadFixed | Self::ReadActive | Self::ReadTimeOff | Self::ReadRecord | Self::ReadPool)
    }

    /// Commutes with whatever others do.
    pub fn follows_up(self) -> bool {
        matches!(self, Self::ReadFixed | Self::PutRow | Self::Send)
    }

    /// Whether it matters that it fails: for a read or a row it is the same as failing before
    /// or after the next write.
    pub fn can_fail(self) -> bool {
        matches!(self, Self::WriteTimeOff | Self::WriteRecord | Self::WritePool | Self::Send)
    }
}

/// Which calls a handler makes without standing before them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Free {
    /// Every call: a handler is one step.
    pub all: bool,
    /// Nothing left could publish.
    pub active: bool,
    /// Nothing left could change time off.
    pub time_off: bool,
    /// No call fails any more.
    pub faultless: bool,
}

impl Free {
    fn includes(self, call: Call, is_first: bool) -> bool {
        if call.can_fail() && !self.faultless {
            return false;
        }
        let unseen = match call {
            Call::ReadActive => self.active,
            Call::ReadTimeOff => self.time_off,
            call => call.follows_up(),
        };
        // A handler that has not asked anything yet is a message that is still waiting.
        self.all || unseen || (is_first && call.is_read())
    }
}

/// An answer that a handler had; none if the call failed.
#[derive(Clone)]
pub struct Answered(Option<Arc<dyn Any + Send + Sync>>);

/// One attempt to go on.
pub struct Attempt {
    pub world: World,
    pub now: Instant,
    pub log: Vec<Answered>,
    /// The number of everything that was answered.
    pub heard: u64,
    pub made: usize,
    /// How the call goes before which the handler stands.
    pub next: Option<How>,
    pub free: Free,
    /// The call before which the handler stands now.
    pub stands: Option<Call>,
}

/// All ports of a handler.
pub struct Ports(pub Mutex<Attempt>);

impl Ports {
    async fn call<T: Clone + Send + Sync + 'static>(
        &self,
        call: Call,
        name: &'static str,
        work: impl FnOnce(&mut World) -> (T, u64) + Send,
    ) -> Result<T, PortError> {
        let answered = self.0.lock().expect("one thread").answer(call, work);
        match answered {
            Some(Some(answer)) => Ok(answer),
            Some(None) => Err(PortError::unavailable(name, "planned")),
            None => pending().await,
        }
    }
}

impl Ports {
    /// Its clock is as far behind as an honest one can be.
    fn keep_up_with(&self, newest: Option<&Entry>) {
        let mut attempt = self.0.lock().expect("one thread");
        let earliest = newest.map(|newest| newest.at.plus_minutes(-HONEST_SKEW_MINUTES));
        attempt.now = earliest.map_or(attempt.now, |earliest| earliest.max(attempt.now));
    }
}

impl Attempt {
    /// The answer, `Some(None)` for a failure; nothing if the handler stands.
    fn answer<T: Clone + Send + Sync + 'static>(
        &mut self,
        call: Call,
        work: impl FnOnce(&mut World) -> (T, u64),
    ) -> Option<Option<T>> {
        if let Some(Answered(logged)) = self.log.get(self.made) {
            self.made += 1;
            let typed = |answer: &Arc<dyn Any + Send + Sync>| {
                answer.downcast_ref::<T>().expect("a handler asks the same again").clone()
            };
            return Some(logged.as_ref().map(typed));
        }
        if self.stands.is_some() {
            return None;
        }
        let how = match self.next.take() {
            Some(how) => how,
            None if self.free.includes(call, self.made == 0) => How::Well,
            None => {
                self.stands = Some(call);
                return None;
            }
        };
        let answer = match how {
            How::Well => Some(work(&mut self.world)),
            How::NotDone => None,
            How::AnswerLost => {
                work(&mut self.world);
                None
            }
        };
        let heard = answer.as_ref().map_or(u64::MAX, |(_, heard)| *heard);
        self.heard = crate::fingerprint::of(&(self.heard, heard));
        let answer = answer.map(|(answer, _)| answer);
        self.log.push(Answered(answer.clone().map(|answer| Arc::new(answer) as Arc<dyn Any + Send + Sync>)));
        self.made += 1;
        Some(answer)
    }
}

/// A method that neither `evaluate` nor `assign` calls.
fn not_asked<T>(operation: &'static str) -> Result<T, PortError> {
    Err(PortError::Refused { operation, why: "neither evaluate nor assign asks for it".to_owned() })
}

impl Clock for Ports {
    fn now(&self) -> Instant {
        self.0.lock().expect("one thread").now
    }
}

impl Histories for Ports {
    async fn newest(&self, record: &RecordKey) -> Result<Option<Arc<Entry>>, PortError> {
        let newest = self.call(Call::ReadRecord, "newest", |world| world.newest(record)).await?;
        self.keep_up_with(newest.as_deref());
        Ok(newest)
    }

    async fn look(&self, record: &RecordKey, message: &MessageId, _: Option<Instant>) -> Result<Look, PortError> {
        let look = self.call(Call::ReadRecord, "look", |world| world.look(record, message)).await?;
        self.keep_up_with(look.newest.as_deref());
        Ok(look)
    }

    async fn entry(&self, _: &RecordKey, _: u64) -> Result<Option<Arc<Entry>>, PortError> {
        not_asked("entry")
    }

    async fn append(&self, entry: &Entry) -> Result<Append, PortError> {
        self.call(Call::WriteRecord, "append", |world| world.append(entry)).await
    }

    async fn page(&self, record: &RecordKey, before: Option<u64>, limit: usize) -> Result<Vec<Entry>, PortError> {
        let Some(before) = before else { return not_asked("page") };
        self.call(Call::ReadFixed, "page", |world| world.page(record, before, limit)).await
    }
}

impl Erase for Ports {
    async fn oldest(&self, _: &RecordKey, _: usize) -> Result<Vec<Arc<Entry>>, PortError> {
        not_asked("oldest")
    }

    async fn erase(&self, _: &Erasure) -> Result<(), PortError> {
        not_asked("erase")
    }
}

impl Matches for Ports {
    async fn put_match(&self, _: &MatchRow) -> Result<(), PortError> {
        self.call(Call::PutRow, "put_match", |_| ((), 0)).await
    }

    async fn matches(&self, _: &MatchKey, _: usize) -> Result<Vec<MatchRow>, PortError> {
        // Nobody is known by another name here.
        self.call(Call::ReadFixed, "matches", |_| (Vec::new(), 0)).await
    }
}

impl Timers for Ports {
    async fn put_timer(&self, row: &TimerRow) -> Result<(), PortError> {
        // Somebody else fires it: a row is a message here.
        self.call(Call::Send, "put_timer", |world| world.put_timer(row)).await
    }

    async fn timers_in(&self, _: i64, _: Option<&Cursor>, _: usize) -> Result<Page<TimerRow>, PortError> {
        not_asked("timers_in")
    }
}

impl Tasks for Ports {
    async fn put_task(&self, _: &TaskRow) -> Result<(), PortError> {
        self.call(Call::PutRow, "put_task", |_| ((), 0)).await
    }

    async fn tasks(&self, _: &TaskFilter, _: Option<&Cursor>, _: usize) -> Result<Page<TaskRow>, PortError> {
        not_asked("tasks")
    }
}

impl Executions for Ports {
    async fn put_execution(&self, _: &ExecutionRow) -> Result<(), PortError> {
        self.call(Call::PutRow, "put_execution", |_| ((), 0)).await
    }

    async fn executions(
        &self,
        _: &ExecutionFilter,
        _: Option<&Cursor>,
        _: usize,
    ) -> Result<Page<ExecutionRow>, PortError> {
        not_asked("executions")
    }
}

impl Queues for Ports {
    async fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>]) -> Result<(), PortError> {
        let messages = messages.iter().map(|delayed| &delayed.message);
        self.call(Call::Send, "send_evaluate", |world| world.send_evaluate(messages)).await
    }

    async fn send_assign(&self, messages: &[Message<ToAssign>]) -> Result<(), PortError> {
        self.call(Call::Send, "send_assign", |world| world.send_assign(messages)).await
    }

    async fn send_act(&self, _: &[Message<ToAct>]) -> Result<(), PortError> {
        self.call(Call::PutRow, "send_act", |_| ((), 0)).await
    }

    async fn send_escalate(&self, _: &[Message<Redrive>]) -> Result<(), PortError> {
        not_asked("send_escalate")
    }
}

impl Pools for Ports {
    async fn pool(&self, pool: &PoolId, _: &[RecordKey]) -> Result<(PoolState, PoolVersion), PortError> {
        self.call(Call::ReadPool, "pool", |world| world.pool(pool)).await
    }

    async fn save_pool(
        &self,
        pool: &PoolId,
        _: &PoolState,
        after: &PoolState,
        read: PoolVersion,
    ) -> Result<Saved, PortError> {
        self.call(Call::WritePool, "save_pool", |world| world.save_pool(pool, after, read)).await
    }
}

impl Members for Ports {
    async fn absences(&self, _: &BTreeMap<PersonId, Person>) -> Result<Arc<Absences>, PortError> {
        self.call(Call::ReadTimeOff, "absences", |world| world.absences()).await
    }

    async fn time_off(&self, people: &[PersonId]) -> Result<Absences, PortError> {
        let mut all = Absences::clone(&*self.call(Call::ReadTimeOff, "time_off", |world| world.absences()).await?);
        all.retain(|person, _| people.contains(person));
        Ok(all)
    }

    async fn set_time_off(&self, person: &PersonId, off: &[TimeOff]) -> Result<(), PortError> {
        self.call(Call::WriteTimeOff, "set_time_off", |world| world.set_time_off(person, off)).await
    }
}

impl Playbooks for Ports {
    async fn active(&self) -> Result<Active, PortError> {
        self.call(Call::ReadActive, "active", |world| world.active()).await
    }

    async fn plan(&self, manifest: &ManifestId) -> Result<Option<Arc<Plan>>, PortError> {
        self.call(Call::ReadFixed, "plan", |world| world.plan(manifest)).await
    }

    async fn publish(&self, _: &Playbook, _: Option<&ManifestId>, _: Activation) -> Result<Published, PortError> {
        not_asked("publish")
    }

    async fn set_paused(&self, _: &Paused) -> Result<(), PortError> {
        not_asked("set_paused")
    }

    async fn activations(&self, _: usize) -> Result<Vec<Activation>, PortError> {
        not_asked("activations")
    }
}
