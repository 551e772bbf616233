//! Rounds for tests.

use super::round::Round;

/// Rounds with these rates and nothing else.
pub(crate) fn rounds(rates: &[f64]) -> Vec<Round> {
    let round = |per_second: &f64| Round {
        answers: 1,
        seconds: 1.0,
        per_second: *per_second,
        bytes_per_answer: 1,
        p50_microseconds: 1.0,
        p99_microseconds: 1.0,
        p999_microseconds: 1.0,
        max_microseconds: 1.0,
        server_cpu_microseconds: 1.0,
        load_cpu_microseconds: 1.0,
        steal_percent: 0.0,
    };
    rates.iter().map(round).collect()
}
