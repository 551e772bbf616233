//! Intents, committed to the database before a gateway is called.

use alloc::string::String;

use chrono::{DateTime, TimeDelta, Utc};

use crate::card::{CardIdentity, CardToken, ProviderCustomerKey};
use crate::catalog::GatewayAccount;
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::tokenization::CalledWith;

/// How long after its recording an intent without an action may commit a card or get an action. A process that was suspended
/// for longer may hold a token that was deleted meanwhile; the reconciler closes its intent.
pub const COMMIT_WINDOW: TimeDelta = TimeDelta::hours(1);

/// How long after the recording of an intent without an action the deletions of tokens are noted for it. Longer than
/// [`COMMIT_WINDOW`]: a transaction that began within that may wait for locks, and a database that takes over may have a clock
/// that is behind.
pub const DELETIONS_NOTED_FOR: TimeDelta = TimeDelta::minutes(70);

/// A call of a gateway's tokenization that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intent {
    /// Unique. Also the gateway's idempotency or correlation key.
    pub id: IntentId,
    /// The customer who owns the card.
    pub customer: CustomerId,
    /// The point of sale that saves the card.
    pub pos: PosId,
    /// The gateway account that is called.
    pub account: GatewayAccount,
    /// The card's identity, used to search gateway responses for its number. `None` only in a row that
    /// an earlier release wrote.
    pub card: Option<CardIdentity>,
}

impl Intent {
    /// Creates an intent. `card` is `None` only for a row that an earlier release wrote.
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

/// The result of recording an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordIntent {
    /// Committed: the gateway may be called.
    Recorded {
        /// The gateway's key of the customer, from the customer's last card at this POS. It is stored with the intent,
        /// and the gateway MUST be called with this key.
        provider_customer_key: Option<ProviderCustomerKey>,
    },
    /// The intent exists already, or its ending is in the audit log: the code of this flow was used before (a stale
    /// flow store came back, or this process was suspended for long). Do not call the gateway.
    Exists,
    /// The customer was erased, and nothing was written. Do not call the gateway.
    CustomerErased,
    /// The point of sale now saves new cards at another account: the caller's catalog is stale. Nothing was written; do
    /// not call the gateway.
    AccountChanged,
}

/// How an intent ended; `None` in [`crate::ports::Intents::outcome`] while it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntentOutcome {
    /// The card's row was committed with it.
    Saved(SavedCardId),
    /// The gateway made no token.
    Refused {
        /// The gateway's own code, sanitized.
        gateway_code: Option<String>,
    },
    /// The reconciler closed it. Any token it found was queued for deletion.
    Reconciled,
}

/// The status of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntentStatus {
    /// There is no such intent: no gateway was called for it.
    Unknown,
    /// The intent is open: the gateway call may be in progress or done.
    Open,
    /// The intent is closed with this outcome.
    Closed(IntentOutcome),
}

/// An intent that is open past the gateway's horizon, leased to one reconciler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIntent {
    /// The open intent.
    pub intent: Intent,
    /// When the intent was recorded, by the database's clock.
    pub recorded_at: DateTime<Utc>,
    /// How often the gateway was asked and did not know the intent.
    pub looks: u32,
    /// The customer key that the gateway was called with.
    pub called_with: CalledWith,
    /// The key of the customer's last card at this POS, if it has changed since. A token found under it must be deleted
    /// too; finding none under it proves nothing.
    pub later_customer_key: Option<ProviderCustomerKey>,
}

/// A token without a card row, to be deleted at its gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDeletion {
    /// The key in the deletion queue.
    pub id: i64,
    /// The point of sale of the token.
    pub pos: PosId,
    /// The gateway account of the token. No other account is ever called.
    pub account: GatewayAccount,
    /// The token to delete.
    pub token: CardToken,
    /// The gateway's key of the customer that the token belongs to.
    pub provider_customer_key: Option<ProviderCustomerKey>,
}
