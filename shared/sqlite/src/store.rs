//! The store: one file, or memory, behind all ports.
//!
//! Both kinds run the same operations. A file's writes go to the writer thread and are
//! committed in groups; memory runs each operation at once, in the order of the calls.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

use domain::instant::Instant;
use engine::ports::{Clock, Mailer, PortError, Queue, Restored};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{
    beside,
    commit::{Job, Ran, Writing, commit_together, lend},
    connection,
    damage::{self, Found},
    failure::{Failure, Lost},
    kept::Kept,
    life,
    lock::{Lock, LockError, lock},
    log::Log,
    mailer::AnyMailer,
    newest::View,
    place::Place,
    private,
    queue::free_handled,
    readers::Readers,
    restored,
    schema::{SchemaError, bring_up},
    unit::Unit,
    writer::Writer,
};

/// How long a file is looked at for damage when it is opened.
const LOOKED_AT: Duration = Duration::from_secs(10);

/// All ports on one SQLite file or in memory. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    mailer: Option<Arc<dyn AnyMailer>>,
}

struct Inner {
    access: Access,
    clock: Arc<dyn Clock>,
    kept: Arc<Kept>,
    log: Log,
}

/// The fields of `File` are dropped in this order: the lock goes once the file is closed.
enum Access {
    File {
        readers: Readers,
        writer: Writer,
        _lock: Lock,
    },
    /// `alone` is held by what runs a group, or reads.
    Memory {
        connection: Writing,
        alone: Mutex<()>,
    },
    /// Inside of a transaction that is open.
    Unit(Unit),
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error("{} cannot be used", path.display())]
    Schema {
        path: PathBuf,
        #[source]
        source: SchemaError,
    },
    #[error("{} cannot be opened", path.display())]
    Open {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    #[error(
        "{} is damaged ({what}); restore a backup of it, or save what can be read with `sqlite3 {} .recover`",
        path.display(), path.display()
    )]
    Damaged { path: PathBuf, what: String },
    #[error(
        "{} is missing or empty, and {} to it: put it back, or restore a backup. To begin a new store, move away what \
         is left of this one",
        path.display(), belonging(left)
    )]
    Missing { path: PathBuf, left: Vec<PathBuf> },
    #[error(
        "{} may not belong to {}: another file lay there when it was begun, and it would be written over this one. \
         If both were copied together, remove {}.life and start again; if not, move the log away",
        log.display(), path.display(), path.display()
    )]
    ForeignLog { path: PathBuf, log: PathBuf },
    #[error("{} cannot be marked as open", path.display())]
    Mark {
        path: PathBuf,
        #[source]
        source: PortError,
    },
    #[error("the writer's thread did not start")]
    Thread(#[source] std::io::Error),
}

impl Store {
    /// Opens a file, making it if there is none. The file is this process's until the last
    /// clone is dropped. What was in flight when the last process ended can be received at once.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        refuse_missing(path)?;
        let lock = lock(path)?;
        let found = life::look(path);
        if found.log_is_foreign {
            return Err(OpenError::ForeignLog { path: path.to_owned(), log: beside(path, "-wal") });
        }
        let connection = connection::for_writing(path).map_err(|source| unopened(path, source))?;
        bring_up(&connection).map_err(|source| unusable(path, source))?;
        private::take_from_others(path);
        refuse_damaged(&connection, path)?;
        begin(&connection, path, found.is_copy, clock.now())?;
        free_handled(&connection, clock.now()).map_err(|source| unopened(path, source))?;
        let place = Place::of(path).map_err(|source| LockError::Unusable { path: path.to_owned(), source })?;
        let place = Arc::new(place);
        let writer = Writer::start(connection, Some(Arc::clone(&place))).map_err(OpenError::Thread)?;
        let readers = Readers::new(path.to_owned(), place);
        Ok(Self::over(Access::File { readers, writer, _lock: lock }, clock, found.log))
    }

    /// Completes if the store can write no more for good: its process has to be started again.
    pub async fn broken(&self) {
        match &self.inner.access {
            Access::File { writer, .. } => writer.ended().await,
            Access::Memory { .. } | Access::Unit(_) => std::future::pending().await,
        }
    }

    /// A store that is gone when it is dropped.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        let connection = connection::in_memory().expect("memory can be opened");
        bring_up(&connection).expect("an empty database takes the schema");
        let (connection, alone) = (Arc::new(Mutex::new(connection)), Mutex::default());
        Self::over(Access::Memory { connection, alone }, clock, Log::Whole)
    }

    fn over(access: Access, clock: Arc<dyn Clock>, log: Log) -> Self {
        Self { inner: Arc::new(Inner { access, clock, kept: Arc::default(), log }), mailer: None }
    }

    /// What became of the file's log before it was opened. What is lost by then cannot be counted.
    pub fn log(&self) -> Log {
        self.inner.log
    }

    /// The same store, with a provider for its e-mail. Without one every e-mail is refused.
    pub fn with_mailer(self, mailer: impl Mailer + 'static) -> Self {
        Self { mailer: Some(Arc::new(mailer)), ..self }
    }

    /// Whether it has a provider for its e-mail.
    pub fn has_mailer(&self) -> bool {
        self.mailer.is_some()
    }

    pub(crate) fn mailer(&self) -> Option<&dyn AnyMailer> {
        self.mailer.as_deref()
    }

    /// Completes when something may have arrived on a queue since the last time it completed.
    /// For one waiting consumer per queue.
    pub async fn arrival(&self, queue: Queue) {
        self.kept().arrivals.on(queue).notified().await;
    }

    /// Runs an operation and returns once what it wrote is durable. Dropping the future does
    /// not take the operation back.
    pub(crate) async fn write<T: Clone + Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, PortError> {
        self.write_and(operation, work, |_, _| {}).await
    }

    /// Like `write`, and brings what is kept in memory up to date before the caller hears of
    /// it, whether or not the caller still waits. `after` is given what was written; after an
    /// error nothing, and then it is not known whether the write was applied. What it leaves is dropped by the caller.
    pub(crate) async fn write_and<T: Clone + Send + 'static, L: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
        after: impl FnOnce(&Kept, Option<&T>) -> L + Send + 'static,
    ) -> Result<T, PortError> {
        if let Some(unit) = self.unit() {
            return unit.write(work, after).map_err(|failure| failure.into_port(operation));
        }
        let (sender, answer) = oneshot::channel();
        self.begin(work, move |kept, result| {
            let left = after(kept, result.as_ref().ok());
            // A caller who no longer waits has nothing to be told.
            let _ = sender.send((result, left));
        });
        let result = answer.await.map_or(Err(Failure::Lost(Lost::Unanswered)), |(result, _)| result);
        result.map_err(|failure| failure.into_port(operation))
    }

    /// Like `write`, and wakes the queue's consumer.
    pub(crate) async fn write_to_queue<T: Clone + Send + 'static>(
        &self,
        operation: &'static str,
        queue: Queue,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, PortError> {
        self.write_and(operation, work, move |kept, _| kept.arrivals.on(queue).notify_one()).await
    }

    /// Hands an operation over. It is durable when `answer` is given its result, and before
    /// any operation that is handed over later.
    pub(crate) fn begin<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
        answer: impl FnOnce(&Kept, Result<T, Failure>) + Send + 'static,
    ) {
        let kept = Arc::clone(&self.inner.kept);
        self.submit(Box::new(move |connection| {
            let result = work(&lend(connection));
            let failed = result.is_err();
            let answer = move |lost: Option<&Lost>| {
                answer(&kept, lost.map_or(result, |lost| Err(lost.clone().into())));
            };
            Ran { failed, answer: Box::new(answer) }
        }));
    }

    pub(crate) fn submit(&self, job: Job) {
        match &self.inner.access {
            Access::File { writer, .. } => writer.submit(job),
            Access::Memory { connection, alone } => {
                let _alone = alone.lock().unwrap_or_else(PoisonError::into_inner);
                commit_together(connection, None, job, || None);
            }
            // What hands an operation over here would wait for itself; without an answer it is not waited for.
            Access::Unit(_) => drop(job),
        }
    }

    /// What makes the same store inside of a transaction. It does not hold this one: the last to hold a file closes it,
    /// which the thread that writes to it cannot wait for.
    pub(crate) fn inside(&self) -> impl FnOnce(Unit) -> Self + Send + use<> {
        let (clock, kept, log) = (Arc::clone(&self.inner.clock), self.share_kept(), self.inner.log);
        let mailer = self.mailer.clone();
        move |unit| Self { inner: Arc::new(Inner { access: Access::Unit(unit), clock, kept, log }), mailer }
    }

    /// The transaction that the store is inside of, if it is.
    pub(crate) fn unit(&self) -> Option<&Unit> {
        match &self.inner.access {
            Access::Unit(unit) => Some(unit),
            Access::File { .. } | Access::Memory { .. } => None,
        }
    }

    /// Reads; sees every write that has returned.
    pub(crate) fn read<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, PortError> {
        let result = match &self.inner.access {
            Access::File { readers, .. } => readers.read(work),
            Access::Memory { connection, alone } => {
                let _alone = alone.lock().unwrap_or_else(PoisonError::into_inner);
                work(&lend(connection))
            }
            Access::Unit(unit) => unit.read(work),
        };
        result.map_err(|failure| {
            if matches!(failure, Failure::Json(_) | Failure::History(_)) {
                self.kept().unreadable.store(true, Ordering::Relaxed);
            }
            failure.into_port(operation)
        })
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.inner.kept
    }

    /// What is kept, for an operation to take along.
    pub(crate) fn share_kept(&self) -> Arc<Kept> {
        Arc::clone(&self.inner.kept)
    }

    pub(crate) fn view(&self) -> View {
        if self.unit().is_some() { View::Open } else { View::Durable }
    }
}

impl Clock for Store {
    fn now(&self) -> Instant {
        self.inner.clock.now()
    }
}

/// What is beside a file that is not there belongs to a store, which a new one would replace in silence.
fn refuse_missing(path: &Path) -> Result<(), OpenError> {
    let holds_something = |path: &Path| fs::metadata(path).is_ok_and(|there| there.len() > 0);
    if holds_something(path) {
        return Ok(());
    }
    let left: Vec<_> = ["-wal", ".life"].map(|ending| beside(path, ending)).into();
    let left: Vec<_> = left.into_iter().filter(|file| holds_something(file)).collect();
    if left.is_empty() { Ok(()) } else { Err(OpenError::Missing { path: path.to_owned(), left }) }
}

/// `x belongs`, or `x and y belong`.
fn belonging(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    format!("{} {}", names.join(" and "), if names.len() == 1 { "belongs" } else { "belong" })
}

/// A file of ours that is not whole is not opened; one too large to be looked at in time is, and it is said.
fn refuse_damaged(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    match damage::look(connection, LOOKED_AT).map_err(|source| unopened(path, source))? {
        Found::Whole => Ok(()),
        Found::NotChecked(tables) => {
            let (file, tables) = (path.display(), tables.join(", "));
            tracing::warn!(%file, tables, "too large to be checked for damage at a start; the other tables are whole");
            Ok(())
        }
        Found::Damaged(what) => Err(OpenError::Damaged { path: path.to_owned(), what }),
    }
}

fn unusable(path: &Path, source: SchemaError) -> OpenError {
    match source {
        SchemaError::Sql(source) if damage::is_damage(&source) => unopened(path, source),
        source => OpenError::Schema { path: path.to_owned(), source },
    }
}

/// Begins a life of the file. In a copy everything outbound is held first.
fn begin(connection: &Connection, path: &Path, is_copy: bool, now: Instant) -> Result<(), OpenError> {
    let hold = || {
        if is_copy {
            let as_of = restored::newest_entry(connection)?;
            restored::mark(connection, &Restored { as_of, ..Restored::default() })?;
        }
        restored::hold(connection, now)?;
        Ok(life::begin(connection, path)?)
    };
    hold().map_err(|failure: Failure| OpenError::Mark {
        path: path.to_owned(),
        source: failure.into_port("opening the data"),
    })
}

fn unopened(path: &Path, source: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    if damage::is_damage(&source) {
        return OpenError::Damaged { path, what: source.to_string() };
    }
    match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::Schema { path, source: SchemaError::Foreign },
        _ => OpenError::Open { path, source },
    }
}
