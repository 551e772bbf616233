//! What a listing costs that the asker has already.

use super::{Ground, Rows, row};
use crate::bench::asking;
use crate::bench::duel::{Contender, duel};
use crate::bench::round::Question;
use crate::bench::row::Figure;
use crate::bench::stage::Stage;

/// A product's listing with its `ETag`, against the listing.
///
/// # Errors
/// The service fails.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let answer = asking::get(stage.service.address(), "/payments/cards/product/1/", &[])?;
    let what = "unchanged product listing (304) ÷ the listing";
    let Some(tag) = answer.header("ETag") else {
        let why = "not offered: the listing has no ETag".to_owned();
        return Ok(vec![row(
            "conditional",
            what,
            None,
            Figure::Absent { why },
            "",
        )]);
    };
    let whole = stage.one_product()?;
    let unchanged = Question {
        headers: vec![format!("If-None-Match: {tag}")],
        status: 304,
        ..whole.clone()
    };
    let target = stage.service.target();
    let figure = duel(
        &ground.programs.bench,
        ground.pace,
        &Contender {
            name: "304",
            target,
            question: &unchanged,
        },
        &Contender {
            name: "200",
            target,
            question: &whole,
        },
    )?;
    Ok(vec![row("conditional", what, None, figure, "one product")])
}
