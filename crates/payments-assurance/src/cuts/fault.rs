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
    /// The message arrives so late that the process has given up. Other connections work meanwhile.
    Hang,
    /// As a hang, but nothing passes the whole link meanwhile.
    Stall,
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
}

impl Fault {
    /// The faults of a message.
    pub(super) const fn all(server: Server, at: At) -> &'static [Self] {
        match (server, at) {
            // Nearly a thousand stalls of a quarter of a minute each.
            (Server::Postgres, At::Message(..)) => &[Self::CutBefore, Self::CutAfter, Self::Hang],
            (Server::Postgres, At::Commit(_))
            | (Server::Redis | Server::Gateway | Server::Sender, _) => {
                &[Self::CutBefore, Self::CutAfter, Self::Hang, Self::Stall]
            }
        }
    }

    /// How long a message is late: longer than the process waits (see `SETTINGS` of the lanes), by so much that the
    /// customer tries again meanwhile.
    pub(super) const fn lasts(self, server: Server) -> Duration {
        Duration::from_millis(match (self, server) {
            (Self::CutBefore | Self::CutAfter, _) => 0,
            // A transaction may take twelve times as long as a statement.
            (Self::Hang | Self::Stall, Server::Postgres) => 14_000,
            // A connection and a reply may take a second each.
            (Self::Hang, Server::Redis) => 3_500,
            (Self::Hang, Server::Gateway | Server::Sender) => 2_500,
            // Longer than a call that is repeated on another connection.
            (Self::Stall, Server::Redis | Server::Gateway | Server::Sender) => 5_000,
        })
    }

    /// Whether messages are late, and no connection is closed.
    pub(super) const fn is_late(self) -> bool {
        matches!(self, Self::Hang | Self::Stall)
    }
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
