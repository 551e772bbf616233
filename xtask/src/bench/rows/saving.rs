//! The whole card-storage flow.

use std::process::Command;

use super::{Ground, Rows, row};
use crate::bench::round::measured;
use crate::bench::row::{Figure, Unit};
use crate::bench::samples::Samples;
use crate::bench::stage::Stage;
use crate::bench::store::{CUSTOMERS, SESSION_PREFIX};

/// Cards saved per second: CSRF token, card, phone number, the code from the outbox, the code.
///
/// # Errors
/// A step is refused.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let target = stage.service.target();
    let mut rounds = Vec::new();
    let mut first_card = 0;
    for turn in 0..=ground.pace.rounds {
        let lasts = if turn == 0 {
            ground.pace.warm_up
        } else {
            ground.pace.round
        };
        let mut command = Command::new(&ground.programs.bench);
        command
            .args(["flow", "--address", &target.address.to_string()])
            .args(["--session-prefix", SESSION_PREFIX])
            .args(["--customers", &CUSTOMERS.to_string()])
            .args(["--first-card", &first_card.to_string()])
            .args(["--milliseconds", &lasts.as_millis().to_string()]);
        let round = measured(command, target.pid)?;
        first_card += round.answers + 1_000;
        if turn > 0 {
            rounds.push(round);
        }
    }
    let p50 = Samples::of(rounds.iter().map(|round| round.p50_microseconds));
    let note = format!(
        "five requests each, eight customers at a time, sandbox providers; p50 {:.1} ms",
        p50.times(1e-3).median()
    );
    let figure = Figure::Measured {
        unit: Unit::PerSecond,
        samples: Samples::of(rounds.iter().map(|round| round.per_second)),
    };
    let what = format!("cards saved, {}", stage.name);
    Ok(vec![row("flow", &what, None, figure, &note)])
}
