use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{
    calendar::TimeOff,
    decide::Paused,
    effect::EffectResult,
    follow_up::Erasure,
    history::{Entry, ExecutionRow, MatchRow, TaskRow, TimerRow},
    id::{EffectId, ManifestId, MatchKey, MessageId, PersonId, PoolId, RecordKey},
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
    plan::Plan,
    playbook::{Person, Playbook},
    rotation::PoolState,
};
use engine::ports::{
    Absences, Activation, Active, Append, Bus, Claim, Clock, Cursor, DeadLetter, DeadLetters, Delayed, Dlq, EffectRow,
    Effects, Erase, ExecutionFilter, Executions, Histories, Letter, Look, Mail, MailError, Mailer, Matches, Members,
    Page, Playbooks, PoolVersion, Pools, PortError, Published, Queue, Queues, Rounds, Saved, Swept, TaskFilter, Tasks,
    Timers, Walk, Watermark,
};
use host::{Inside, OnStore};
use sqlite::Store;
use tokio::task::yield_now;

/// How one call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Nothing was done: the call was refused, or the caller died before it.
    Before,
    /// It was done and the answer was lost, or the caller died after it.
    After,
    /// The provider says that it takes nothing now. For all but `send` the same as `Before`.
    NotYet,
}

/// Which calls go wrong, counted from 0 over the whole run, and what was called so far.
#[derive(Debug, Default)]
pub struct Faults {
    faults: BTreeMap<usize, Fault>,
    /// The first call of this name goes wrong as well.
    first: Mutex<Option<(&'static str, Fault)>>,
    calls: AtomicUsize,
    names: Mutex<Vec<&'static str>>,
}

impl Faults {
    pub fn new(faults: impl IntoIterator<Item = (usize, Fault)>) -> Arc<Self> {
        Arc::new(Self { faults: faults.into_iter().collect(), ..Self::default() })
    }

    /// One fault, at the first call of this name.
    pub fn first_of(name: &'static str, fault: Fault) -> Arc<Self> {
        Arc::new(Self { first: Mutex::new(Some((name, fault))), ..Self::default() })
    }

    /// The calls of the run, in order.
    pub fn names(&self) -> Vec<&'static str> {
        self.names.lock().expect("one thread").clone()
    }

    fn next(&self, name: &'static str) -> Option<Fault> {
        self.names.lock().expect("one thread").push(name);
        let planned = self.faults.get(&self.calls.fetch_add(1, Ordering::Relaxed)).copied();
        let first = self.first.lock().expect("one thread").take_if(|(first, _)| *first == name);
        planned.or(first.map(|(_, fault)| fault))
    }
}

/// A host whose calls go wrong as they are told to, with a mailbox instead of a provider.
#[derive(Clone)]
pub struct Faulty<P> {
    pub inner: P,
    pub faults: Arc<Faults>,
    pub mailbox: Arc<Mutex<Vec<Sent>>>,
    /// Whether others at work get their turn between two calls: not inside of a transaction.
    pub lets_others_go: bool,
}

/// A message that the provider really took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub to: String,
    pub subject: String,
}

/// Tells a store that something is handed over. It is never asked.
struct Provider;

impl Mailer for Provider {
    async fn send(&self, _: Mail<'_>) -> Result<Option<String>, MailError> {
        unreachable!("the faulty ports send for themselves")
    }
}

impl OnStore for Faulty<Store> {
    fn inside(&self) -> Inside<Self> {
        let (faults, mailbox) = (Arc::clone(&self.faults), Arc::clone(&self.mailbox));
        Box::new(|unit| Self { inner: unit.with_mailer(Provider), faults, mailbox, lets_others_go: false })
    }
}

impl<P> Faulty<P> {
    async fn call<T>(
        &self,
        name: &'static str,
        call: impl Future<Output = Result<T, PortError>> + Send,
    ) -> Result<T, PortError> {
        let fault = self.faults.next(name);
        // Between any two calls something else may happen: others at work get their turn.
        if self.lets_others_go {
            yield_now().await;
        }
        match fault {
            None => call.await,
            Some(Fault::Before | Fault::NotYet) => Err(PortError::unavailable(name, "planned: not applied")),
            Some(Fault::After) => {
                call.await?;
                Err(PortError::unavailable(name, "planned: applied, answer lost"))
            }
        }
    }
}

/// Delegates methods to the inner host, any of which may go wrong.
macro_rules! with_faults {
    ($port:ident { $(fn $name:ident($($arg:ident: $of:ty),*) -> $answer:ty;)+ }) => {
        impl<P: $port> $port for Faulty<P> {
            $(async fn $name(&self, $($arg: $of),*) -> Result<$answer, PortError> {
                self.call(stringify!($name), self.inner.$name($($arg),*)).await
            })+
        }
    };
}

with_faults!(Histories {
    fn newest(record: &RecordKey) -> Option<Arc<Entry>>;
    fn look(record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Look;
    fn entry(record: &RecordKey, seq: u64) -> Option<Arc<Entry>>;
    fn append(entry: &Entry) -> Append;
    fn page(record: &RecordKey, before: Option<u64>, limit: usize) -> Vec<Entry>;
});
with_faults!(Erase {
    fn oldest(record: &RecordKey, limit: usize) -> Vec<Arc<Entry>>;
    fn erase(erasure: &Erasure) -> ();
});
with_faults!(Walk {
    fn walk(from: Option<&Cursor>, limit: usize) -> Page<(Arc<Entry>, Cursor)>;
    fn forget_effects(written_by: Instant, most: usize) -> usize;
    fn rounds() -> Option<Rounds>;
    fn set_rounds(rounds: &Rounds) -> ();
});
with_faults!(Matches {
    fn put_match(row: &MatchRow) -> ();
    fn matches(key: &MatchKey, limit: usize) -> Vec<MatchRow>;
});
with_faults!(Timers {
    fn put_timer(row: &TimerRow) -> ();
    fn timers_in(minute: i64, from: Option<&Cursor>, limit: usize) -> Page<TimerRow>;
});
with_faults!(Watermark {
    fn swept_to() -> Option<Swept>;
    fn set_swept_to(swept: &Swept) -> ();
    fn set_back(from: &Swept, to: &Swept) -> ();
});
with_faults!(Tasks {
    fn put_task(row: &TaskRow) -> ();
    fn tasks(filter: &TaskFilter, cursor: Option<&Cursor>, limit: usize) -> Page<TaskRow>;
});
with_faults!(Executions {
    fn put_execution(row: &ExecutionRow) -> ();
    fn executions(filter: &ExecutionFilter, cursor: Option<&Cursor>, limit: usize) -> Page<ExecutionRow>;
});
with_faults!(Queues {
    fn send_evaluate(messages: &[Delayed<ToEvaluate>]) -> ();
    fn send_assign(messages: &[Message<ToAssign>]) -> ();
    fn send_act(messages: &[Message<ToAct>]) -> ();
    fn send_escalate(messages: &[Message<Redrive>]) -> ();
});
with_faults!(Bus {
    fn publish(messages: &[&Message<ToEvaluate>]) -> ();
});
with_faults!(Pools {
    fn pool(pool: &PoolId, records: &[RecordKey]) -> (PoolState, PoolVersion);
    fn save_pool(pool: &PoolId, before: &PoolState, after: &PoolState, read: PoolVersion) -> Saved;
});
with_faults!(Members {
    fn absences(people: &BTreeMap<PersonId, Person>) -> Arc<Absences>;
    fn time_off(people: &[PersonId]) -> Absences;
    fn set_time_off(person: &PersonId, off: &[TimeOff]) -> ();
});
with_faults!(Effects {
    fn effect(effect: &EffectId) -> Option<EffectRow>;
    fn claim(row: &EffectRow) -> Claim;
    fn put_off(effect: &EffectId, attempt: &str, why: &str, until: Instant) -> ();
    fn hold(row: &EffectRow) -> ();
    fn settle(effect: &EffectId, result: &EffectResult, at: Instant) -> ();
    fn effects(cursor: Option<&Cursor>, limit: usize) -> Page<EffectRow>;
    fn held_effects(cursor: Option<&Cursor>, limit: usize) -> Page<EffectRow>;
});
with_faults!(Playbooks {
    fn active() -> Active;
    fn plan(manifest: &ManifestId) -> Option<Arc<Plan>>;
    fn publish(playbook: &Playbook, replaces: Option<&ManifestId>, activation: Activation) -> Published;
    fn set_paused(paused: &Paused) -> ();
    fn activations(limit: usize) -> Vec<Activation>;
});
with_faults!(DeadLetters {
    fn dead_letter(id: &str) -> Option<DeadLetter>;
    fn put_dead_letter(letter: &DeadLetter) -> ();
    fn dead_letters(cursor: Option<&Cursor>, limit: usize) -> Page<DeadLetter>;
});
with_faults!(Dlq {
    fn receive_dead(queue: Queue) -> Vec<Letter>;
    fn remove_dead(letter: &Letter) -> ();
    fn redrive(letter: &DeadLetter, attempt: u32) -> ();
});

impl<P: Clock> Clock for Faulty<P> {
    fn now(&self) -> Instant {
        self.inner.now()
    }
}

impl<P: Send + Sync> Mailer for Faulty<P> {
    async fn send(&self, mail: Mail<'_>) -> Result<Option<String>, MailError> {
        let fault = self.faults.next("send");
        match fault {
            Some(Fault::Before) => return Err(MailError::Unknown("planned: not sent".to_owned())),
            Some(Fault::NotYet) => return Err(MailError::NotYet("planned: not now".to_owned())),
            Some(Fault::After) | None => {}
        }
        let sent = Sent { to: mail.message.to.to_string(), subject: mail.message.subject.clone() };
        self.mailbox.lock().expect("one thread").push(sent);
        match fault {
            Some(_) => Err(MailError::Unknown("planned: sent, answer lost".to_owned())),
            None => Ok(None),
        }
    }
}
