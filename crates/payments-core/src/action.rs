//! An action that the customer performs at the gateway before the card is saved (3-D Secure).

mod id;
mod pending;

pub use id::{ActionDigest, ActionId};
pub use pending::{ActionStage, BeginAction, NewAction, PendingAction, PendingCard, StoredAction};
