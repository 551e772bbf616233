//! Programs of third parties: some run to their end, others serve.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;

use crate::parties::{Parties, script};

/// How often, and how many times, a server is tried until it listens.
const PAUSE: Duration = Duration::from_millis(100);
const TRIES: u32 = 300;

/// Runs a script under Node with JSON as its input to its end; what it printed.
pub(crate) async fn node(parties: &Parties, name: &str, input: &str) -> String {
    let mut command = Command::new("node");
    command.arg(script(name)).arg(parties.node());
    output(command, input).await
}

/// Runs a script under Python with JSON as its input to its end; what it printed.
pub(crate) async fn python(parties: &Parties, name: &str, input: &str) -> String {
    let mut command = Command::new(parties.python());
    // Isolated: the script's own folder has files with the names of packages.
    command.arg("-I").arg(script(name));
    output(command, input).await
}

/// Runs a program with an argument to its end; what it printed.
pub(crate) async fn output(mut command: Command, input: &str) -> String {
    command.arg(input);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the client failed: {complaints}");
    String::from_utf8(output.stdout).unwrap()
}

/// A server on a port of this machine, until it is dropped.
pub(crate) struct Serving {
    child: Child,
    port: u16,
}

impl Serving {
    /// Starts a server with a port, and waits until it listens.
    pub(crate) async fn start(command: impl FnOnce(u16) -> Command) -> Self {
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = command(port);
        let command = command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut serving = Self { child, port };
        for _ in 0..TRIES {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return serving;
            }
            assert!(serving.child.try_wait().unwrap().is_none(), "it ended");
            tokio::time::sleep(PAUSE).await;
        }
        panic!("it does not listen");
    }

    pub(crate) fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.authority())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
