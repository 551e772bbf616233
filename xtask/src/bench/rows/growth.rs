//! P4 over HTTP: the time per plan of a large catalog against a small one's. Both decide and write each listing: kept ones
//! of a large catalog do not all fit, and would be compared with small ones that do.

use super::{Ground, Rows, row};
use crate::bench::duel::{Contender, in_turn};
use crate::bench::round::Round;
use crate::bench::row::{Figure, Goal, Unit};
use crate::bench::samples::Samples;
use crate::bench::stage::Stage;

const CARDS: [u32; 2] = [10, 1_000];
const PLANS: u32 = 12;
/// Linear growth, and a fifth for what the machine does.
pub(super) const GOAL: Goal = Goal::AtMost(1.2);

/// # Errors
/// The service fails.
pub(crate) fn rows(ground: &Ground<'_>) -> Rows {
    let small = Stage::keeping_no_listings(ground.programs, CARDS[0], PLANS)?;
    let large = Stage::keeping_no_listings(ground.programs, CARDS[1], PLANS)?;
    let (few, many) = (small.products(), large.products());
    let rounds = in_turn(
        &ground.programs.bench,
        ground.pace,
        &Contender {
            name: "small",
            target: small.service.target(),
            question: &few,
        },
        &Contender {
            name: "large",
            target: large.service.target(),
            question: &many,
        },
    )?;
    let per_plan = |rounds: Vec<Round>, cards: u32| {
        Samples::of(rounds.iter().map(|round| round.per_second))
            .times(f64::from(cards * PLANS))
            .inverse_in_nanoseconds()
    };
    let (small, large) = (per_plan(rounds.0, CARDS[0]), per_plan(rounds.1, CARDS[1]));
    let note = format!("{:.0} ns, and {:.0} ns", large.median(), small.median());
    let figure = Figure::Measured {
        unit: Unit::Times,
        samples: large.over(&small),
    };
    let what = "time per plan of 1,000 cards ÷ of 10 cards, over HTTP, none kept ready";
    Ok(vec![row("P4", what, Some(GOAL), figure, &note)])
}
