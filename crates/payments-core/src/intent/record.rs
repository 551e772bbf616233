//! Intents: what was promised to a gateway, in SQL, before it is called.

use alloc::string::String;

use chrono::{DateTime, Utc};

use crate::card::{CardIdentity, CardToken, ProviderCustomerKey};
use crate::catalog::GatewayAccount;
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::tokenization::CalledWith;

/// One call of a gateway's tokenization, about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intent {
    /// Unique; the gateway's idempotency or correlation key.
    pub id: IntentId,
    /// Whose card.
    pub customer: CustomerId,
    /// At which point of sale.
    pub pos: PosId,
    /// At which account of the gateway.
    pub account: GatewayAccount,
    /// Which card: what the gateway says is searched for its number. None only in a row that an earlier release wrote.
    pub card: Option<CardIdentity>,
}

impl Intent {
    /// An intent. `card` is none only for a row that an earlier release wrote.
    pub const fn new(
        id: IntentId,
        customer: CustomerId,
        pos: PosId,
        account: GatewayAccount,
        card: Option<CardIdentity>,
    ) -> Self {
        Self {
            id,
            customer,
            pos,
            account,
            card,
        }
    }
}

/// The answer to recording an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordIntent {
    /// Committed: the gateway may be called.
    Recorded {
        /// The gateway's key of the customer, from the customer's last card at this POS. It is stored with the intent,
        /// and the gateway MUST be called with it and no other.
        provider_customer_key: Option<ProviderCustomerKey>,
    },
    /// There is one already, or its end is in the audit log: this flow's code was used before (a stale flow store came back,
    /// or this process was stopped for long). Do not call the gateway.
    Exists,
    /// The customer is erased, and nothing was written. Do not call the gateway.
    CustomerErased,
    /// The point of sale saves new cards at another account now: the catalog in hand is stale. Nothing was written; do
    /// not call the gateway.
    AccountChanged,
}

/// How an intent ended; `None` in [`crate::ports::Intents::outcome`] while it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntentOutcome {
    /// The card row was committed with it.
    Saved(SavedCardId),
    /// The gateway made no token.
    Refused {
        /// The gateway's own code, cleaned.
        gateway_code: Option<String>,
    },
    /// The reconciler closed it: a token found was queued for deletion.
    Reconciled,
}

/// How far an intent is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntentStatus {
    /// There is none: no gateway was called for it.
    Unknown,
    /// It is open: its gateway may be at it, or have done it.
    Open,
    /// It ended so.
    Closed(IntentOutcome),
}

/// An intent left open past the gateway's horizon, leased to one reconciler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIntent {
    /// The intent.
    pub intent: Intent,
    /// When it was recorded, by the database's clock.
    pub recorded_at: DateTime<Utc>,
    /// How often the gateway was asked and did not know it.
    pub looks: u32,
    /// The gateway's key of the customer that the gateway was called with.
    pub called_with: CalledWith,
    /// The key of the customer's last card at this POS, if it is another one by now. A token found under it is one more
    /// to delete; that none is found under it proves nothing.
    pub later_customer_key: Option<ProviderCustomerKey>,
}

/// A token that has no card row any more and is to be deleted at its gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDeletion {
    /// Key in the queue.
    pub id: i64,
    /// At which point of sale.
    pub pos: PosId,
    /// At which account of the gateway: no other one is ever called.
    pub account: GatewayAccount,
    /// Which token.
    pub token: CardToken,
    /// The gateway's key of the customer it belongs to.
    pub provider_customer_key: Option<ProviderCustomerKey>,
}
