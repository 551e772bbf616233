//! The objects that a store keeps, by key, and a batch of them to write.

#[cfg(feature = "card-storage")]
mod change;
#[cfg(feature = "card-storage")]
mod object;
mod part;
#[cfg(feature = "card-storage")]
mod precondition;

#[cfg(feature = "card-storage")]
pub use change::Change;
#[cfg(feature = "card-storage")]
pub use object::Record;
pub use part::{Key, Part, PosPart, Reference};
#[cfg(feature = "card-storage")]
pub use precondition::{Preconditions, Stored, Tags};
