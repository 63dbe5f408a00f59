//! Connections that are open and idle, so that not every message needs a new greeting. Their number is
//! bounded: providers count them.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use lettre::transport::smtp::{Error, client::AsyncSmtpConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::server::Server;

/// What most providers allow one sender.
const AT_A_TIME: usize = 8;
/// Servers hang up on who says nothing, usually after minutes.
const IDLE: Duration = Duration::from_secs(30);

pub(crate) struct Pool {
    pub server: Server,
    slots: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Pool {
    pub fn new(server: Server) -> Self {
        Self { server, slots: Semaphore::new(AT_A_TIME), idle: Mutex::default() }
    }

    /// The right to use one connection, in the order of asking.
    pub async fn slot(&self) -> SemaphorePermit<'_> {
        self.slots.acquire().await.expect("the slots are never closed")
    }

    /// A connection that has just answered: an idle one, or a new one.
    pub async fn open(&self) -> Result<AsyncSmtpConnection, Error> {
        while let Some(mut connection) = self.take() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.server.connect().await
    }

    /// Keeps a connection whose last message was taken.
    pub fn keep(&self, connection: AsyncSmtpConnection) {
        self.idle().push((connection, Instant::now()));
    }

    fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle();
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
