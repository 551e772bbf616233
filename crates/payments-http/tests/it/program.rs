//! The program itself, as a process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::thread::JoinHandle;

use serde_json::Value;
use tempfile::TempDir;

use crate::setup::variable;

/// A server process with its demo store; killed with this value.
pub(crate) struct Program {
    child: Child,
    lines: Option<JoinHandle<Vec<String>>>,
    pub(crate) url: String,
    _folder: TempDir,
}

impl Program {
    /// Starts it with these settings, by `section.key`, and waits until it listens.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut command = command(&folder, &["serve"], settings);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        let mut stderr = BufReader::new(child.stderr.take().expect("its errors"));
        let mut lines = Vec::new();
        let port = port(&mut stderr, &mut lines);
        // Read on, or it would wait for its reader one day.
        let lines = std::thread::spawn(move || {
            lines.extend(stderr.lines().map_while(Result::ok));
            lines
        });
        Self {
            child,
            lines: Some(lines),
            url: format!("http://127.0.0.1:{port}"),
            _folder: folder,
        }
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells the program to stop, and gives everything it wrote.
    pub(crate) fn stop(mut self) -> Vec<String> {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        assert!(asked.expect("kill").success());
        let lines = self.lines.take().expect("lines").join().expect("lines");
        let end = self.child.wait().expect("an end");
        assert_eq!(end.code(), Some(0), "{lines:?}");
        lines
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn port(stderr: &mut BufReader<ChildStderr>, lines: &mut Vec<String>) -> u64 {
    loop {
        let mut line = String::new();
        let length = stderr.read_line(&mut line).expect("a line");
        assert_ne!(length, 0, "it ended: {lines:?}");
        let parsed: Value = serde_json::from_str(&line).unwrap_or_default();
        lines.push(line);
        if let Some(port) = parsed["port"].as_u64() {
            return port;
        }
    }
}

/// Runs a command of the program to its end.
pub(crate) fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let folder = TempDir::new().expect("a folder");
    command(&folder, arguments, settings)
        .output()
        .expect("the program")
}

pub(crate) fn command(folder: &TempDir, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let own = [
        ("http.bind", "127.0.0.1:0"),
        ("http.workers", "1"),
        ("log.format", "json"),
    ];
    let mut command = Command::new(env!("CARGO_BIN_EXE_payments"));
    command.current_dir(folder).args(arguments);
    for (key, value) in own.iter().chain(settings) {
        command.env(variable(key), value);
    }
    command
}
