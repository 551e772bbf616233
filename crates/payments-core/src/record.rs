//! The objects that a store keeps, by key, and a batch of them to write.

mod change;
mod object;
mod part;
mod precondition;

pub use change::Change;
pub use object::Record;
pub use part::{Key, Part, PosPart, Reference};
pub use precondition::{Preconditions, Stored, Tags};
