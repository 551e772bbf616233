//! The servers that `cargo xtask test` brings up.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use payments_store::{FlowSettings, Flows};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The value of a variable that names a server.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment where their servers are"
)]
pub(crate) fn named(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("this test needs a server: run it by `cargo xtask test`, or set {variable}")
    })
}

/// Settings with keys of one test's own.
pub(crate) fn flow_settings(url: &str) -> FlowSettings {
    static PREFIXES: AtomicU64 = AtomicU64::new(0);
    let number = PREFIXES.fetch_add(1, Ordering::Relaxed);
    let mut settings = FlowSettings::new(url.to_owned());
    settings.key_prefix = format!("test-{}-{number}", std::process::id());
    settings
}

/// A flow store with keys of one test's own.
pub(crate) async fn flows(variable: &str) -> (Flows, FlowSettings) {
    let settings = flow_settings(&named(variable));
    (
        Flows::open(&settings).await.expect("a flow store"),
        settings,
    )
}

/// Servers of one test's own, to be stopped and started.
pub(crate) struct OwnServers {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    variables: Vec<(String, String)>,
}

impl OwnServers {
    pub(crate) fn start(kind: &str) -> Self {
        let mut child = Command::new(named("PAYMENTS_TEST_XTASK"))
            .args(["services", "--obey", "--only", kind])
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

    pub(crate) fn variable(&self, name: &str) -> String {
        let found = self.variables.iter().find(|(one, _)| one == name);
        found.expect("the variable").1.clone()
    }

    /// `kill redis`, `start redis`, …
    pub(crate) fn order(&mut self, order: &str) {
        let orders = self.orders.as_mut().expect("its input");
        writeln!(orders, "{order}").expect("an order");
        orders.flush().expect("an order");
        assert_eq!(self.line(), "ok", "{order}");
    }
}

impl Drop for OwnServers {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.orders.take());
        drop(self.child.wait());
    }
}

/// Passes everything on to a server, until it is told to swallow it: the links stay open and nothing comes back.
pub(crate) async fn hanging_proxy(server: String) -> (String, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("a port").to_string();
    let hangs = Arc::new(AtomicBool::new(false));
    let swallow = hangs.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.expect("the server");
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::spawn(pass(from_client, to_server, swallow.clone()));
            tokio::spawn(pass(from_server, to_client, swallow.clone()));
        }
    });
    (address, hangs)
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, swallow: Arc<AtomicBool>) {
    let mut bytes = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if !swallow.load(Ordering::SeqCst) && to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
