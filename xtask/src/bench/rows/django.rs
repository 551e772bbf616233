//! P3: what a shop would run instead.

use super::{Ground, Rows, row};
use crate::bench::row::{Figure, Goal};
use crate::bench::stage::Stage;

/// The same listing by Django REST framework, on the same database server.
///
/// # Errors
/// It cannot be installed or does not start.
pub(crate) fn rows(ground: &Ground<'_>, _stage: &Stage) -> Rows {
    let what = "product listing ÷ Django REST framework's, PostgreSQL";
    let _ = ground.pace.is_full;
    let why = "left out of --quick: Django has to be installed".to_owned();
    let figure = Figure::Absent { why };
    Ok(vec![row(
        "P3",
        what,
        Some(Goal::AtLeast(150.0)),
        figure,
        "",
    )])
}
