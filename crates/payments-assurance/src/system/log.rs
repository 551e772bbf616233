//! What a process writes to its standard error.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::sync::Notify;

use crate::proof::{now, since};

/// The lines of a process, which can be waited for.
#[derive(Default)]
pub struct Log {
    lines: Mutex<Lines>,
    grew: Notify,
}

#[derive(Default)]
struct Lines {
    all: Vec<String>,
    /// Whether the process closed its end.
    is_over: bool,
}

impl Log {
    /// Reads a process's output in a thread of its own: a full pipe would block the process.
    pub(super) fn of(output: impl Read + Send + 'static) -> Arc<Self> {
        let log = Arc::new(Self::default());
        let reader = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                reader.with(|lines| lines.all.push(line));
                reader.grew.notify_waiters();
            }
            reader.with(|lines| lines.is_over = true);
            reader.grew.notify_waiters();
        });
        log
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Lines) -> T) -> T {
        use_it(&mut self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.with(|lines| lines.all.clone())
    }

    /// The warnings and errors so far.
    pub fn warnings(&self) -> Vec<String> {
        let is_warning = |line: &String| {
            let levels = ["\"level\":\"WARN\"", "\"level\":\"ERROR\""];
            levels.iter().any(|level| line.contains(level))
        };
        let lines = self.lines().into_iter();
        lines.filter(is_warning).collect()
    }

    /// The first line for which `read` returns something, now or within a time.
    ///
    /// # Errors
    /// There is none in time, or the process ends before.
    pub async fn find<T>(&self, within: Duration, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let started = now();
        let mut seen = 0;
        loop {
            let grew = self.grew.notified();
            tokio::pin!(grew);
            grew.as_mut().enable();
            let (found, is_over) = self.with(|lines| {
                let found = lines.all[seen..].iter().find_map(|line| read(line));
                seen = lines.all.len();
                (found, lines.is_over)
            });
            if let Some(found) = found {
                return Ok(found);
            }
            let left = within.saturating_sub(since(started));
            if is_over || left.is_zero() {
                let word = if is_over { "ended" } else { "did not write it" };
                bail!("the process {word}: {}", self.lines().join("\n"));
            }
            drop(tokio::time::timeout(left, grew).await);
        }
    }
}
