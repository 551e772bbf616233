//! Starts a chromedriver on a free port.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The fonts that a browser finds, on any machine.
const FONTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/fonts.conf");
/// A font of these. Without any, texts would have no size.
const FONT: &str = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

/// Ends the driver when its standard input is closed, which also happens when the test program ends, and then removes the
/// browser's folder, which the next attempt makes again. It keeps no output open: the end of the output shows that the
/// driver exited.
const GUARD: &str = "mkdir -p \"$0\"; chromedriver --port=0 & driver=$!; exec >/dev/null 2>&1; read -r _; \
    kill $driver; wait $driver; until rm -rf \"$0\"; do sleep 0.1; done";

/// The maximum number of attempts to start a driver.
const TRIES: u8 = 5;

/// Chromium without the windows of a desktop, which cost a third of the processor time.
pub(crate) fn shell() -> PathBuf {
    installed("chromium-headless-shell")
}

#[expect(
    clippy::disallowed_methods,
    reason = "programs are looked up on the path"
)]
fn installed(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file());
    found.unwrap_or_else(|| {
        panic!("{program} is needed for the browser tests (Debian: apt-get install chromium-headless-shell chromium-driver)")
    })
}

pub(crate) struct Driver {
    process: Child,
    pub(crate) url: String,
}

impl Driver {
    pub(crate) fn start(folder: &str) -> Self {
        installed("chromedriver");
        assert!(
            Path::new(FONT).is_file(),
            "{FONT} is needed for the browser tests (Debian: apt-get install fonts-dejavu-core)"
        );
        // Chromedriver takes a free IPv4 port and then the same IPv6 port, which another program may hold.
        (0..TRIES)
            .find_map(|_| Self::on_a_free_port(folder))
            .expect("chromedriver exited immediately each time; its last output is above")
    }

    /// A driver that listens, or `None` if it exited first.
    fn on_a_free_port(folder: &str) -> Option<Self> {
        let mut process = Command::new("sh")
            .args(["-c", GUARD, folder])
            .env("FONTCONFIG_FILE", FONTS)
            // The driver makes the browser's profile there: the shell does not start with one of ours.
            .env("TMPDIR", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("a chromedriver");
        let output = process.stdout.take().expect("its output");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let started = lines.find(|line| line.contains("started successfully on port"));
        let Some(line) = started else {
            drop(process.stdin.take());
            drop(process.wait());
            return None;
        };
        let port: String = line.chars().filter(char::is_ascii_digit).collect();
        // The rest of the output is read, too: a full pipe would block chromedriver.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
