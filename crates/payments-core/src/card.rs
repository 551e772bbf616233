//! A customer's card: its secrets, and what may be stored of it.
//!
//! [`Pan`] and [`Cvv`] are wiped on drop and do not implement `Debug`, `Display`, `Clone`, `Serialize`, `Hash` or
//! `PartialEq`. They are only lent to a closure.

mod brand;
mod cvv;
mod expiry;
mod facts;
mod fingerprint;
mod holder;
mod identity;
mod leading_digits;
mod mask;
mod pan;
mod sealed;
mod stated_token;
mod submitted;
mod token;

pub use brand::Brand;
pub use cvv::{Cvv, InvalidCvv};
pub use expiry::{Expiry, InvalidExpiry};
pub use facts::{CardFacts, InvalidStatedName, StatedName};
pub use fingerprint::Fingerprint;
pub use holder::{CardHolder, CardName, InvalidName};
pub use identity::CardIdentity;
pub use mask::{InvalidMask, MaskedPan};
pub use pan::{InvalidPan, Pan};
pub use sealed::{SealedCard, SealingContext, SealingError};
pub use stated_token::StatedToken;
pub use submitted::SubmittedCard;
pub use token::{CardToken, InvalidToken, ProviderCustomerKey};

/// A card as the customer entered it, on its way to a gateway.
pub struct CardDetails {
    /// The card number.
    pub pan: Pan,
    /// The last month in which the card is valid.
    pub expiry: Expiry,
    /// The name on the card.
    pub holder: CardHolder,
    /// The CVV, if the gateway needs it.
    pub cvv: Option<Cvv>,
}
