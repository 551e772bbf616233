//! P6: how late the late answers are while the service is busy and not full.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate of requests is no money, and is positive and far below 2^32"
)]

use super::{Ground, Rows, row};
use crate::bench::round::{Load, load};
use crate::bench::row::{Figure, Goal, Unit};
use crate::bench::samples::Samples;
use crate::bench::stage::Stage;

const SHARE_OF_MAXIMUM: f64 = 0.7;

/// Product listings at a fixed rate.
///
/// # Errors
/// The service fails.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let (target, question) = (stage.service.target(), stage.products());
    let bench = &ground.programs.bench;
    let mut maxima = Vec::new();
    for lasts in [ground.pace.warm_up, ground.pace.round, ground.pace.round] {
        maxima.push(load(bench, target, &question, Load::lasting(lasts))?.per_second);
    }
    // The first warmed up.
    let maximum = Samples::of(maxima.into_iter().skip(1)).median();
    let rate = (maximum * SHARE_OF_MAXIMUM) as u32;
    let at_rate = Load {
        rate: Some(rate),
        ..Load::lasting(ground.pace.round)
    };
    let mut rounds = Vec::new();
    for _ in 0..ground.pace.rounds {
        rounds.push(load(bench, target, &question, at_rate)?);
    }
    let p50 = Samples::of(rounds.iter().map(|round| round.p50_microseconds));
    let p99 = Samples::of(rounds.iter().map(|round| round.p99_microseconds));
    let note = format!(
        "{rate}/s of {maximum:.0}/s; p50 {:.0} µs, p99 {:.0} µs, counted from when a request was due",
        p50.median(),
        p99.median()
    );
    let figure = Figure::Measured {
        unit: Unit::Times,
        samples: p99.over(&p50),
    };
    let what = "p99 ÷ p50 of the product listing at 70 % of the maximum";
    Ok(vec![row(
        "P6",
        what,
        Some(Goal::AtMost(5.0)),
        figure,
        &note,
    )])
}
