//! Polling with a timeout.

use std::time::{Duration, Instant};

use anyhow::Result;

const INTERVAL: Duration = Duration::from_millis(25);

/// Polls until `is_done` returns true, at most for `timeout_seconds`. Returns whether it did.
#[expect(clippy::disallowed_methods, reason = "it reads the time for a timeout")]
pub(crate) fn wait_for(
    timeout_seconds: u64,
    mut is_done: impl FnMut() -> Result<bool>,
) -> Result<bool> {
    let deadline = Instant::now() + Duration::from_secs(timeout_seconds);
    while !is_done()? {
        if Instant::now() > deadline {
            return Ok(false);
        }
        pause(INTERVAL);
    }
    Ok(true)
}

#[expect(
    clippy::disallowed_methods,
    reason = "another program's server can only be polled"
)]
pub(crate) fn pause(interval: Duration) {
    std::thread::sleep(interval);
}
