//! Stored objects by key, pages of them, and batches of changes.

#[cfg(feature = "card-storage")]
mod change;
#[cfg(feature = "card-storage")]
mod object;
#[cfg(feature = "card-storage")]
mod page;
mod part;
#[cfg(feature = "card-storage")]
mod precondition;

#[cfg(feature = "card-storage")]
pub use change::{Approval, Change, Deleted, Effect, PartCounts, PosInUse, Referrer};
#[cfg(feature = "card-storage")]
pub use object::Record;
#[cfg(feature = "card-storage")]
pub use page::{COUNTED, Filter, Page, PageRequest, PageStart};
pub use part::{Key, Part, PosPart, Reference};
#[cfg(feature = "card-storage")]
pub use precondition::{Preconditions, Stored, Tags};
