//! The servers that `cargo xtask test` starts, and those of a single test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

/// The variable that names a single Redis server.
pub const REDIS_URL: &str = "PAYMENTS_TEST_REDIS_URL";

/// The value of a variable that names a server.
///
/// # Panics
/// With one clear line when there is none: a test never passes because its service is missing.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment has the addresses of the test servers"
)]
pub fn named(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("this test needs a server: run it by `cargo xtask test`, or set {variable}")
    })
}

/// What the keys of one test begin with.
pub fn key_prefix() -> String {
    static PREFIXES: AtomicU64 = AtomicU64::new(0);
    let number = PREFIXES.fetch_add(1, Ordering::Relaxed);
    format!("test-{}-{number}", std::process::id())
}

/// Servers of one test, which it can stop and start. Dropping this stops them.
#[derive(Debug)]
pub struct OwnServers {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    variables: Vec<(String, String)>,
}

impl OwnServers {
    /// Starts servers of these kinds, joined by commas: `postgres,redis`.
    ///
    /// # Panics
    /// If they do not start.
    pub fn start(kinds: &str) -> Self {
        let mut child = Command::new(named("PAYMENTS_TEST_XTASK"))
            .args(["services", "--control", "--only", kinds])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask");
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut servers = Self {
            child,
            orders,
            answers,
            variables: Vec::new(),
        };
        loop {
            let line = servers.line();
            if line == "ready" {
                return servers;
            }
            let variable = line
                .strip_prefix("export ")
                .and_then(|line| line.split_once('='));
            let (name, value) = variable.expect("a variable");
            servers
                .variables
                .push((name.to_owned(), value.trim_matches('\'').to_owned()));
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let length = self.answers.read_line(&mut line).expect("a line");
        assert!(length > 0, "the servers did not start");
        line.trim_end().to_owned()
    }

    /// The value of an environment variable that names a server.
    ///
    /// # Panics
    /// If there is no such variable.
    pub fn variable(&self, name: &str) -> String {
        let found = self.variables.iter().find(|(one, _)| one == name);
        found.expect("the variable").1.clone()
    }

    /// Executes `stop redis`, `kill postgres`, `start redis`, `pause postgres` or `resume postgres`, and waits for its
    /// end.
    ///
    /// # Panics
    /// If the order cannot be executed.
    pub fn order(&mut self, order: &str) {
        let orders = self.orders.as_mut().expect("its input");
        writeln!(orders, "{order}").expect("an order");
        orders.flush().expect("an order");
        assert_eq!(self.line(), "ok", "{order}");
    }
}

impl Drop for OwnServers {
    fn drop(&mut self) {
        // The process exits at the end of its input.
        drop(self.orders.take());
        drop(self.child.wait());
    }
}
