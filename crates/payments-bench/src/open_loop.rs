//! At a fixed rate, whether or not the server keeps up.
//!
//! A latency counts from the moment at which the request was due: a request that had to wait because the one before it
//! was slow tells so ("coordinated omission" would hide it). A thread for each connection, as their sleep is exact to
//! some microseconds, and a runtime's timers only to a millisecond.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Context, Result};

use crate::load::Target;
use crate::now;
use crate::replies::Buffer;
use crate::requests::Dice;
use crate::tally::{Summary, Tally};

/// By how much the operating system may sleep longer, in nanoseconds; threads inherit it (proc(5), prctl(2)).
const TIMER_SLACK: (&str, &str) = ("/proc/self/timerslack_ns", "1");
/// Until the connections are there.
const HEAD_START: Duration = Duration::from_millis(20);

/// # Errors
/// The server cannot be reached or answers something else.
pub(crate) fn run(target: &Target, per_second: u32) -> Result<Summary> {
    // Where it cannot be set, latencies are 50 microseconds longer.
    let _ = fs::write(TIMER_SLACK.0, TIMER_SLACK.1);
    let schedule = Schedule {
        began: now() + HEAD_START,
        per_second,
    };
    let tallies = thread::scope(|scope| {
        let schedule = &schedule;
        let ask = |number| scope.spawn(move || ask(target, schedule, number));
        let asking: Vec<_> = (0..target.connections).map(ask).collect();
        let joined = asking.into_iter().map(|thread| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect::<Result<Vec<Tally>>>()
    })?;
    let took = now() - schedule.began;
    let mut all = Tally::new()?;
    for tally in &tallies {
        all.merge(tally)?;
    }
    all.summary(took)
}

/// When each request is due: the connections take turns.
struct Schedule {
    began: Instant,
    per_second: u32,
}

impl Schedule {
    /// Of the request with this number, counted over all connections.
    fn due(&self, number: u32) -> Instant {
        self.began + Duration::from_secs(1) * number / self.per_second
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a request is due at its time, and this thread has nothing else to do"
)]
fn wait_until(due: Instant) {
    thread::sleep(due.saturating_duration_since(now()));
}

fn ask(target: &Target, schedule: &Schedule, number: usize) -> Result<Tally> {
    let mut stream = TcpStream::connect(target.address)
        .with_context(|| format!("{} cannot be reached", target.address))?;
    stream.set_nodelay(true)?;
    let end = schedule.began + target.lasts;
    let mut tally = Tally::new()?;
    let mut buffer = Buffer::new();
    let mut dice = Dice::of(number);
    let turns = (number..).step_by(target.connections);
    for turn in turns.map_while(|turn| u32::try_from(turn).ok()) {
        let due = schedule.due(turn);
        if due >= end {
            break;
        }
        wait_until(due);
        stream.write_all(target.requests.any(&mut dice))?;
        buffer.clear();
        let head = loop {
            let came = stream.read(buffer.room())?;
            if let Some(head) = buffer.received(came)? {
                break head;
            }
        };
        if head.status == target.status {
            tally.note(now() - due, buffer.answer().len());
        } else {
            tally.note_unexpected();
        }
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Schedule;

    #[test]
    fn requests_are_due_evenly() {
        let schedule = Schedule {
            began: crate::now(),
            per_second: 4,
        };
        let due = [0, 1, 6].map(|number| schedule.due(number) - schedule.began);
        assert_eq!(due, [0, 250, 1_500].map(Duration::from_millis));
    }
}
