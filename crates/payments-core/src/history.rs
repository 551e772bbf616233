//! The history of the catalog: what changed, what it was at a moment, and what restoring it changes.
//!
//! It is read from the records that the audit log has of every write. Each has the object before and after the change,
//! without literal secrets.

mod as_of;
mod changed;
mod fields;
mod objects;
mod outcome;
mod recorded;
mod restoration;
mod restore_body;

pub use as_of::{Evidence, Gap, GapReason, Reach};
pub use changed::{Changed, changes};
pub use fields::FieldChange;
pub use objects::{Difference, Objects, differences, objects};
pub use outcome::Outcome;
pub use recorded::Recorded;
pub use restoration::Restoration;
pub use restore_body::RestoreBody;
