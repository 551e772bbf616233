//! The folder of one browser.

use std::fs;
use std::time::Duration;

use tempfile::TempDir;

/// How often it is checked whether the browser has ended, and the pause between checks.
const CHECKS: u32 = 500;
const PAUSE: Duration = Duration::from_millis(20);

/// A folder that only one browser's processes name. It is removed once they have ended.
pub(crate) struct Profile(TempDir);

impl Profile {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a profile's folder"))
    }

    pub(crate) fn path(&self) -> String {
        self.0.path().display().to_string()
    }
}

impl Drop for Profile {
    #[expect(
        clippy::disallowed_methods,
        reason = "nothing else runs: the test of this browser is over"
    )]
    fn drop(&mut self) {
        let path = self.path();
        for _ in 0..CHECKS {
            if processes_of(&path).is_empty() {
                break;
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// The command lines of the processes that name this folder.
pub(crate) fn processes_of(folder: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(folder)).collect()
}
