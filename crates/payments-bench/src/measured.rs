//! What Callgrind counts of a case: `--toggle-collect='*measured*'`.

use std::hint::black_box;

/// What is counted. What it returns is dropped outside.
#[inline(never)]
fn measured<T>(work: impl Fn() -> T) -> T {
    black_box(work())
}

/// Once unseen, so that what is done only the first time is not counted.
pub(crate) fn count<T>(times: usize, work: impl Fn() -> T) {
    drop(black_box(work()));
    for _ in 0..times {
        drop(measured(&work));
    }
}
