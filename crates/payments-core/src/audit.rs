//! Records of the audit log about cards and customers.

use alloc::string::String;

use chrono::{DateTime, Utc};

use crate::consent::Consent;
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::order::OrderReference;
use crate::quote_id::QuoteId;

/// How a flow ended, or what was done to a saved card or a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AuditOutcome {
    /// The card was saved.
    Saved,
    /// The gateway refused the card.
    Refused,
    /// The gateway's answer was lost. The reconciler determines the outcome.
    Unknown,
    /// The reconciler found the gateway's token and deleted it.
    Reconciled,
    /// The fifth wrong code voided the flow.
    Void,
    /// The held card was missing or could not be opened.
    CardLost,
    /// A saved card was deleted.
    Deleted,
    /// The customer was erased.
    Erased,
    /// The instrument of a saved card was issued.
    Instrument,
    /// Staff looked at the customer's saved cards.
    SavedCardsViewed,
    /// Staff looked at the customer's flows.
    FlowsViewed,
    /// Staff looked at the customer's records in the audit log.
    AuditViewed,
}

impl AuditOutcome {
    /// The word used in the database and in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Reconciled => "reconciled",
            Self::Void => "void",
            Self::CardLost => "card_lost",
            Self::Deleted => "deleted",
            Self::Erased => "erased",
            Self::Instrument => "instrument",
            Self::SavedCardsViewed => "saved_cards_viewed",
            Self::FlowsViewed => "flows_viewed",
            Self::AuditViewed => "audit_viewed",
        }
    }

    /// Whether the outcome ends a flow. An intent has at most one such record;
    /// [`AuditOutcome::Unknown`] may precede it.
    pub const fn is_ending(self) -> bool {
        match self {
            Self::Saved | Self::Refused | Self::Reconciled | Self::Void | Self::CardLost => true,
            Self::Unknown
            | Self::Deleted
            | Self::Erased
            | Self::Instrument
            | Self::SavedCardsViewed
            | Self::FlowsViewed
            | Self::AuditViewed => false,
        }
    }
}

/// A record of the audit log about a card. Contains no card number, CVV, code, phone or token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// The flow, by the id of its intent. `None` for what is done to a saved card or a customer.
    pub intent: Option<IntentId>,
    /// The customer. The log stores a random pseudonym per customer instead of this key. Without the mapping between the
    /// two, a record cannot be linked to its customer.
    pub customer: CustomerId,
    /// The point of sale, if a card was held or saved.
    pub pos: Option<PosId>,
    /// What happened.
    pub outcome: AuditOutcome,
    /// The gateway's own code for a refusal: 1 to 40 letters, digits, `_`, `-`, `.`.
    pub gateway_code: Option<String>,
    /// What the customer agreed to, if the card was saved.
    pub consent: Option<Consent>,
    /// What an instrument was given for.
    pub instrument: Option<InstrumentUse>,
    /// The member of the store's staff who did it. `None` if the customer or the service itself did.
    pub author: Option<Author>,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// What an instrument was given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentUse {
    /// The card.
    pub saved_card: SavedCardId,
    /// The order.
    pub order: OrderReference,
    /// The quote, if there was one.
    pub quote: Option<QuoteId>,
}

/// The author of a change, as the audit log names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// A person, or the name of a management token or of a command. Not a secret.
    pub principal: String,
    /// The request id, as in the service's log: 1 to 64 letters, digits, `-`, `_` and `.`.
    pub request_id: Option<String>,
    /// When the change was made.
    pub at: DateTime<Utc>,
}
