//! A customer's card: its secrets, and what may be kept of it.
//!
//! [`Pan`] and [`Cvv`] are wiped on drop and have no `Debug`, `Display`, `Clone`, `Serialize`, `Hash` or `PartialEq`;
//! they are lent to a closure, never given away.

mod brand;
mod cvv;
mod expiry;
mod facts;
mod fingerprint;
mod holder;
mod identity;
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

/// A card as its owner typed it, on its way to a gateway.
pub struct CardDetails {
    /// The number.
    pub pan: Pan,
    /// Month and year of expiry.
    pub expiry: Expiry,
    /// Name on the card.
    pub holder: CardHolder,
    /// The verification value; only there when the gateway asks for it.
    pub cvv: Option<Cvv>,
}
