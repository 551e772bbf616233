//! The objects that a store keeps, by key; pages of them, and batches of changes.

mod change;
mod object;
mod page;
mod part;
mod precondition;

pub use change::{Change, Deleted, Effect, PartCounts, PosInUse, Referrer};
pub use object::Record;
pub use page::{COUNTED, Filter, Page, PageRequest, PageStart};
pub use part::{Key, Part, PosPart, Reference};
pub use precondition::{Preconditions, Stored, Tags};
