//! What this host knows of its own health: what its store says, asked at most once a second, for anybody may ask.

use std::{future::Future, pin::Pin, time::Duration};

use console::{Health, Unwell};
use sqlite::{Ailment, Store, Warning};
use tokio::{sync::Mutex, time::Instant};

/// How long the store may take to say that it is well.
const PATIENCE: Duration = Duration::from_secs(1);
const GOOD_FOR: Duration = Duration::from_secs(1);

/// Asks a store how it is.
pub struct Asked {
    store: Store,
    last: Mutex<Option<(Instant, Result<(), Ailment>)>>,
}

impl Asked {
    pub fn of(store: &Store) -> Self {
        Self { store: store.clone(), last: Mutex::new(None) }
    }

    /// Who comes while somebody asks gets the same answer.
    async fn examined(&self) -> Result<(), Ailment> {
        let mut last = self.last.lock().await;
        if let Some((at, found)) = *last
            && at.elapsed() < GOOD_FOR
        {
            return found;
        }
        let found = self.store.examine(PATIENCE).await;
        let before = last.map_or(Ok(()), |(_, found)| found);
        match found {
            Err(ailment) if before != found => tracing::warn!(why = %ailment, "not ready"),
            Ok(()) if before.is_err() => tracing::info!("ready again"),
            _ => {}
        }
        *last = Some((Instant::now(), found));
        found
    }
}

impl Health for Asked {
    fn problems(&self) -> Pin<Box<dyn Future<Output = Vec<Unwell>> + Send + '_>> {
        Box::pin(async {
            let ailment = self.examined().await.err();
            ailment.into_iter().map(|ailment| Unwell { code: code(ailment), detail: ailment.to_string() }).collect()
        })
    }

    fn warnings(&self) -> Vec<Unwell> {
        let unwell = |warning: Warning| Unwell { code: code_of(warning), detail: warning.to_string() };
        self.store.warnings().into_iter().map(unwell).collect()
    }
}

fn code_of(warning: Warning) -> &'static str {
    match warning {
        Warning::Unreadable => "data_damaged",
        Warning::ClockBehindEntries | Warning::ClockBehindRelease => "clock_wrong",
    }
}

fn code(ailment: Ailment) -> &'static str {
    match ailment {
        Ailment::DiskFull => "disk_full",
        Ailment::ReadOnly => "disk_read_only",
        Ailment::Damaged => "data_damaged",
        Ailment::NotWritten { .. } => "data_not_written",
        Ailment::Gone => "data_file_gone",
        Ailment::Silent => "writer_silent",
        Ailment::Ended => "writer_ended",
        Ailment::QueuesUnreadable => "queues_unreadable",
    }
}
