//! P4, P5 and P9: what the core's work takes, in instructions and allocations.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts are far below 2^52 and no money"
)]

use super::{Rows, growth, row};
use crate::bench::counted::Counter;
use crate::bench::row::{Figure, Goal, Unit};
use crate::bench::samples::Samples;

/// # Errors
/// Valgrind is missing and cannot be installed, or a case fails.
pub(crate) fn rows() -> Rows {
    let counter = Counter::prepare()?;
    let measured = |unit, figure: Samples| Figure::Measured {
        unit,
        samples: figure,
    };
    let instructions = |case: &str| -> anyhow::Result<Samples> {
        Ok(Samples::of([counter.instructions(case)? as f64]))
    };
    let small = instructions("listing-and-writing-10x12")?;
    let large = instructions("listing-and-writing-1000x12")?;
    let growth = large.over(&small).times(0.01);
    let ten = instructions("listing-12x6-rules-10")?;
    let allocations = counter.allocations("listing-12x6-rules-10")?;
    let allocations = Samples::of([allocations as f64]);
    let hundred = instructions("listing-12x6-rules-100")?;
    let note = format!("{:.0} instructions under 100 rules", hundred.median());
    Ok(vec![
        row(
            "P4",
            "cost per plan of 1,000 cards ÷ of 10 cards, in instructions",
            Some(growth::GOAL),
            measured(Unit::Times, growth),
            "12 plans each; decided and written",
        ),
        row(
            "P5",
            "allocations in the core per listing",
            Some(Goal::AtMost(3.0)),
            measured(Unit::Allocations, allocations),
            "12 × 6 plans under 10 rules",
        ),
        row(
            "P9",
            "instructions to decide 12 × 6 plans under 10 rules",
            Some(Goal::AtMost(20_000.0)),
            measured(Unit::Instructions, ten.clone()),
            "figures included, serialization not",
        ),
        row(
            "P9",
            "under 100 rules ÷ under 10",
            Some(Goal::AtMost(3.0)),
            measured(Unit::Times, hundred.over(&ten)),
            &note,
        ),
    ])
}
