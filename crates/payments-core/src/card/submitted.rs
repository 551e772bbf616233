//! A card as a customer entered it.

use chrono::{DateTime, Utc};

use crate::consent::ConsentVersion;

use super::{CardDetails, CardName};

/// A card as a customer entered it.
pub struct SubmittedCard {
    /// The card.
    pub details: CardDetails,
    /// The customer's own name for it.
    pub name: Option<CardName>,
    /// When the customer consented to keeping it.
    pub consented_at: DateTime<Utc>,
    /// The version of the text the customer consented to.
    pub consent_version: Option<ConsentVersion>,
}
