//! What it costs to send less.

use super::{Ground, Rows, row};
use crate::bench::asking;
use crate::bench::duel::{Contender, duel};
use crate::bench::round::Question;
use crate::bench::row::Figure;
use crate::bench::stage::Stage;

const ENCODINGS: [&str; 3] = ["gzip", "br", "zstd"];

/// A product's listing in each encoding, against the plain one.
///
/// # Errors
/// The service fails.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let rows = ENCODINGS.map(|encoding| {
        let header = format!("Accept-Encoding: {encoding}");
        let path = "/payments/cards/product/1/";
        let answer = asking::get(stage.service.address(), path, &[&header])?;
        let what = format!("product listing in {encoding} ÷ plain");
        if answer.header("Content-Encoding").as_deref() != Some(encoding) {
            let why = format!("not offered: {encoding} is not what is answered");
            return Ok(row("compressed", &what, None, Figure::Absent { why }, ""));
        }
        let plain = stage.products();
        let packed = Question {
            headers: vec![header],
            ..plain.clone()
        };
        let target = stage.service.target();
        let figure = duel(
            &ground.programs.bench,
            ground.pace,
            &Contender {
                name: encoding,
                target,
                question: &packed,
            },
            &Contender {
                name: "plain",
                target,
                question: &plain,
            },
        )?;
        let note = format!("{} bytes of {}", answer.body().len(), plain_bytes(stage)?);
        Ok(row("compressed", &what, None, figure, &note))
    });
    rows.into_iter().collect()
}

fn plain_bytes(stage: &Stage) -> anyhow::Result<usize> {
    let answer = asking::get(stage.service.address(), "/payments/cards/product/1/", &[])?;
    Ok(answer.body().len())
}
