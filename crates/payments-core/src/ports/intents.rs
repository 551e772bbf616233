//! Intents, committed to the database before a gateway is called.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card::{CardToken, ProviderCustomerKey};
use crate::flow::IntentId;
use crate::intent::{
    Backlog, Intent, IntentOutcome, IntentStatus, LeaseTerms, OpenIntent, RecordIntent, Setback,
    StuckEntry, TokenDeletion,
};
use crate::saved_card::NewSavedCard;

use super::Unavailable;

/// Stores intents, and the queue of tokens to delete. MUST be durable (SQL); each call is one transaction.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Intents: Send + Sync {
    /// The current time of the database's clock, which all processes share. Leases and horizons use it.
    async fn now(&self) -> Result<DateTime<Utc>, Unavailable>;

    /// Commits an intent, dated by the database's clock. In the same transaction, looks up the gateway's key of the
    /// customer: that of the customer's last card at this account. MUST refuse an intent with the id of an existing
    /// one, and one whose ending is in the audit log, with [`crate::intent::RecordIntent::Exists`]; one of an erased
    /// customer with [`crate::intent::RecordIntent::CustomerErased`]; and one whose account is not the current one of
    /// its point of sale with [`crate::intent::RecordIntent::AccountChanged`]. A concurrent change of the point of sale
    /// MUST see the intent, or the intent that change.
    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable>;

    /// How an intent ended; `None` if it is open or unknown.
    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable>;

    /// The status of an intent. Unlike [`Intents::outcome`], distinguishes an open intent from an unknown one.
    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable>;

    /// Commits the card, closes its intent and appends the audit record ([`crate::audit::AuditOutcome::Saved`], with
    /// the consent), in one transaction. The same card (customer, POS, fingerprint) updates its existing row. If its
    /// token changes, the previous token MUST be queued for deletion in the same transaction, unless another row holds
    /// it. A queued deletion of the committed token MUST be removed from the queue (a gateway may return the same token
    /// for the same card).
    ///
    /// MUST write nothing and return `None`, which leaves the intent open, if the token may be deleted already or soon:
    /// its queued deletion has been leased, or was done after the intent was recorded ([`Intents::deletion_done`]), or the
    /// intent has no action and was recorded longer ago than [`crate::intent::COMMIT_WINDOW`], by the database's clock.
    ///
    /// An intent that is already closed MUST keep its outcome, which is returned, and the rows MUST NOT change; the
    /// token is queued for deletion as by [`Intents::reconcile`]. For an intent that was never recorded, MUST write
    /// nothing and fail. If the customer was erased after the intent was recorded, or the point of sale has moved to
    /// another account, no row is written: the token MUST be queued, and the intent is closed as reconciled.
    async fn save_card(
        &self,
        id: &IntentId,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<Option<IntentOutcome>, Unavailable>;

    /// Closes an open intent as refused, with its audit record ([`crate::audit::AuditOutcome::Refused`]). Does nothing
    /// to a closed one.
    async fn refuse(
        &self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// Leases intents that are open, were recorded before `recorded_before` and whose lease (if any) has expired, until
    /// [`crate::intent::LeaseTerms::lease_until`] of their number of tries, and counts the try. MUST NOT give one
    /// intent to two callers within the lease. The order is fair: within each point of sale, and there within the tried
    /// and the untried intents, the least recently tried come first (an untried intent counts from its recording).
    /// These groups then alternate: the first of each, the second of each, and so on. So neither one point of sale nor
    /// stuck intents can use up a batch.
    async fn lease_open(
        &self,
        recorded_before: DateTime<Utc>,
        terms: &LeaseTerms,
    ) -> Result<Vec<OpenIntent>, Unavailable>;

    /// Notes that the gateway does not know an intent, and prevents a lease before `not_before`. The tries are reset to
    /// zero, because the gateway did answer.
    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>;

    /// Prevents a lease of a leased intent before `not_before`, because its customer still has time at the gateway.
    /// Resets the tries to zero, and counts no look.
    async fn postponed(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable>;

    /// Notes why a leased intent is still open.
    async fn intent_stuck(&self, id: &IntentId, setback: Setback) -> Result<(), Unavailable>;

    /// Closes an open intent as reconciled, queues the tokens found for it, and appends the audit record
    /// ([`crate::audit::AuditOutcome::Reconciled`]), in one transaction. An intent that is already closed keeps its
    /// outcome and gets no second record, but tokens found for it MUST still be queued. A token that a card row of the
    /// POS holds, or that is already queued, MUST NOT be queued.
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

    /// Removes a deletion from the queue: the gateway no longer has the token. In the same transaction, the open
    /// intents at its account that were recorded within [`crate::intent::DELETIONS_NOTED_FOR`], or that have an action, MUST
    /// be prevented from committing this token: they may have received it before it was deleted.
    async fn deletion_done(&self, id: i64) -> Result<(), Unavailable>;

    /// The number of open intents and queued deletions.
    async fn backlog(&self) -> Result<Backlog, Unavailable>;

    /// Up to `limit` open intents and as many queued deletions that were tried, oldest first.
    async fn stuck(&self, limit: u32) -> Result<Vec<StuckEntry>, Unavailable>;
}
