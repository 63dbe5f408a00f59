//! A unit of work: a message and what follows from it at once, done on the thread that writes, in one transaction.
//!
//! ```text
//! begin ─ operation ─ [ step ─ step ─ … ─ acknowledge ] ─ operation ─ … ─ commit
//! ```
//! The steps call their ports as ever. These are a store inside of the group's transaction: it sees what was written
//! before it, and each of its operations is done when it returns, though nothing is durable before the commit. What a
//! step sends on, and could be handled at once, is kept for the unit and goes to no queue. What leaves the house never
//! does so from within a unit: that could not be taken back with it.
//!
//! A lead is then three operations that wait for the disk: it is accepted, taken and handled. Nothing is lost by it: the
//! message stays on its queue until the very transaction that holds all it led to. A unit that is not done, for whatever reason, leaves
//! nothing behind, and its message goes from queue to queue instead.

use std::{
    any::Any,
    collections::VecDeque,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use domain::{
    id::RecordKey,
    message::{Message, ToAct, ToAssign, ToEvaluate},
    playbook::Outbound,
};
use engine::ports::{Clock as _, Playbooks as _, PortError};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{
    Store,
    commit::{Ran, Writing, lend},
    failure::{Failure, Lost},
    kept::Kept,
    queue::{Receipt, acknowledge, lane_is_empty},
};

/// How many messages one unit handles: others wait for the thread that it runs on.
const MOST: usize = 32;

/// Brings what is kept in memory up to date, once it is known whether the unit is durable. What it leaves is not for the
/// writer's thread to drop.
pub(crate) type Afterwards = Box<dyn FnOnce(&Kept, bool) -> Box<dyn Any + Send> + Send>;

/// A message that follows from one that a unit has handled, to be handled in the same unit.
#[derive(Debug)]
pub enum Next {
    Evaluate(Message<ToEvaluate>),
    Assign(Message<ToAssign>),
    /// Of a store that hands nothing over: it has no mail provider, or keeps all in the outbox.
    Act(Message<ToAct>),
}

/// The transaction that a store is inside of.
pub(crate) struct Unit(Mutex<State>);

struct State {
    /// None once the unit has ended: what still holds its store then can do nothing with it.
    connection: Option<Writing>,
    afterwards: Vec<Afterwards>,
    appended: Vec<RecordKey>,
    evaluate: VecDeque<Message<ToEvaluate>>,
    assign: VecDeque<Message<ToAssign>>,
    act: VecDeque<Message<ToAct>>,
    taken: usize,
}

impl Unit {
    pub fn begin(connection: &Writing) -> Self {
        Self(Mutex::new(State {
            connection: Some(Arc::clone(connection)),
            afterwards: Vec::new(),
            appended: Vec::new(),
            evaluate: VecDeque::new(),
            assign: VecDeque::new(),
            act: VecDeque::new(),
            taken: 0,
        }))
    }

    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let connection = self.state().connection.clone().ok_or(Lost::Unanswered)?;
        let connection = lend(&connection);
        // A full disk makes SQLite roll back by itself: what is written after that would stay.
        if connection.is_autocommit() { Err(Lost::TakenBack.into()) } else { work(&connection) }
    }

    pub fn write<T: Clone + Send + 'static, L: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
        after: impl FnOnce(&Kept, Option<&T>) -> L + Send + 'static,
    ) -> Result<T, Failure> {
        let result = self.read(work);
        let written = result.as_ref().ok().cloned();
        let after = move |kept: &Kept, is_durable: bool| -> Box<dyn Any + Send> {
            Box::new(after(kept, written.as_ref().filter(|_| is_durable)))
        };
        self.state().afterwards.push(Box::new(after));
        result
    }

    /// Notes a record that the unit appends to.
    pub fn appends(&self, record: &RecordKey) {
        self.state().appended.push(record.clone());
    }

    /// Keeps a message to be handled next. False where the unit has enough, and it has to go to its queue.
    pub fn take(&self, next: Next) -> bool {
        let mut state = self.state();
        if state.taken == MOST {
            return false;
        }
        state.taken += 1;
        match next {
            Next::Evaluate(message) => state.evaluate.push_back(message),
            Next::Assign(message) => state.assign.push_back(message),
            Next::Act(message) => state.act.push_back(message),
        }
        true
    }

    /// A record's answers first: what is asked of another pool may be asked for no more.
    fn next(&self) -> Option<Next> {
        let mut state = self.state();
        let answer = state.evaluate.pop_front().map(Next::Evaluate);
        let request = || state.assign.pop_front().map(Next::Assign);
        answer.or_else(request).or_else(|| state.act.pop_front().map(Next::Act))
    }

    /// Whether a message of this lane overtakes none if it is handled at once.
    pub fn overtakes_nobody(&self, lane: &str) -> Result<bool, Failure> {
        self.read(|connection| Ok(lane_is_empty(connection, lane)?))
    }

    /// Does the work. Returns whether it was done, and what is left to do once that is durable or lost.
    pub fn run<W: Future<Output = bool>>(
        &self,
        work: impl FnOnce() -> W,
        message: Receipt,
        store: &Store,
    ) -> (bool, Vec<Afterwards>) {
        let now = store.now().as_millis();
        let work = || at_once(work()) == Some(true) && self.next().is_none();
        let is_done = self.execute("SAVEPOINT unit").is_ok()
            && catch_unwind(AssertUnwindSafe(work)).is_ok_and(|is_done| is_done)
            && self.read(|connection| acknowledge(connection, &message, now)).is_ok_and(|was_there| was_there)
            && self.execute("RELEASE unit").is_ok();
        if !is_done {
            // Where that fails, half of it would be committed with the group: then nothing of the group stays.
            if self.execute("ROLLBACK TO unit").and_then(|_| self.execute("RELEASE unit")).is_err() {
                let _ = self.execute("ROLLBACK");
            }
            self.state().appended.iter().for_each(|record| store.kept().newest.take_back(record));
        }
        let mut state = self.state();
        state.connection = None;
        (is_done, std::mem::take(&mut state.afterwards))
    }

    fn execute(&self, sql: &str) -> Result<usize, Failure> {
        self.read(|connection| Ok(connection.prepare_cached(sql)?.execute([])?))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Does a message's work on the thread that writes, in one transaction with what it leads to, and acknowledges the
    /// message. `work` is given the store to do it with, and says whether it was done.
    ///
    /// True once all of it is durable. Otherwise nothing of it was done, and the message is as it was.
    pub async fn in_one_transaction<W: Future<Output = bool>>(
        &self,
        message: Receipt,
        work: impl FnOnce(Self) -> W + Send + 'static,
    ) -> bool {
        let (sender, done) = oneshot::channel();
        let inside = self.inside();
        self.submit(Box::new(move |connection| {
            let store = inside(Unit::begin(connection));
            let unit = store.unit().expect("it was made with one");
            let (is_done, afterwards) = unit.run(|| work(store.clone()), message, &store);
            let kept = store.share_kept();
            let answer = move |lost: Option<&Lost>| {
                let is_durable = is_done && lost.is_none();
                let left = afterwards.into_iter().map(|after| after(&kept, is_durable)).collect::<Vec<_>>();
                // Without a host that waits, nobody has to know.
                let _ = sender.send((is_durable, left));
            };
            Ran { failed: !is_done, answer: Box::new(answer) }
        }));
        done.await.is_ok_and(|(is_durable, _)| is_durable)
    }

    /// The next message that follows from what this unit has handled.
    pub fn next_of_unit(&self) -> Option<Next> {
        self.unit()?.next()
    }

    /// Whether no effect leaves the house: there is no provider, or all is kept in the outbox.
    pub(crate) async fn hands_nothing_over(&self) -> Result<bool, PortError> {
        Ok(!self.has_mailer() || self.active().await?.plan.playbook.organisation.outbound == Outbound::Capture)
    }
}

/// Whether a future that waited was woken while it was being polled.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs a future that has nothing to wait for; none if it waits all the same.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&woken));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return Some(output),
            // It has only let others go first.
            Poll::Pending if woken.0.swap(false, Ordering::Relaxed) => {}
            Poll::Pending => return None,
        }
    }
}
