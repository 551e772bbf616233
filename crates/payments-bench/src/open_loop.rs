//! At a fixed rate, whether or not the server keeps up.
//!
//! A latency counts from the moment at which the request is due, so that it includes the wait behind a slow request
//! ("coordinated omission" would hide it). Each connection has a thread: a thread's sleep is exact to some
//! microseconds, a runtime's timers only to a millisecond.

use std::io::Write as _;
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::Result;
use payments_bench::http::{Response, connect};
use payments_bench::job::{Load, Summary};
use payments_bench::threads::in_parallel;

use crate::load::{CONNECTIONS, Random, Written};
use crate::now;
use crate::tally::Tally;

/// By how much the operating system may prolong a sleep, in nanoseconds; threads inherit it (proc(5), prctl(2)).
const TIMER_SLACK: (&str, &str) = ("/proc/self/timerslack_ns", "1");
/// For the connections to be opened.
const HEAD_START: Duration = Duration::from_millis(20);

pub(crate) fn run(load: &Load, per_second: u32) -> Result<Summary> {
    // Where it cannot be set, latencies are 50 microseconds longer.
    let _ = fs::write(TIMER_SLACK.0, TIMER_SLACK.1);
    let written = Written::of(&load.requests);
    let schedule = Schedule {
        began: now() + HEAD_START,
        per_second,
    };
    let one = |number| one(load, &written, &schedule, number);
    Tally::sum(&in_parallel(0..CONNECTIONS, one)?)?.summary(now() - schedule.began)
}

/// When each request is due: the connections take turns.
struct Schedule {
    began: Instant,
    per_second: u32,
}

impl Schedule {
    /// `number` counts the requests of all connections.
    fn due(&self, number: u32) -> Instant {
        self.began + Duration::from_secs(1) * number / self.per_second
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the thread has nothing else to do"
)]
fn wait_until(due: Instant) {
    thread::sleep(due.saturating_duration_since(now()));
}

fn one(load: &Load, written: &Written, schedule: &Schedule, number: usize) -> Result<Tally> {
    let mut stream = connect(load.requests.address)?;
    let end = schedule.began + load.duration;
    let mut tally = Tally::new()?;
    let mut response = Response::empty();
    let mut random = Random::of(number);
    let numbers = (number..).step_by(CONNECTIONS);
    for number in numbers.map_while(|number| u32::try_from(number).ok()) {
        let due = schedule.due(number);
        if due >= end {
            break;
        }
        wait_until(due);
        stream.write_all(written.one(&mut random))?;
        response.receive(&mut stream)?;
        let is_expected = response.status() == load.requests.status;
        tally.note(is_expected, now() - due, response.length());
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
