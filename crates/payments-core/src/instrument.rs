//! The instrument of a saved card: the gateway's token, issued to the order system for one order.
//!
//! An instrument is given by one transaction ([`crate::ports::Instruments`]), which checks that the card can be charged
//! and commits an audit record. No other call of the core returns a token.

mod body;

use core::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::audit::{AuditOutcome, AuditRecord, Author, InstrumentUse};
use crate::card::{CardToken, Expiry, MaskedPan, ProviderCustomerKey};
use crate::catalog::GatewayAccount;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::order::OrderReference;
use crate::quote_id::QuoteId;

pub use body::InstrumentBody;

/// A request for an instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentRequest {
    /// The card to charge.
    pub saved_card: SavedCardId,
    /// The customer who must own the card. `None` if a verified quote names the card.
    pub customer: Option<CustomerId>,
    /// The order that the card is charged for.
    pub order: OrderReference,
    /// The quote that the order is paid under, with its signature verified.
    pub quote: Option<QuoteUse>,
    /// Who asks, and when.
    pub author: Author,
    /// The current date of the store's calendar, which decides whether the card has expired.
    pub today: NaiveDate,
}

impl InstrumentRequest {
    /// The audit record of the instrument that is given for this request.
    pub fn record(&self, owner: CustomerId, pos: PosId) -> AuditRecord {
        AuditRecord {
            intent: None,
            customer: owner,
            pos: Some(pos),
            outcome: AuditOutcome::Instrument,
            gateway_code: None,
            consent: None,
            instrument: Some(InstrumentUse {
                saved_card: self.saved_card,
                order: self.order.clone(),
                quote: self.quote.as_ref().map(|used| used.quote),
            }),
            author: Some(self.author.clone()),
            at: self.author.at,
        }
    }
}

/// The use of a quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteUse {
    /// The quote.
    pub quote: QuoteId,
    /// The point of sale that the quote is for.
    pub pos: PosId,
    /// When the quote expires. Its use MUST be kept for a day longer, so that its order can ask again.
    pub expires_at: DateTime<Utc>,
    /// Whether the quote is valid now. One that no longer is permits only the order that it was used for before, so that a
    /// lost answer can be requested again.
    pub is_valid: bool,
}

/// What the order system charges a saved card with. `Debug` shows neither the token nor the customer key.
#[derive(Clone, PartialEq, Eq)]
pub struct Instrument {
    /// The gateway account that can charge the card: the current one of its point of sale.
    pub account: GatewayAccount,
    /// The card's point of sale.
    pub pos: PosId,
    /// The gateway's token of the card.
    pub token: CardToken,
    /// The gateway's key of the customer, if it has one.
    pub customer_key: Option<ProviderCustomerKey>,
    /// The first six digits, asterisks, and the last four digits.
    pub masked_number: MaskedPan,
    /// The last month in which the card is valid.
    pub expiry: Expiry,
}

impl fmt::Debug for Instrument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Instrument")
            .field("account", &self.account)
            .field("pos", &self.pos)
            .finish_non_exhaustive()
    }
}

/// Why no instrument is given. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInstrument {
    /// There is no such card, or another customer owns it.
    #[error("there is no such saved card")]
    NotFound,
    /// The customer is deactivated.
    #[error("the customer is not active")]
    CustomerInactive,
    /// The card has expired.
    #[error("the card has expired")]
    Expired,
    /// The card's point of sale is switched off.
    #[error("the card's point of sale is not active")]
    PosInactive,
    /// The card was saved at a gateway or account that its point of sale no longer uses.
    #[error("the card belongs to an account that is no longer in use")]
    OtherAccount,
    /// The card's token is being deleted at the gateway.
    #[error("the card's token is being deleted")]
    DeadToken,
    /// The quote is for another point of sale than the card's.
    #[error("the quote is for another point of sale")]
    QuoteOfOtherPos,
    /// The quote was used for another order.
    #[error("the quote belongs to another order")]
    QuoteUsed,
    /// The quote is no longer valid, and it was not used for this order before.
    #[error("the quote is no longer valid")]
    QuoteNotValid,
}

#[cfg(test)]
mod tests {
    use super::Instrument;
    use crate::card::{CardToken, Expiry, MaskedPan, ProviderCustomerKey};
    use crate::catalog::GatewayAccount;
    use crate::id::PosId;
    use crate::slug::Slug;

    #[test]
    fn an_instrument_does_not_print_its_secrets() {
        let instrument = Instrument {
            account: GatewayAccount {
                gateway: Slug::parse("iyzico").unwrap(),
                label: Slug::parse("main").unwrap(),
            },
            pos: PosId::new(1).unwrap(),
            token: CardToken::parse("token-secret").unwrap(),
            customer_key: ProviderCustomerKey::parse("key-secret").ok(),
            masked_number: MaskedPan::parse("552879******0008").unwrap(),
            expiry: Expiry::new(12, 2030).unwrap(),
        };
        let printed = format!("{instrument:?}");
        assert!(printed.contains("iyzico"), "{printed}");
        for secret in ["secret", "552879", "2030"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}
