//! A customer's card, stored as a gateway token.

use chrono::{DateTime, Utc};

use crate::card::{
    Brand, CardHolder, CardName, CardToken, Expiry, Fingerprint, MaskedPan, ProviderCustomerKey,
    StatedName,
};
use crate::catalog::{CardSelection, Catalog, GatewayAccount, LeadingDigits};
use crate::consent::ConsentVersion;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::intent::TokenDeletion;

/// A saved card as its owner sees it, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCard {
    /// The card's primary key.
    pub pk: SavedCardId,
    /// The point of sale that can charge the card.
    pub pos: PosId,
    /// The gateway account that can charge the card.
    pub account: GatewayAccount,
    /// The first six digits, asterisks, and the last four digits.
    pub masked_number: MaskedPan,
    /// The first 8 digits of a number of 16 digits or more, the first 6 of a shorter one (PCI DSS 3.4.1, PCI SSC FAQ 1091).
    /// They are for finding the card in the catalog and are never shown. A card saved before they were
    /// stored has the 6 of its mask.
    pub leading_digits: LeadingDigits,
    /// The last month in which the card is valid.
    pub expiry: Expiry,
    /// The card scheme.
    pub brand: Brand,
    /// The card family, if the gateway stated it.
    pub family: Option<StatedName>,
    /// The issuing bank, if the gateway stated it.
    pub bank: Option<StatedName>,
    /// The name on the card.
    pub holder: CardHolder,
    /// The customer's own name for the card.
    pub name: Option<CardName>,
    /// When the card was first saved.
    pub created_at: DateTime<Utc>,
    /// When the customer last consented to saving it.
    pub consented_at: DateTime<Utc>,
}

impl SavedCard {
    /// The cards of a catalog that it can be, for listings and quotes.
    pub fn selection(&self, catalog: &Catalog) -> CardSelection {
        let last_day = self.expiry.last_day();
        catalog.select_for_token(self.leading_digits, self.pos, last_day)
    }
}

/// A saved card, to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSavedCard {
    /// The customer who owns the card.
    pub customer: CustomerId,
    /// The only point of sale at which the token is valid.
    pub pos: PosId,
    /// The gateway account that made the token.
    pub account: GatewayAccount,
    /// The gateway's token.
    pub token: CardToken,
    /// The gateway's key of the customer, reused for the customer's next card at this POS.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// The first six digits, asterisks, and the last four digits.
    pub masked_number: MaskedPan,
    /// The first digits that may be stored ([`crate::card::Pan::leading_digits`]).
    pub leading_digits: LeadingDigits,
    /// Recognizes the same card without its number.
    pub fingerprint: Fingerprint,
    /// The last month in which the card is valid.
    pub expiry: Expiry,
    /// The card scheme.
    pub brand: Brand,
    /// The card family, if the gateway stated it.
    pub family: Option<StatedName>,
    /// The issuing bank, if the gateway stated it.
    pub bank: Option<StatedName>,
    /// The name on the card.
    pub holder: CardHolder,
    /// The customer's own name for the card.
    pub name: Option<CardName>,
    /// When the customer consented to saving it.
    pub consented_at: DateTime<Utc>,
    /// The version of the text the customer consented to.
    pub consent_version: Option<ConsentVersion>,
}

/// The token of a saved card, for a comparison with its gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// The card's primary key.
    pub card: SavedCardId,
    /// The customer who owns the card.
    pub customer: CustomerId,
    /// The gateway's token.
    pub token: CardToken,
    /// The gateway's key of the customer.
    pub provider_customer_key: Option<ProviderCustomerKey>,
}

/// A live token that no saved card holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrphanToken {
    /// The point of sale at which it was found.
    pub pos: PosId,
    /// The gateway account at which it was found.
    pub account: GatewayAccount,
    /// The gateway's token.
    pub token: CardToken,
    /// The gateway's key of the customer that the token belongs to.
    pub provider_customer_key: Option<ProviderCustomerKey>,
}

/// A saved card whose row was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedCard {
    /// The queued deletion of its token, leased to the caller for the first try; `None` if another row holds the token.
    pub deletion: Option<TokenDeletion>,
}
