//! Signal handling.

use std::io;

/// How the service is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// In-flight requests are waited for, up to the configured timeout.
    Gracefully,
    /// Connections are closed immediately.
    AtOnce,
}

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Stop;

    /// Signal handlers, installed before anything else starts.
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
    /// Installs the handlers.
    ///
    /// # Errors
    /// The operating system's error.
    pub fn taken() -> io::Result<Self> {
        Self::install()
    }

    /// Waits for a signal to stop: SIGTERM, SIGINT or SIGQUIT. SIGHUP is logged and ignored.
    pub async fn stopped(&mut self) -> Stop {
        self.stop().await
    }
}
