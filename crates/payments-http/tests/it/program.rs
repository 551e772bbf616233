//! The program as a process.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::thread::JoinHandle;

use serde_json::Value;
use tempfile::TempDir;

use crate::setup::variable;

/// A server process with its demo store; killed on drop.
pub(crate) struct Program {
    child: Child,
    lines: Option<JoinHandle<Vec<String>>>,
    pub(crate) url: String,
    _folder: TempDir,
}

impl Program {
    /// Starts the program with these settings (`section.key`), and waits until it listens.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut command = command(&folder, &["serve"], settings);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        let mut stderr = BufReader::new(child.stderr.take().expect("its errors"));
        let mut lines = Vec::new();
        let port = port(&mut stderr, &mut lines);
        // Keeps reading, because a full pipe would block the program.
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

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops the program and returns its output.
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

/// Runs a command of the program.
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

/// Settings that complete `config/production.toml`; `KEYS` is replaced by a folder with random keys and a secret.
const PRODUCTION: [(&str, &str); 13] = [
    ("database.url", "postgres://payments@localhost/payments"),
    ("flows.url", "redis://localhost:6379"),
    ("http.public_url", "https://shop.acme.com.tr"),
    ("security.key_ring", "file:KEYS/ring"),
    ("security.lasting_key", "file:KEYS/lasting"),
    ("gateways.enabled", "iyzico"),
    ("sms.providers", "netgsm"),
    ("sms.settings.netgsm.usercode", "8500000000"),
    ("sms.settings.netgsm.header", "MAGAZA"),
    ("sms.settings.netgsm.password", "file:KEYS/secret"),
    ("manage.bind", "127.0.0.1:0"),
    ("manage.tokens.back_office.scopes", "catalog,purchases"),
    (
        "manage.tokens.back_office.sha256",
        "1d6fb8c2a0e94f3b7c5d8e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d",
    ),
];

/// Runs a command in production with additional settings, and waits for its end.
pub(crate) fn run_in_production(command: &[&str], settings: &[(&str, &str)]) -> Output {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/production.toml");
    let keys = TempDir::new().expect("a folder");
    for (name, text, mode) in [
        (
            "ring",
            "1:q0kPjcx3Vv2lYd8rZ7s1uWbN5tGmE4oHfA9iKyTzQ6M=",
            0o600,
        ),
        (
            "lasting",
            "Zm3xP8vQ1sLr7TnKy5WcUj0dHgBa2EoIe6fMtXq9RzY=",
            0o600,
        ),
        (
            "readable",
            "Zm3xP8vQ1sLr7TnKy5WcUj0dHgBa2EoIe6fMtXq9RzY=",
            0o604,
        ),
        (
            "zeros",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            0o600,
        ),
        (
            "twice",
            "2:Zm3xP8vQ1sLr7TnKy5WcUj0dHgBa2EoIe6fMtXq9RzY=,1:Zm3xP8vQ1sLr7TnKy5WcUj0dHgBa2EoIe6fMtXq9RzY=",
            0o600,
        ),
        (
            "weak",
            "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            0o600,
        ),
        ("secret", "a good one", 0o600),
        (
            "database",
            "postgres://payments:hunter2@127.0.0.1/payments",
            0o600,
        ),
    ] {
        let path = keys.path().join(name);
        std::fs::write(&path, text).expect("written");
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("permissions");
    }
    let folder = keys.path().display().to_string();
    let all = PRODUCTION.iter().chain(settings);
    let all: Vec<(&str, String)> = all
        .map(|(key, value)| (*key, value.replace("KEYS", &folder)))
        .collect();
    let all: Vec<(&str, &str)> = all.iter().map(|(key, value)| (*key, &**value)).collect();
    let arguments = [&["--config", file], command].concat();
    run(&arguments, &all)
}

/// The output and exit code of `check-settings` in production with additional settings.
pub(crate) fn told_in_production(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = run_in_production(&["check-settings"], settings);
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}
