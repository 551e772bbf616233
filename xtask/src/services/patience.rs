//! Waiting for a server, with an end.

use std::time::{Duration, Instant};

const TURN: Duration = Duration::from_millis(25);

/// Asks again and again until the answer is yes, at most for so many seconds. Whether it was yes in the end.
///
/// # Errors
/// Asking failed for good.
#[expect(
    clippy::disallowed_methods,
    reason = "a server of another program can only be asked again"
)]
pub(crate) fn wait_for(
    seconds: u64,
    mut ask: impl FnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        if ask()? {
            return Ok(true);
        }
        if Instant::now() > deadline {
            return Ok(false);
        }
        std::thread::sleep(TURN);
    }
}
