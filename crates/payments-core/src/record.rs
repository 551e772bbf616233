//! The management API's view of the store: objects by key, written a whole change at a time.

mod change;
mod object;
mod page;
mod precondition;

pub use change::{Change, Deleted, Effect, PartCounts, PosInUse, PosPart, Reference, Referrer};
pub use object::{Key, Part, Record};
pub use page::{COUNTED, Filter, Page, PageRequest, PageStart};
pub use precondition::{Preconditions, Stored, Tags};
