//! Why a gateway refuses a card.

use alloc::string::String;

/// Why a gateway refused a card, as the customer sees it. The text is ours, never the gateway's.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusalReason {
    /// The bank declined the card.
    Declined,
    /// The card has expired.
    ExpiredCard,
    /// The number, expiry or CVV is not valid.
    InvalidCard,
    /// The card may not be saved.
    NotAllowed,
    /// The customer should try again later.
    TryLater,
    /// The customer should ask the bank.
    ContactBank,
    /// Any other refusal.
    Other,
}

impl RefusalReason {
    /// All reasons.
    pub const ALL: [Self; 7] = [
        Self::Declined,
        Self::ExpiredCard,
        Self::InvalidCard,
        Self::NotAllowed,
        Self::TryLater,
        Self::ContactBank,
        Self::Other,
    ];

    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::ExpiredCard => "expired_card",
            Self::InvalidCard => "invalid_card",
            Self::NotAllowed => "not_allowed",
            Self::TryLater => "try_later",
            Self::ContactBank => "contact_bank",
            Self::Other => "other",
        }
    }

    /// Parses a word as [`RefusalReason::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A gateway's definite refusal: there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayRefusal {
    /// The reason shown to the customer.
    pub reason: RefusalReason,
    /// The gateway's own code, sanitized, for the audit record.
    pub gateway_code: Option<String>,
}

impl GatewayRefusal {
    /// The gateway does not know the action.
    pub const fn of_no_action() -> Self {
        Self {
            reason: RefusalReason::Other,
            gateway_code: None,
        }
    }
}
