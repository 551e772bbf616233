//! Runs a page's steps against its own demo store, or against the store that the page starts.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

use crate::answer;
use crate::page::Page;
use crate::steps::{self, Expected, Step};

/// The maximum length of the output in an error message, in characters.
const MOST_SHOWN: usize = 2_000;
/// The start of the command with which a page runs the service in the background.
const STARTS: &str = "payments --config store.toml > ";
/// Ends what a page started, and waits for it. In a command substitution, Debian's `sh` has no jobs.
const END: &str = "jobs -p > jobs; kill $(cat jobs) 2> /dev/null || true; wait";
/// The service's address in the documentation.
const ADDRESS: &str = "127.0.0.1:8080";

struct Demo {
    process: Child,
    /// Kept open: without a reader the service could not write.
    _said: BufReader<ChildStdout>,
    address: String,
}

impl Demo {
    /// Starts the service in an empty folder with its defaults, but on a free port.
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_payments"))
            .current_dir(folder)
            .env("PAYMENTS__HTTP__BIND", "127.0.0.1:0")
            .env("PAYMENTS__HTTP__WORKERS", "1")
            .env("PAYMENTS__LOG__FILTER", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the service");
        let mut said = BufReader::new(process.stdout.take().expect("its output"));
        let address = said
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("http://")?.1.to_owned()))
            .expect("the service says where it listens");
        let end = address.find([' ', '/']).unwrap_or(address.len());
        Self {
            process,
            _said: said,
            address: address[..end].to_owned(),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A free address for a page that starts the service. Its port is below those that the system gives out by itself.
fn free_address() -> String {
    (20_000..30_000)
        .map(|port| format!("127.0.0.1:{port}"))
        .find(|address| TcpListener::bind(address).is_ok())
        .expect("a free port")
}

/// Runs the steps and returns the errors, each with its page and line.
pub(crate) fn run(page: &Page, steps: &[Step]) -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    let is_started_by_page = steps.iter().any(|step| step.commands.contains(STARTS));
    let demo = (!is_started_by_page).then(|| Demo::start(folder.path()));
    let address = demo
        .as_ref()
        .map_or_else(free_address, |demo| demo.address.clone());
    let commands = steps.iter().map(|step| &*step.commands);
    let script = commands.collect::<String>().replace(ADDRESS, &address);
    let output = shell(folder.path(), &script, &address);
    let output_text = String::from_utf8_lossy(&output.stdout).replace(&address, ADDRESS);
    let mut reached = 0;
    let mut complaints = Vec::new();
    if is_started_by_page && TcpStream::connect(&address).is_ok() {
        complaints.push(format!("{}: its service still runs", page.name));
    }
    for step in steps {
        if let Some(printed) = steps::printed(&output_text, step.line) {
            reached = step.line;
            let complaint = complaint(&step.expected, printed);
            complaints.extend(complaint.map(|what| format!("{}:{reached} {what}", page.name)));
        }
    }
    if output.status.success() {
        let unreached = steps
            .iter()
            .filter(|step| steps::printed(&output_text, step.line).is_none());
        complaints
            .extend(unreached.map(|step| format!("{}:{} was never come to", page.name, step.line)));
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        complaints.push(format!("{}:{reached} failed: {}", page.name, said.trim()));
    }
    complaints
}

/// The script stops at the first command that fails, and ends what it started.
fn shell(folder: &Path, script: &str, address: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_payments"));
    let programs = program.parent().expect("its folder").display();
    let path = folder.join("page.sh");
    fs::write(
        &path,
        format!("set -eu\ntrap '{END}' EXIT\nPATH=\"{programs}:$PATH\"\n{script}"),
    )
    .expect("a script");
    Command::new("sh")
        .arg(path)
        .current_dir(folder)
        .env("PAYMENTS__LOG__FILTER", "off")
        .env("PAYMENTS__HTTP__BIND", address)
        .stdin(Stdio::null())
        .output()
        .expect("sh")
}

fn complaint(expected: &Expected, printed: &str) -> Option<String> {
    let printed = printed.trim();
    let (is_right, expected) = match expected {
        Expected::NoError if printed.contains("\"detail\":") => (false, "no error"),
        Expected::NoError => (true, ""),
        Expected::Text(text) => (answer::is_text(text, printed), text.trim()),
        Expected::Json(text) => match (serde_json::from_str(text), serde_json::from_str(printed)) {
            (Err(error), _) => return Some(format!("is followed by no JSON: {error}")),
            (Ok(expected), Ok(actual)) => (answer::is_json(&expected, &actual), text.trim()),
            (Ok(_), Err(_)) => (false, text.trim()),
        },
    };
    let beginning: String = printed.chars().take(MOST_SHOWN).collect();
    (!is_right).then(|| format!("prints\n{beginning}\ninstead of\n{expected}"))
}
