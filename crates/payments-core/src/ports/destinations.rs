//! Which phone numbers a code may be sent to.

use crate::phone::{Destination, DestinationRefused, Phone};

/// Resolves phone numbers as customers type them. A function of the text: no I/O.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Destinations: Send + Sync {
    /// The number in international form, if codes may be sent to it. Two spellings of one number MUST
    /// give the same destination.
    ///
    /// # Errors
    /// [`crate::phone::DestinationRefused`] with the reason.
    fn resolve(&self, phone: &Phone) -> Result<Destination, DestinationRefused>;
}
