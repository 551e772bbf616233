//! A card as a customer submitted it.

use chrono::{DateTime, Utc};

use crate::consent::ConsentVersion;

use super::{CardDetails, CardName};

/// A card as a customer submitted it.
pub struct SubmittedCard {
    /// The number, expiry, holder and CVV.
    pub details: CardDetails,
    /// The customer's own name for the card.
    pub name: Option<CardName>,
    /// When the customer consented to saving it.
    pub consented_at: DateTime<Utc>,
    /// The version of the text the customer consented to.
    pub consent_version: Option<ConsentVersion>,
}
