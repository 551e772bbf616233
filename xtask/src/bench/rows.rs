//! The rows of the table.

pub(crate) mod console;
pub(crate) mod core_work;
pub(crate) mod freshness;
pub(crate) mod listings;
pub(crate) mod processes;
pub(crate) mod tail;
