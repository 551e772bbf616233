//! Intents: what was promised to a gateway, in SQL, before it is called.

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

/// The intents, and the queue of tokens to delete. MUST be durable (SQL); each call is one transaction.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Intents: Send + Sync {
    /// The present by the database's clock, which all processes share: leases and horizons are counted by it.
    async fn now(&self) -> Result<DateTime<Utc>, Unavailable>;

    /// Commits an intent, dated by the database's clock, together with the gateway's key of the customer that it looks up
    /// in the same transaction: the key of the customer's last card at this account. MUST refuse a second one of the same
    /// id, and one whose end is in the audit log, with [`crate::intent::RecordIntent::Exists`], one of an erased customer with [`crate::intent::RecordIntent::CustomerErased`], and one whose
    /// account is not the present one of its point of sale with [`crate::intent::RecordIntent::AccountChanged`]. A change of the point of
    /// sale at the same time MUST see the intent, or the intent that change.
    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable>;

    /// How an intent ended; `None` for one that is open or unknown.
    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable>;

    /// How far an intent is; unlike [`Intents::outcome`] it tells an open one from none.
    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable>;

    /// Commits the card, closes its intent and appends the audit record ([`crate::audit::AuditOutcome::Saved`], with the
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

    /// Closes an open intent as refused, with its audit record ([`crate::audit::AuditOutcome::Refused`]). Nothing happens to a
    /// closed one.
    async fn refuse(
        &self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// Leases intents that are open, were recorded before `recorded_before` and whose lease (if any) is over, until
    /// [`crate::intent::LeaseTerms::lease_until`] of the tries they had, and counts the try. MUST NOT give one intent to two callers
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
    /// ([`crate::audit::AuditOutcome::Reconciled`]), in one transaction. An intent that is closed already keeps its outcome and
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
