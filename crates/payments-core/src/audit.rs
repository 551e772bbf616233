//! Records of the audit log about cards and customers.

use alloc::string::String;

use chrono::{DateTime, Utc};

use crate::consent::Consent;
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId};

/// How a flow ended, or what was done to a saved card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AuditOutcome {
    /// The card was saved.
    Saved,
    /// The gateway refused it.
    Refused,
    /// The gateway did not say; the reconciler took over.
    Unknown,
    /// The reconciler found the token and removed it.
    Reconciled,
    /// Five wrong codes.
    Void,
    /// The held card could not be opened or was gone.
    CardLost,
    /// A saved card was deleted.
    Deleted,
    /// The customer was erased.
    Erased,
}

impl AuditOutcome {
    /// The word in the database and in logs.
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
        }
    }

    /// Whether it ends a flow: an intent has at most one such record. [`AuditOutcome::Unknown`] may come before it.
    pub const fn is_ending(self) -> bool {
        match self {
            Self::Saved | Self::Refused | Self::Reconciled | Self::Void | Self::CardLost => true,
            Self::Unknown | Self::Deleted | Self::Erased => false,
        }
    }
}

/// One record of the audit log about a card. No number, CVV, code, phone or token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// The flow, by its intent's id; none for the deletion of a card or the erasure of a customer.
    pub intent: Option<IntentId>,
    /// The customer. The log stores a random pseudonym per customer instead of this key. Without the mapping between the
    /// two, a record cannot be linked to its customer.
    pub customer: CustomerId,
    /// Where, when a card was held.
    pub pos: Option<PosId>,
    /// What.
    pub outcome: AuditOutcome,
    /// The gateway's own code for a refusal: 1 to 40 letters, digits, `_`, `-`, `.`.
    pub gateway_code: Option<String>,
    /// What the customer agreed to, in the record of a saving.
    pub consent: Option<Consent>,
    /// Who of the store did it; none for the customer and for the service itself.
    pub author: Option<Author>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who writes, as the audit log names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name of a management token, or of a command. No secret.
    pub principal: String,
    /// The request, as in the service's log: 1 to 64 letters, digits, `-`, `_` and `.`.
    pub request_id: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}
