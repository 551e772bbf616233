//! Saved cards.

use chrono::{DateTime, Utc};

use crate::card::{
    Brand, CardHolder, CardName, CardToken, Expiry, Fingerprint, MaskedPan, ProviderCustomerKey,
    StatedName,
};
use crate::catalog::GatewayAccount;
use crate::consent::ConsentVersion;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::intent::TokenDeletion;

/// A saved card as its owner sees it: the token stays behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCard {
    /// Primary key.
    pub pk: SavedCardId,
    /// Where it can be charged.
    pub pos: PosId,
    /// At which account of the gateway.
    pub account: GatewayAccount,
    /// First six, stars, last four.
    pub masked_number: MaskedPan,
    /// Last month of validity.
    pub expiry: Expiry,
    /// Scheme.
    pub brand: Brand,
    /// Card family, where the gateway stated it.
    pub family: Option<StatedName>,
    /// Issuing bank, where the gateway stated it.
    pub bank: Option<StatedName>,
    /// Name on the card.
    pub holder: CardHolder,
    /// The customer's own name for it.
    pub name: Option<CardName>,
    /// When it was first saved.
    pub created_at: DateTime<Utc>,
    /// When the customer last consented to keeping it.
    pub consented_at: DateTime<Utc>,
}

/// What is kept of a saved card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSavedCard {
    /// Whose.
    pub customer: CustomerId,
    /// Where the token is valid, and nowhere else.
    pub pos: PosId,
    /// At which account of the gateway.
    pub account: GatewayAccount,
    /// The gateway's token.
    pub token: CardToken,
    /// The gateway's key of the customer, to be reused for the customer's next card at this POS.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// First six, stars, last four.
    pub masked_number: MaskedPan,
    /// Identifies the same card without its number.
    pub fingerprint: Fingerprint,
    /// Last month of validity.
    pub expiry: Expiry,
    /// Scheme.
    pub brand: Brand,
    /// Card family, where the gateway states it.
    pub family: Option<StatedName>,
    /// Issuing bank, where the gateway states it.
    pub bank: Option<StatedName>,
    /// Name on the card.
    pub holder: CardHolder,
    /// The customer's own name for it.
    pub name: Option<CardName>,
    /// When the customer consented to keeping it.
    pub consented_at: DateTime<Utc>,
    /// The version of the text the customer consented to.
    pub consent_version: Option<ConsentVersion>,
}

/// A card taken off the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedCard {
    /// The queued deletion of its token, leased to the caller for the first try; none while another row holds the token.
    pub deletion: Option<TokenDeletion>,
}
