//! P4 over HTTP: the time per plan of a large catalog against a small one's.

use super::{Ground, Rows, row};
use crate::bench::round::{Load, load};
use crate::bench::row::{Figure, Unit};
use crate::bench::samples::Samples;
use crate::bench::stage::Stage;

const CARDS: [u32; 2] = [10, 1_000];
const PLANS: u32 = 12;

/// # Errors
/// The service fails.
pub(crate) fn rows(ground: &Ground<'_>) -> Rows {
    let small = Stage::embedded(ground.programs, CARDS[0], PLANS)?;
    let large = Stage::embedded(ground.programs, CARDS[1], PLANS)?;
    let mut rates = (Vec::new(), Vec::new());
    for turn in 0..=ground.pace.rounds {
        for (stage, rates) in [(&small, &mut rates.0), (&large, &mut rates.1)] {
            let question = stage.products();
            let lasting = Load::lasting(ground.pace.round);
            let round = load(
                &ground.programs.bench,
                stage.service.target(),
                &question,
                lasting,
            )?;
            // The first warmed up.
            if turn > 0 {
                rates.push(round.per_second);
            }
        }
    }
    let per_plan = |rates: Vec<f64>, cards: u32| {
        Samples::of(rates)
            .times(f64::from(cards * PLANS))
            .inverse_in_nanoseconds()
    };
    let (small, large) = (per_plan(rates.0, CARDS[0]), per_plan(rates.1, CARDS[1]));
    let note = format!("{:.0} ns, and {:.0} ns", large.median(), small.median());
    let figure = Figure::Measured {
        unit: Unit::Times,
        samples: large.over(&small),
    };
    let what = "time per plan of 1,000 cards ÷ of 10 cards, over HTTP";
    Ok(vec![row("P4", what, None, figure, &note)])
}
