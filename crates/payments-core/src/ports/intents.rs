//! Intents: what was promised to a gateway, in SQL, before it is called.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card::{
    Brand, CardHolder, CardIdentity, CardName, CardToken, Expiry, Fingerprint, MaskedPan,
    ProviderCustomerKey, StatedName,
};
use crate::card_storage::IntentId;
use crate::catalog::GatewayAccount;
use crate::consent::ConsentVersion;
use crate::id::{CustomerId, PosId, SavedCardId};

use super::{Backlog, CalledWith, LeaseTerms, Setback, StuckEntry, Unavailable};

/// One call of a gateway's tokenization, about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// How an intent ended; `None` in [`Intents::outcome`] while it is open.
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

/// What is kept of a saved card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSavedCard {
    /// Whose.
    pub customer: CustomerId,
    /// Where the token is valid, and nowhere else.
    pub pos: PosId,
    /// At which account of the gateway.
    pub account: GatewayAccount,
    /// The gateway's token.
    pub token: CardToken,
    /// The gateway's key of the customer, to be reused for the customer's next card at this POS.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// First six, stars, last four.
    pub masked_number: MaskedPan,
    /// Tells the same card again.
    pub fingerprint: Fingerprint,
    /// Last month of validity.
    pub expiry: Expiry,
    /// Scheme.
    pub brand: Brand,
    /// Card family, where the gateway states it.
    pub family: Option<StatedName>,
    /// Issuing bank, where the gateway states it.
    pub bank: Option<StatedName>,
    /// Name on the card.
    pub holder: CardHolder,
    /// The customer's own name for it.
    pub name: Option<CardName>,
    /// When the customer consented to keeping it.
    pub consented_at: DateTime<Utc>,
    /// The version of the text the customer consented to.
    pub consent_version: Option<ConsentVersion>,
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

/// The intents, and the queue of tokens to delete. MUST be durable (SQL); each call is one transaction.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Intents: Send + Sync {
    /// The present by the database's clock, which all processes share: leases and horizons are counted by it.
    async fn now(&self) -> Result<DateTime<Utc>, Unavailable>;

    /// Commits an intent, dated by the database's clock, together with the gateway's key of the customer that it looks up
    /// in the same transaction: the key of the customer's last card at this account. MUST refuse a second one of the same
    /// id, and one whose end is in the audit log, with [`RecordIntent::Exists`], one of an erased customer with [`RecordIntent::CustomerErased`], and one whose
    /// account is not the present one of its point of sale with [`RecordIntent::AccountChanged`]. A change of the point of
    /// sale at the same time MUST see the intent, or the intent that change.
    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable>;

    /// How an intent ended; `None` for one that is open or unknown.
    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable>;

    /// How far an intent is; unlike [`Intents::outcome`] it tells an open one from none.
    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable>;

    /// Commits the card, closes its intent and appends the audit record ([`super::AuditOutcome::Saved`], with the
    /// consent), all in one transaction. The same card (customer, POS, fingerprint) updates the one row; the token it had MUST be queued for
    /// deletion in the same transaction if it differs and no other row holds it, and a queued deletion of the very
    /// token that is committed MUST be taken off the queue (a gateway may give the same card the same token again).
    ///
    /// MUST write nothing and give none, which leaves the intent open, where the token may be about to die or dead: its
    /// queued deletion was leased at some time, or was done after the intent was recorded ([`Intents::deletion_done`]).
    ///
    /// An intent that is closed already MUST keep its outcome, which is given, and the rows MUST stay as they are; the
    /// token is queued for deletion as by [`Intents::reconcile`]. One that was never recorded MUST write nothing and
    /// fail. If the customer was erased after the intent was recorded, or the point of sale went on to another account, no
    /// row is written: the token MUST be queued, and the intent is closed as reconciled.
    async fn save_card(
        &self,
        id: &IntentId,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<Option<IntentOutcome>, Unavailable>;

    /// Closes an open intent as refused, with its audit record ([`super::AuditOutcome::Refused`]). Nothing happens to a
    /// closed one.
    async fn refuse(
        &self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// Leases intents that are open, were recorded before `recorded_before` and whose lease (if any) is over, until
    /// [`LeaseTerms::lease_until`] of the tries they had, and counts the try. MUST NOT give one intent to two callers
    /// within the lease. Of each point of sale, and there of those tried before and those not, the least recently tried
    /// come first (one that was never tried counts from its recording), and these take turns: the first of each, then
    /// the second of each, and so on. So neither one point of sale nor what is stuck can use up a batch.
    async fn lease_open(
        &self,
        recorded_before: DateTime<Utc>,
        terms: &LeaseTerms,
    ) -> Result<Vec<OpenIntent>, Unavailable>;

    /// Notes that the gateway did not know an intent, and keeps it from being leased before `not_before`. That is a good
    /// answer: the tries are counted from zero again.
    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>;

    /// Keeps a leased intent from being leased before `not_before`: its customer still has time at the gateway. The tries
    /// are counted from zero again, and no look is counted.
    async fn postponed(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>;

    /// Notes why a leased intent is still open.
    async fn intent_stuck(&self, id: &IntentId, setback: Setback) -> Result<(), Unavailable>;

    /// Closes an open intent as reconciled, queues the tokens found for it, and appends the audit record
    /// ([`super::AuditOutcome::Reconciled`]), in one transaction. An intent that is closed already keeps its outcome and
    /// gets no second record, but tokens found for it MUST be queued all the same. A token that a card row of the POS
    /// holds, or that is queued already, MUST NOT be queued.
    async fn reconcile(
        &self,
        id: &IntentId,
        found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// Leases queued deletions, as [`Intents::lease_open`] does.
    async fn lease_deletions(&self, terms: &LeaseTerms) -> Result<Vec<TokenDeletion>, Unavailable>;

    /// Notes why a leased deletion is still queued.
    async fn deletion_stuck(&self, id: i64, setback: Setback) -> Result<(), Unavailable>;

    /// Takes a deletion off the queue: the gateway no longer has the token. The intents that are open at its account by
    /// then and were recorded in the last hour, by the database's clock, MUST be kept from committing that very token, in
    /// the same transaction: they may have got it before it died.
    async fn deletion_done(&self, id: i64) -> Result<(), Unavailable>;

    /// How much is open and queued.
    async fn backlog(&self) -> Result<Backlog, Unavailable>;

    /// Up to `limit` open intents and as many queued deletions that were tried, the oldest first.
    async fn stuck(&self, limit: u32) -> Result<Vec<StuckEntry>, Unavailable>;
}
