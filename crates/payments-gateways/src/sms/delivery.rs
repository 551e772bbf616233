//! What became of a message after its provider took it.

/// A message's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Not there yet, as far as the provider knows.
    OnItsWay,
    /// On the phone.
    Delivered,
    /// It will not arrive.
    Failed,
}
