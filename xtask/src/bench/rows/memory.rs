//! P7: how much memory a process has after many listings, and whether it grows.

use std::time::Duration;

use super::{Ground, Rows, row};
use crate::bench::machine::resident_megabytes;
use crate::bench::round::{Load, load};
use crate::bench::row::{Figure, Goal, Unit};
use crate::bench::samples::Samples;
use crate::bench::stage::Stage;

/// However slow the machine is.
const AT_MOST: Duration = Duration::from_mins(10);

/// A fresh process; product listings.
///
/// # Errors
/// The service fails.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let service = stage.fresh_service(ground.programs)?;
    let (target, question) = (service.target(), stage.products());
    let listings = ground.pace.listings;
    let ask = |answers| {
        let enough = Load {
            answers: Some(answers),
            ..Load::lasting(AT_MOST)
        };
        load(&ground.programs.bench, target, &question, enough)
    };
    ask(listings / 10)?;
    let early = resident_megabytes(target.pid)?;
    ask(listings - listings / 10)?;
    let late = resident_megabytes(target.pid)?;
    let measured = |unit, samples| Figure::Measured { unit, samples };
    let size = measured(Unit::Megabytes, Samples::of([late]));
    let growth = measured(Unit::Times, Samples::of([late]).over(&Samples::of([early])));
    Ok(vec![
        row(
            "P7",
            &format!("resident memory after {listings} listings"),
            Some(Goal::AtMost(60.0)),
            size,
            stage.name,
        ),
        row(
            "P7",
            &format!("the same ÷ after {} listings", listings / 10),
            Some(Goal::AtMost(1.1)),
            growth,
            &format!("{early:.1} MB then"),
        ),
    ])
}
