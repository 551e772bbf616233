//! Where a link fails, and how.

use std::fmt;
use std::time::Duration;

/// What the process talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Server {
    Postgres,
    Redis,
    Gateway,
    Sender,
}

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The process.
    Up,
    /// The server.
    Down,
}

/// What happens to a message and its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection is closed, and the message is lost.
    CutBefore,
    /// The message arrives, and is answered; then the connection is closed, and the answer is lost.
    CutAfter,
    /// The message arrives so late that the process has given up. The connection stays open.
    Hang,
}

/// The message that a fault hits, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// The k-th message of a direction.
    Message(Direction, u64),
    /// The k-th COMMIT.
    Commit(u64),
}

impl Server {
    pub(super) const ALL: [Self; 4] = [Self::Postgres, Self::Redis, Self::Gateway, Self::Sender];

    /// Longer than the process waits for it (see `SETTINGS` of the lanes).
    pub(super) const fn hang(self) -> Duration {
        Duration::from_millis(match self {
            // A transaction may take twelve times as long as a statement.
            Self::Postgres => 12_500,
            // A connection and a reply may take a second each.
            Self::Redis => 2_500,
            Self::Gateway | Self::Sender => 1_500,
        })
    }
}

impl Fault {
    pub(super) const ALL: [Self; 3] = [Self::CutBefore, Self::CutAfter, Self::Hang];
}

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(Direction::Up, number) => write!(out, "message {number} to it"),
            Self::Message(Direction::Down, number) => write!(out, "message {number} from it"),
            Self::Commit(number) => write!(out, "COMMIT {number}"),
        }
    }
}
