//! Attackers, who hold as many connections as they can.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::kernel;
use crate::proof::{now, since};
use crate::system::Customer;

/// The time between two bytes of a slow attacker.
const PAUSE: Duration = Duration::from_millis(200);
/// How long attackers may be left open on a busy machine; the deadlines are a few seconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many connections are opened at once.
const AT_ONCE: usize = 64;
/// How often each connection's place is used for a bomb.
const BOMBS: usize = 6;

const LIVE: &str = "GET /health/live HTTP/1.1\r\nHost: shop\r\n\r\n";
const SLOW: &str = "GET /health/live HTTP/1.1\r\nHost: shop\r\nX: ";

/// What attackers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attack {
    /// A body comes byte by byte.
    SlowBody,
    /// A head comes byte by byte.
    SlowHead,
    /// The head of a later request comes byte by byte.
    SlowLaterHead,
    /// Responses are never read.
    Unread,
    /// A connection does nothing after its first request.
    Idle,
    /// Heads are huge or have thousands of fields.
    HeadBombs,
    /// Paths are huge or have thousands of segments.
    PathBombs,
}

/// How an attack went.
#[derive(Clone, Debug, Default)]
pub(super) struct Attacked {
    /// The most connections that the server had at once.
    pub(super) at_once: usize,
    /// The longest that the server kept one.
    pub(super) longest: Duration,
    /// Those that it did not close.
    pub(super) left_open: usize,
    /// The bombs that it refused.
    pub(super) refused: u64,
}

impl Attack {
    pub(super) const ALL: [Self; 7] = [
        Self::SlowBody,
        Self::SlowHead,
        Self::SlowLaterHead,
        Self::Unread,
        Self::Idle,
        Self::HeadBombs,
        Self::PathBombs,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SlowBody => "slow bodies",
            Self::SlowHead => "slow heads",
            Self::SlowLaterHead => "slow heads of later requests",
            Self::Unread => "unread responses",
            Self::Idle => "idle connections",
            Self::HeadBombs => "head bombs",
            Self::PathBombs => "path bombs",
        }
    }

    /// How many connections it has.
    pub(super) const fn connections(self) -> usize {
        match self {
            Self::SlowBody | Self::SlowHead | Self::SlowLaterHead => 100,
            Self::Unread => 30,
            Self::Idle => 1_000,
            Self::HeadBombs | Self::PathBombs => 16,
        }
    }

    /// Whether it holds connections open, so that only a deadline ends them.
    pub(super) const fn holds(self) -> bool {
        !matches!(self, Self::HeadBombs | Self::PathBombs)
    }

    /// Attacks a server until it has closed all connections.
    pub(super) async fn run(self, server: SocketAddr, customer: &Customer) -> Result<Attacked> {
        if !self.holds() {
            return self.throw_bombs(server).await;
        }
        let opening = (0..self.connections()).map(|_| self.open(server, customer));
        let held: Vec<Held> = stream::iter(opening)
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let at_once = kernel::connections(server)?;
        let mut attacked = self.hold(held).await;
        attacked.at_once = at_once;
        Ok(attacked)
    }

    /// Opens a connection and sends what the attack begins with.
    pub(super) async fn open(self, server: SocketAddr, customer: &Customer) -> Result<Held> {
        let mut stream = TcpStream::connect(server)
            .await
            .context("the server takes no connection")?;
        if matches!(self, Self::SlowLaterHead | Self::Idle) {
            stream.write_all(LIVE.as_bytes()).await?;
            let mut answer = [0; 2_048];
            let length = stream.read(&mut answer).await?;
            ensure!(
                answer[..length].starts_with(b"HTTP/1.1 200"),
                "an attacker's first request is refused"
            );
        }
        let beginning = match self {
            Self::SlowBody => format!(
                "POST /payments/stored-cards/otp/ HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n\
                 Cookie: {}\r\nX-CSRFToken: {}\r\nContent-Length: 1000\r\n\r\n",
                customer.cookie(),
                customer.csrf()
            ),
            Self::SlowHead | Self::SlowLaterHead => SLOW.to_owned(),
            // More than the buffers of both ends hold.
            Self::Unread => "GET /openapi.json HTTP/1.1\r\nHost: shop\r\n\r\n".repeat(100),
            Self::Idle | Self::HeadBombs | Self::PathBombs => String::new(),
        };
        stream.write_all(beginning.as_bytes()).await?;
        Ok(Held {
            stream,
            since: now(),
        })
    }

    /// Keeps connections busy until the server has closed them.
    async fn hold(self, mut held: Vec<Held>) -> Attacked {
        let started = now();
        let mut attacked = Attacked::default();
        while !held.is_empty() && since(started) < PATIENCE {
            tokio::time::sleep(PAUSE).await;
            held.retain(|one| {
                let is_open = self.goes_on(one);
                if !is_open {
                    attacked.longest = attacked.longest.max(since(one.since));
                }
                is_open
            });
        }
        attacked.left_open = held.len();
        attacked
    }

    /// Sends the next byte. Returns whether the connection is still open.
    pub(super) fn goes_on(self, held: &Held) -> bool {
        let is_open = |done: std::io::Result<usize>| match done {
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        if self == Self::Unread {
            return is_open(held.stream.try_write(b"\r\n"));
        }
        let mut answer = [0; 4_096];
        match held.stream.try_read(&mut answer) {
            Ok(0) => return false,
            Err(error) if error.kind() != ErrorKind::WouldBlock => return false,
            // The server says that it was too slow, and closes the connection.
            Ok(_) => return true,
            Err(_) => {}
        }
        self == Self::Idle || is_open(held.stream.try_write(b" "))
    }

    async fn throw_bombs(self, server: SocketAddr) -> Result<Attacked> {
        let bombs = self.bombs();
        let thrown = (0..self.connections() * BOMBS).map(|number| {
            let bomb = &bombs[number % bombs.len()];
            throw(server, bomb)
        });
        let times: Vec<Duration> = stream::iter(thrown)
            .buffer_unordered(self.connections())
            .try_collect()
            .await?;
        Ok(Attacked {
            at_once: self.connections(),
            longest: times.iter().max().copied().unwrap_or_default(),
            left_open: 0,
            refused: u64::try_from(times.len())?,
        })
    }

    fn bombs(self) -> [Vec<u8>; 3] {
        let with_path =
            |path: String| format!("GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n").into_bytes();
        let with_fields = |fields: String| {
            format!("GET /none HTTP/1.1\r\nHost: shop\r\n{fields}\r\n").into_bytes()
        };
        if self == Self::PathBombs {
            [
                with_path(format!("/{}", "x".repeat(1 << 20))),
                with_path("/a".repeat(25_000)),
                with_path("/%2e%2e".repeat(8_000)),
            ]
        } else {
            [
                with_fields(format!("X: {}\r\n", "x".repeat(1 << 20))),
                with_fields("X: y\r\n".repeat(10_000)),
                with_fields(format!("Cookie: {}\r\n", "a=b; ".repeat(10_000))),
            ]
        }
    }
}

/// A connection of an attacker.
pub(super) struct Held {
    stream: TcpStream,
    since: Instant,
}

/// Sends a bomb, and waits until it is refused and its connection closed. Returns how long that took.
async fn throw(server: SocketAddr, bomb: &[u8]) -> Result<Duration> {
    let started = now();
    let thrown = tokio::time::timeout(PATIENCE, async {
        let mut stream = TcpStream::connect(server).await?;
        // It may be refused before it was read.
        let is_written = stream.write_all(bomb).await.is_ok();
        if is_written {
            // A path that is only long is answered as one that does not exist; then the connection is kept.
            drop(stream.shutdown().await);
        }
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer).await);
        anyhow::Ok(answer)
    });
    let answer = thrown.await.context("a bomb is not answered")??;
    let is_refused = answer.is_empty() || answer.starts_with(b"HTTP/1.1 4");
    ensure!(
        is_refused,
        "a bomb is answered {}",
        answer[..60.min(answer.len())].escape_ascii()
    );
    Ok(since(started))
}
