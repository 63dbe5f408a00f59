//! Whether a store can do its work now: asked of the writer and of the readers themselves.

use std::{error::Error, sync::atomic::Ordering, time::Duration};

use domain::clock;
use engine::ports::{Clock, Queue, in_full};
use rusqlite::{Connection, ErrorCode, ffi};
use tokio::{sync::oneshot, time::timeout};

use crate::{
    Store,
    failure::{Failure, Lost},
    restored::newest_entry,
};

/// Why a store does not do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ailment {
    #[error("the disk that holds the data is full; nothing is accepted until there is room")]
    DiskFull,
    #[error("the data file may not be written to")]
    ReadOnly,
    #[error("the data file is damaged; stop the host and restore a backup")]
    Damaged,
    #[error(
        "the data file cannot be written (SQLite's error {code}, {}); look for a limit on the size of files \
         (ulimit -f), a quota, or an error of the disk",
        ffi::code_to_str(*code)
    )]
    NotWritten { code: i32 },
    #[error(
        "the data file was deleted, moved or replaced while the host runs; nothing is accepted until that very file \
         lies there again. As long as the host runs it can be saved: `handoff backup` says how"
    )]
    Gone,
    #[error("the writer did not answer in time; the disk may be slow or gone")]
    Silent,
    #[error("the writer has ended; restart the host")]
    Ended,
    #[error("the queues cannot be read; the host's log says why")]
    QueuesUnreadable,
}

/// What a store that does its work has met. Found by the way: nothing is searched for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    #[error(
        "something that is stored here could not be read since the host was started; the host's log says what. Restore \
         a backup, or run the release that wrote it"
    )]
    Unreadable,
    #[error(
        "the newest entry is dated ahead of this machine's clock: the clock was wrong when it was written, or is now; \
         look at the machine's date, time and time zone"
    )]
    ClockBehindEntries,
    #[error("this machine's clock shows a time before the first release; set the date, or wait until the network does")]
    ClockBehindRelease,
}

impl Store {
    pub fn warnings(&self) -> Vec<Warning> {
        let now = self.now();
        // Where it cannot be read, `examine` says so.
        let newest = self.read("dating the newest entry", newest_entry).ok().flatten();
        let clock = match newest {
            _ if clock::is_before_any_release(now) => Some(Warning::ClockBehindRelease),
            Some(newest) if clock::was_ahead(newest, now) => Some(Warning::ClockBehindEntries),
            _ => None,
        };
        let unreadable = self.kept().unreadable.load(Ordering::Relaxed).then_some(Warning::Unreadable);
        unreadable.into_iter().chain(clock).collect()
    }

    /// Writes something, and reads the queues. Nothing is changed by it.
    pub async fn examine(&self, within: Duration) -> Result<(), Ailment> {
        let (sender, answer) = oneshot::channel();
        self.begin(write_something, move |_, written| drop(sender.send(written)));
        match timeout(within, answer).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(failure))) => return Err(ailment(&failure)),
            Ok(Err(_)) => return Err(Ailment::Ended),
            Err(_) => return Err(Ailment::Silent),
        }
        let unreadable = Queue::ALL.into_iter().find_map(|queue| self.next_visible_at(queue).err());
        unreadable.map_or(Ok(()), |error| {
            tracing::warn!(error = in_full(&error), "a queue cannot be read");
            let of_sqlite = error.source().and_then(|source| source.downcast_ref::<Failure>());
            Err(match of_sqlite.map(ailment) {
                Some(found @ (Ailment::Damaged | Ailment::Gone)) => found,
                _ => Ailment::QueuesUnreadable,
            })
        })
    }
}

/// The number that is there already: the same file, but a page of it goes to the disk.
fn write_something(connection: &Connection) -> Result<(), Failure> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(connection.execute_batch(&format!("PRAGMA user_version = {version}"))?)
}

fn ailment(failure: &Failure) -> Ailment {
    match (failure.code(), failure) {
        (Some(ErrorCode::DiskFull), _) => Ailment::DiskFull,
        (Some(ErrorCode::ReadOnly), _) => Ailment::ReadOnly,
        (Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase), _) => Ailment::Damaged,
        (_, Failure::Lost(Lost::Unanswered)) => Ailment::Ended,
        (_, Failure::Lost(Lost::Gone)) => Ailment::Gone,
        _ => Ailment::NotWritten { code: failure.extended_code() },
    }
}
