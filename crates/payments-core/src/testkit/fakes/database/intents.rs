//! Intents and the queue of deletions.

use alloc::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::audit::AuditOutcome;
use crate::card::{CardToken, ProviderCustomerKey};
use crate::catalog::GatewayAccount;
use crate::consent::Consent;
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::intent::{
    Backlog, COMMIT_WINDOW, DELETIONS_NOTED_FOR, Intent, IntentOutcome, IntentStatus, LeaseTerms,
    OpenIntent, RecordIntent, Setback, StuckEntry, TokenDeletion,
};
use crate::ports::{Intents, Unavailable};
use crate::saved_card::NewSavedCard;
use crate::tokenization::CalledWith;

use super::backlog::Tries;
use super::{CardRow, DeletionRow, FakeDatabase, IntentRow, Tables, Weakness, lock};

impl IntentRow {
    /// Whether it may still commit a token or get an action.
    pub(super) fn is_on_time(&self, now: DateTime<Utc>) -> bool {
        self.recorded_at > now - COMMIT_WINDOW || self.action.is_some()
    }

    /// Whether the deletions of tokens are noted for it.
    fn notes_deletions(&self, now: DateTime<Utc>) -> bool {
        self.recorded_at > now - DELETIONS_NOTED_FOR || self.action.is_some()
    }
}

impl Tables {
    fn record(&mut self, intent: &Intent, now: DateTime<Utc>) -> RecordIntent {
        if self.intents.contains_key(&intent.id) || self.has_ended(&intent.id) {
            return RecordIntent::Exists;
        }
        if self.erased.contains_key(&intent.customer) {
            return RecordIntent::CustomerErased;
        }
        if !self.is_present(intent.pos, &intent.account) {
            return RecordIntent::AccountChanged;
        }
        let provider_customer_key = keys_of(&self.cards, intent).next();
        let row = IntentRow {
            intent: intent.clone(),
            provider_customer_key: provider_customer_key.clone(),
            outcome: None,
            recorded_at: now,
            looks: 0,
            dead_tokens: BTreeSet::new(),
            tries: Tries::default(),
            is_of_erased: false,
            action: None,
        };
        self.intents.insert(row.intent.id.clone(), row);
        RecordIntent::Recorded {
            provider_customer_key,
        }
    }

    fn save_card(
        &mut self,
        id: &IntentId,
        card: &NewSavedCard,
        (now, queued_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Option<IntentOutcome>, Unavailable> {
        let Some(row) = self.intents.get(id) else {
            return Err(Unavailable {
                what: "intents",
                source: None,
            });
        };
        let intent = row.intent.clone();
        if let Some(outcome) = row.outcome.clone() {
            let token = (card.token.clone(), card.provider_customer_key.clone());
            let place = (intent.pos, &intent.account);
            self.queue_all(intent.customer, place, vec![token], queued_at);
            return Ok(Some(outcome));
        }
        if row.is_of_erased || !self.is_present(intent.pos, &card.account) {
            let token = (card.token.clone(), card.provider_customer_key.clone());
            self.reconcile(id, vec![token], (now, queued_at));
            return Ok(Some(IntentOutcome::Reconciled));
        }
        let is_dead = !row.is_on_time(queued_at) || row.dead_tokens.contains(card.token.as_str());
        let is_it = |row: &DeletionRow| {
            let one = &row.deletion;
            (one.pos, &one.account, &one.token) == (card.pos, &card.account, &card.token)
        };
        let mut dying = self
            .deletions
            .iter()
            .filter(|row| row.tries.leased_until.is_some());
        if (is_dead || dying.any(is_it)) && !self.has(Weakness::CommitsDyingTokens) {
            return Ok(None);
        }
        let pk = self.upsert(card, now, queued_at)?;
        self.deletions.retain(|row| !is_it(row));
        self.close(&intent, IntentOutcome::Saved(pk));
        let consent = Consent {
            at: card.consented_at,
            version: card.consent_version.clone(),
        };
        self.append_for(&intent, AuditOutcome::Saved, None, Some(consent), now);
        Ok(Some(IntentOutcome::Saved(pk)))
    }

    fn deletion_done(&mut self, id: i64, now: DateTime<Utc>) {
        let done = self.deletions.iter().find(|row| row.deletion.id == id);
        let Some(gone) = done.map(|row| row.deletion.clone()) else {
            return;
        };
        for row in self.intents.values_mut() {
            let is_there = (row.intent.pos, &row.intent.account) == (gone.pos, &gone.account);
            if row.outcome.is_none() && is_there && row.notes_deletions(now) {
                row.dead_tokens.insert(gone.token.as_str().to_owned());
            }
        }
        self.deletions.retain(|row| row.deletion.id != id);
    }

    fn upsert(
        &mut self,
        card: &NewSavedCard,
        now: DateTime<Utc>,
        queued_at: DateTime<Utc>,
    ) -> Result<SavedCardId, Unavailable> {
        let same = |row: &&mut CardRow| {
            let one = &row.card;
            (one.customer, one.pos, one.fingerprint) == (card.customer, card.pos, card.fingerprint)
        };
        if let Some(row) = self.cards.iter_mut().find(same) {
            let (pk, former) = (row.pk, core::mem::replace(&mut row.card, card.clone()));
            if (&former.account, &former.token) != (&card.account, &card.token) {
                self.queue_all(
                    former.customer,
                    (former.pos, &former.account),
                    vec![(former.token, former.provider_customer_key)],
                    queued_at,
                );
            }
            return Ok(pk);
        }
        let pk = SavedCardId::new(self.next_pk())
            .map_err(|error| Unavailable::new("fake database", error))?;
        self.cards.push(CardRow {
            pk,
            card: card.clone(),
            created_at: now,
        });
        Ok(pk)
    }

    fn close(&mut self, intent: &Intent, outcome: IntentOutcome) {
        if let Some(row) = self.intents.get_mut(&intent.id) {
            row.outcome = Some(outcome);
            if let Some(action) = &mut row.action {
                action.pending = None;
            }
        }
    }

    pub(super) fn queue_all(
        &mut self,
        customer: CustomerId,
        (pos, account): (PosId, &GatewayAccount),
        tokens: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        queued_at: DateTime<Utc>,
    ) {
        for (token, provider_customer_key) in tokens {
            let deletion = TokenDeletion {
                id: self.next_pk(),
                pos,
                account: account.clone(),
                token,
                provider_customer_key,
            };
            self.queue(Some(customer), deletion, Tries::default(), queued_at);
        }
    }

    pub(super) fn refuse(
        &mut self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) {
        let open = self.intents.get(id).filter(|row| row.outcome.is_none());
        let Some(intent) = open.map(|row| row.intent.clone()) else {
            return;
        };
        self.close(
            &intent,
            IntentOutcome::Refused {
                gateway_code: gateway_code.clone(),
            },
        );
        self.append_for(&intent, AuditOutcome::Refused, gateway_code, None, now);
    }

    /// An open intent, with what is known of the customer's key at its account.
    pub(super) fn opened(&self, id: &IntentId) -> Option<OpenIntent> {
        let row = self.intents.get(id)?;
        let latest = keys_of(&self.cards, &row.intent).next();
        Some(OpenIntent {
            intent: row.intent.clone(),
            recorded_at: row.recorded_at,
            looks: row.looks,
            called_with: match &row.provider_customer_key {
                Some(key) => CalledWith::Key(key.clone()),
                None if row.intent.card.is_some() => CalledWith::NoKey,
                None => CalledWith::Unknown,
            },
            later_customer_key: latest
                .filter(|key| row.provider_customer_key.as_ref() != Some(key)),
        })
    }

    fn reconcile(
        &mut self,
        id: &IntentId,
        found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        (now, queued_at): (DateTime<Utc>, DateTime<Utc>),
    ) {
        let Some(row) = self.intents.get(id) else {
            return;
        };
        let (intent, is_open) = (row.intent.clone(), row.outcome.is_none());
        let place = (intent.pos, &intent.account);
        self.queue_all(intent.customer, place, found, queued_at);
        if is_open {
            self.close(&intent, IntentOutcome::Reconciled);
            self.append_for(&intent, AuditOutcome::Reconciled, None, None, now);
        }
    }
}

/// The keys of an intent's customer at its account, newest first.
fn keys_of<'a>(
    cards: &'a [CardRow],
    intent: &'a Intent,
) -> impl Iterator<Item = ProviderCustomerKey> + 'a {
    let own = cards.iter().rev().filter(|row| {
        let card = &row.card;
        (card.customer, card.pos, &card.account) == (intent.customer, intent.pos, &intent.account)
    });
    own.filter_map(|row| row.card.provider_customer_key.clone())
}

#[async_trait]
impl Intents for FakeDatabase {
    async fn now(&self) -> Result<DateTime<Utc>, Unavailable> {
        self.faults.call("intents.now", || self.now()).await
    }

    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable> {
        let work = || self.change(|tables| tables.record(intent, self.now()));
        self.faults.call("intents.record", work).await
    }

    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        let work = || {
            lock(&self.tables)
                .intents
                .get(id)
                .and_then(|row| row.outcome.clone())
        };
        self.faults.call("intents.outcome", work).await
    }

    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable> {
        let work = || match lock(&self.tables).intents.get(id) {
            None => IntentStatus::Unknown,
            Some(row) => row
                .outcome
                .clone()
                .map_or(IntentStatus::Open, IntentStatus::Closed),
        };
        self.faults.call("intents.status", work).await
    }

    async fn save_card(
        &self,
        id: &IntentId,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<Option<IntentOutcome>, Unavailable> {
        let work = || self.change(|tables| tables.save_card(id, card, (now, self.now())));
        self.faults.call("intents.save_card", work).await?
    }

    async fn refuse(
        &self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || self.change(|tables| tables.refuse(id, gateway_code, now));
        self.faults.call("intents.refuse", work).await
    }

    async fn lease_open(
        &self,
        recorded_before: DateTime<Utc>,
        terms: &LeaseTerms,
    ) -> Result<Vec<OpenIntent>, Unavailable> {
        let work = || lock(&self.tables).lease_open(recorded_before, terms);
        self.faults.call("intents.lease_open", work).await
    }

    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        let work = || {
            if let Some(row) = lock(&self.tables).intents.get_mut(id) {
                row.looks += 1;
                row.tries.answered(not_before);
            }
        };
        self.faults.call("intents.looked", work).await
    }

    async fn postponed(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        let work = || {
            if let Some(row) = lock(&self.tables).intents.get_mut(id) {
                row.tries.answered(not_before);
            }
        };
        self.faults.call("intents.postponed", work).await
    }

    async fn intent_stuck(&self, id: &IntentId, setback: Setback) -> Result<(), Unavailable> {
        let work = || {
            if let Some(row) = lock(&self.tables).intents.get_mut(id) {
                row.tries.setback = Some(setback);
            }
        };
        self.faults.call("intents.intent_stuck", work).await
    }

    async fn reconcile(
        &self,
        id: &IntentId,
        found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || self.change(|tables| tables.reconcile(id, found, (now, self.now())));
        self.faults.call("intents.reconcile", work).await
    }

    async fn lease_deletions(&self, terms: &LeaseTerms) -> Result<Vec<TokenDeletion>, Unavailable> {
        let work = || lock(&self.tables).lease_deletions(terms);
        self.faults.call("intents.lease_deletions", work).await
    }

    async fn deletion_stuck(&self, id: i64, setback: Setback) -> Result<(), Unavailable> {
        let work = || {
            let mut tables = lock(&self.tables);
            let mut rows = tables.deletions.iter_mut();
            if let Some(row) = rows.find(|row| row.deletion.id == id) {
                row.tries.setback = Some(setback);
            }
        };
        self.faults.call("intents.deletion_stuck", work).await
    }

    async fn deletion_done(&self, id: i64) -> Result<(), Unavailable> {
        let work = || self.change(|tables| tables.deletion_done(id, self.now()));
        self.faults.call("intents.deletion_done", work).await
    }

    async fn backlog(&self) -> Result<Backlog, Unavailable> {
        let work = || lock(&self.tables).backlog(self.now());
        self.faults.call("intents.backlog", work).await
    }

    async fn stuck(&self, limit: u32) -> Result<Vec<StuckEntry>, Unavailable> {
        let work = || lock(&self.tables).stuck(limit, self.now());
        self.faults.call("intents.stuck", work).await
    }
}
