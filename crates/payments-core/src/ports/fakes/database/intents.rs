//! Intents and the queue of deletions.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::{CardRow, DeletionRow, FakeDatabase, IntentRow, Tables, lock};
use crate::card::{CardToken, ProviderCustomerKey};
use crate::card_storage::IntentId;
use crate::consent::Consent;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::ports::{
    AuditOutcome, CalledWith, Intent, IntentOutcome, IntentStatus, Intents, NewSavedCard,
    OpenIntent, RecordIntent, TokenDeletion, Unavailable,
};

impl Tables {
    fn record(&mut self, intent: &Intent) -> RecordIntent {
        if self.intents.contains_key(&intent.id) {
            return RecordIntent::Exists;
        }
        if self.erased.contains_key(&intent.customer) {
            return RecordIntent::CustomerErased;
        }
        let provider_customer_key = keys_of(&self.cards, intent.customer, intent.pos).next();
        let row = IntentRow {
            intent: intent.clone(),
            provider_customer_key: provider_customer_key.clone(),
            outcome: None,
            looks: 0,
            not_before: None,
            dead_tokens: BTreeSet::new(),
            is_of_erased: false,
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
        now: DateTime<Utc>,
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
            self.queue_all(intent.customer, intent.pos, vec![token]);
            return Ok(Some(outcome));
        }
        if row.is_of_erased {
            let token = (card.token.clone(), card.provider_customer_key.clone());
            self.reconcile(id, vec![token], now);
            return Ok(Some(IntentOutcome::Reconciled));
        }
        let is_dead = row.dead_tokens.contains(card.token.as_str());
        let is_it =
            |row: &DeletionRow| row.deletion.pos == card.pos && row.deletion.token == card.token;
        let mut dying = self
            .deletions
            .iter()
            .filter(|row| row.leased_until.is_some());
        if is_dead || dying.any(is_it) {
            return Ok(None);
        }
        let pk = self.upsert(card, now)?;
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
        let Some(TokenDeletion { pos, token, .. }) = done.map(|row| row.deletion.clone()) else {
            return;
        };
        let since = now - TimeDelta::hours(1);
        for row in self.intents.values_mut() {
            if row.outcome.is_none() && row.intent.pos == pos && row.intent.created_at > since {
                row.dead_tokens.insert(token.as_str().to_owned());
            }
        }
        self.deletions.retain(|row| row.deletion.id != id);
    }

    fn upsert(
        &mut self,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<SavedCardId, Unavailable> {
        let same = |row: &&mut CardRow| {
            let one = &row.card;
            (one.customer, one.pos, one.fingerprint) == (card.customer, card.pos, card.fingerprint)
        };
        if let Some(row) = self.cards.iter_mut().find(same) {
            let (pk, former) = (row.pk, std::mem::replace(&mut row.card, card.clone()));
            if former.token != card.token {
                self.queue_all(
                    former.customer,
                    former.pos,
                    vec![(former.token, former.provider_customer_key)],
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
        }
    }

    pub(super) fn queue_all(
        &mut self,
        customer: CustomerId,
        pos: PosId,
        tokens: Vec<(CardToken, Option<ProviderCustomerKey>)>,
    ) {
        for (token, provider_customer_key) in tokens {
            let id = self.next_pk();
            self.queue(
                customer,
                TokenDeletion {
                    id,
                    pos,
                    token,
                    provider_customer_key,
                },
                None,
            );
        }
    }

    fn refuse(&mut self, id: &IntentId, gateway_code: Option<String>, now: DateTime<Utc>) {
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

    fn lease_open(
        &mut self,
        recorded_before: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Vec<OpenIntent> {
        let cards = &self.cards;
        let is_due = |row: &&mut IntentRow| {
            row.outcome.is_none()
                && row.intent.created_at < recorded_before
                && row.not_before.is_none_or(|instant| instant <= now)
        };
        let lease = |row: &mut IntentRow| {
            row.not_before = Some(lease_until);
            let latest = keys_of(cards, row.intent.customer, row.intent.pos).next();
            OpenIntent {
                intent: row.intent.clone(),
                looks: row.looks,
                called_with: match &row.provider_customer_key {
                    Some(key) => CalledWith::Key(key.clone()),
                    None if row.intent.card.is_some() => CalledWith::NoKey,
                    None => CalledWith::Unknown,
                },
                later_customer_key: latest
                    .filter(|key| row.provider_customer_key.as_ref() != Some(key)),
            }
        };
        self.intents
            .values_mut()
            .filter(is_due)
            .take(limit as usize)
            .map(lease)
            .collect()
    }

    fn reconcile(
        &mut self,
        id: &IntentId,
        found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        now: DateTime<Utc>,
    ) {
        let Some(row) = self.intents.get(id) else {
            return;
        };
        let (intent, is_open) = (row.intent.clone(), row.outcome.is_none());
        self.queue_all(intent.customer, intent.pos, found);
        if is_open {
            self.close(&intent, IntentOutcome::Reconciled);
            self.append_for(&intent, AuditOutcome::Reconciled, None, None, now);
        }
    }

    fn lease_deletions(
        &mut self,
        lease_until: DateTime<Utc>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Vec<TokenDeletion> {
        let free = self
            .deletions
            .iter_mut()
            .filter(|row| row.leased_until.is_none_or(|until| until <= now));
        let lease = |row: &mut DeletionRow| {
            row.leased_until = Some(lease_until);
            row.deletion.clone()
        };
        free.take(limit as usize).map(lease).collect()
    }
}

/// The keys of a customer at a point of sale, the newest first.
fn keys_of(
    cards: &[CardRow],
    customer: CustomerId,
    pos: PosId,
) -> impl Iterator<Item = ProviderCustomerKey> {
    let own = cards
        .iter()
        .rev()
        .filter(move |row| row.card.customer == customer && row.card.pos == pos);
    own.filter_map(|row| row.card.provider_customer_key.clone())
}

#[async_trait]
impl Intents for FakeDatabase {
    async fn record(&self, intent: &Intent) -> Result<RecordIntent, Unavailable> {
        self.weather
            .call("intents.record", || {
                self.change(|tables| tables.record(intent))
            })
            .await
    }

    async fn outcome(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        let work = || {
            lock(&self.tables)
                .intents
                .get(id)
                .and_then(|row| row.outcome.clone())
        };
        self.weather.call("intents.outcome", work).await
    }

    async fn status(&self, id: &IntentId) -> Result<IntentStatus, Unavailable> {
        let work = || match lock(&self.tables).intents.get(id) {
            None => IntentStatus::Unknown,
            Some(row) => row
                .outcome
                .clone()
                .map_or(IntentStatus::Open, IntentStatus::Closed),
        };
        self.weather.call("intents.status", work).await
    }

    async fn save_card(
        &self,
        id: &IntentId,
        card: &NewSavedCard,
        now: DateTime<Utc>,
    ) -> Result<Option<IntentOutcome>, Unavailable> {
        let work = || self.change(|tables| tables.save_card(id, card, now));
        self.weather.call("intents.save_card", work).await?
    }

    async fn refuse(
        &self,
        id: &IntentId,
        gateway_code: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || self.change(|tables| tables.refuse(id, gateway_code, now));
        self.weather.call("intents.refuse", work).await
    }

    async fn lease_open(
        &self,
        recorded_before: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<OpenIntent>, Unavailable> {
        let work = || lock(&self.tables).lease_open(recorded_before, lease_until, limit, now);
        self.weather.call("intents.lease_open", work).await
    }

    async fn looked(&self, id: &IntentId, not_before: DateTime<Utc>) -> Result<(), Unavailable> {
        let work = || {
            if let Some(row) = lock(&self.tables).intents.get_mut(id) {
                row.looks += 1;
                row.not_before = Some(not_before);
            }
        };
        self.weather.call("intents.looked", work).await
    }

    async fn reconcile(
        &self,
        id: &IntentId,
        found: Vec<(CardToken, Option<ProviderCustomerKey>)>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || self.change(|tables| tables.reconcile(id, found, now));
        self.weather.call("intents.reconcile", work).await
    }

    async fn lease_deletions(
        &self,
        lease_until: DateTime<Utc>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<TokenDeletion>, Unavailable> {
        let work = || lock(&self.tables).lease_deletions(lease_until, limit, now);
        self.weather.call("intents.lease_deletions", work).await
    }

    async fn deletion_done(&self, id: i64, now: DateTime<Utc>) -> Result<(), Unavailable> {
        let work = || self.change(|tables| tables.deletion_done(id, now));
        self.weather.call("intents.deletion_done", work).await
    }
}
