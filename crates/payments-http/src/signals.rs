//! The signals that stop the service, and the one that does not.

use std::io;

/// How the service is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// What is under way is waited for, within the settings' time.
    Gracefully,
    /// Connections are closed at once.
    AtOnce,
}

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Stop;

    /// Signals that are taken from the start on, so that none ends the process in the middle of something.
    pub struct Signals {
        terminate: Signal,
        interrupt: Signal,
        quit: Signal,
        hang_up: Signal,
    }

    impl Signals {
        pub(super) fn install() -> io::Result<Self> {
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
                quit: signal(SignalKind::quit())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        }

        pub(super) async fn stop(&mut self) -> Stop {
            loop {
                tokio::select! {
                    _ = self.terminate.recv() => return Stop::Gracefully,
                    _ = self.interrupt.recv() => return Stop::AtOnce,
                    _ = self.quit.recv() => return Stop::AtOnce,
                    _ = self.hang_up.recv() => tracing::warn!(
                        "SIGHUP is ignored: settings are read at the start, and no log file is kept open"
                    ),
                }
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    use super::Stop;

    /// Ctrl-C.
    pub struct Signals;

    impl Signals {
        pub(super) fn install() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn stop(&mut self) -> Stop {
            drop(tokio::signal::ctrl_c().await);
            Stop::AtOnce
        }
    }
}

pub use system::Signals;

impl Signals {
    /// Takes the signals from now on.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn taken() -> io::Result<Self> {
        Self::install()
    }

    /// Waits for a signal to stop: SIGTERM, SIGINT or SIGQUIT. SIGHUP is logged and ignored.
    pub async fn stopped(&mut self) -> Stop {
        self.stop().await
    }
}
