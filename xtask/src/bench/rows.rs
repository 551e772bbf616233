//! The rows of the table, by what has to be there to measure them.

use anyhow::Result;

use super::pace::Pace;
use super::row::{Figure, Goal, Row};
use super::stage::Programs;

pub(crate) mod compressed;
pub(crate) mod conditional;
pub(crate) mod core_work;
pub(crate) mod django;
pub(crate) mod freshness;
pub(crate) mod growth;
pub(crate) mod listings;
pub(crate) mod memory;
pub(crate) mod saving;
pub(crate) mod start_up;
pub(crate) mod tail;

/// What every row needs.
pub(crate) struct Ground<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) pace: &'a Pace,
}

/// One row, said as it is made.
pub(crate) fn row(id: &str, what: &str, goal: Option<Goal>, figure: Figure, note: &str) -> Row {
    let row = Row {
        id: id.to_owned(),
        what: what.to_owned(),
        figure,
        goal,
        note: note.to_owned(),
    };
    println!("{}", super::table::line(&row));
    row
}

/// A group of rows, and whether it is wanted.
pub(crate) type Rows = Result<Vec<Row>>;
