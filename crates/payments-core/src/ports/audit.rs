//! What happened to each flow, for auditors and support.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card_storage::IntentId;
use crate::consent::Consent;
use crate::id::{CustomerId, PosId};

use super::{Author, Unavailable};

/// How a flow ended, or what was done to a saved card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Whose. The log keeps a pseudonym, drawn once for each customer, and never this key: without the mapping from one to
    /// the other nobody can tell whose the record is.
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

/// The audit log.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends a record for what no other port's transaction records. MUST be durable. A second record of the same
    /// intent and outcome MUST be left out, and so MUST a second one that ends the same intent
    /// ([`AuditOutcome::is_ending`]). Records MUST never change and never go but by the log's retention.
    async fn append(&self, record: &AuditRecord) -> Result<(), Unavailable>;
}
