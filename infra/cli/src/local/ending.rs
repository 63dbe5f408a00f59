//! How a host ends: told to, in order, and never later than it was given time for.

use std::{io, time::Duration};

use host::Host;
use tokio::{task::JoinHandle, time::timeout};

/// Ctrl-c, SIGTERM and SIGXFSZ. From the moment it listens, none of them ends the process by itself.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    /// Not waited for: that it is listened to makes a write beyond a limit on the size of files fail, instead of
    /// ending the process without a word.
    #[cfg(unix)]
    _file_too_large: tokio::signal::unix::Signal,
}

/// `SIGXFSZ`, which has one number on all systems that a host runs on.
#[cfg(unix)]
const FILE_TOO_LARGE: i32 = 25;

impl Signals {
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            _file_too_large: signal(SignalKind::from_raw(FILE_TOO_LARGE))?,
        })
    }

    #[cfg(not(unix))]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Completes when somebody wants the host to stop; again, when somebody wants so again.
    #[cfg(unix)]
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    pub async fn asked(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}

/// Lets requests and messages that are under way end, but no longer than `grace`, and not at all once
/// somebody asks again. What was not finished is taken up by the next start, as after a kill.
pub async fn within(grace: Duration, signals: &mut Signals, server: JoinHandle<()>, host: Host) {
    let both = async { tokio::join!(server, host.stop()) };
    tokio::select! {
        _ = timeout(grace, both) => {}
        () = signals.asked() => {}
    }
}
