//! A customer's own cards.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::audit::{AuditOutcome, AuditRecord, Author};
use crate::card::CardName;
use crate::id::{CustomerId, SavedCardId};
use crate::intent::TokenDeletion;
use crate::ports::{SavedCards, Unavailable};
use crate::saved_card::{RemovedCard, SavedCard};

use super::backlog::Tries;
use super::{CardRow, FakeDatabase, Tables, lock};

fn shown(row: &CardRow) -> SavedCard {
    SavedCard {
        pk: row.pk,
        pos: row.card.pos,
        account: row.card.account.clone(),
        masked_number: row.card.masked_number.clone(),
        leading_digits: row.card.leading_digits,
        expiry: row.card.expiry,
        brand: row.card.brand,
        family: row.card.family.clone(),
        bank: row.card.bank.clone(),
        holder: row.card.holder.clone(),
        name: row.card.name.clone(),
        created_at: row.created_at,
        consented_at: row.card.consented_at,
    }
}

impl Tables {
    fn own(&mut self, customer: CustomerId, pk: SavedCardId) -> Option<&mut CardRow> {
        self.cards
            .iter_mut()
            .find(|row| row.card.customer == customer && row.pk == pk)
    }

    fn listed(&self, customer: CustomerId, filter: impl Fn(&CardRow) -> bool) -> Vec<SavedCard> {
        let own = self
            .cards
            .iter()
            .filter(|row| row.card.customer == customer);
        let mut own: Vec<SavedCard> = own.filter(|row| filter(row)).map(shown).collect();
        own.sort_by_key(|card| core::cmp::Reverse((card.created_at, card.pk)));
        own
    }

    fn remove(
        &mut self,
        customer: CustomerId,
        pk: SavedCardId,
        lease_until: DateTime<Utc>,
        (now, queued_at): (DateTime<Utc>, DateTime<Utc>),
        author: Option<Author>,
    ) -> Option<RemovedCard> {
        let card = self.own(customer, pk)?.card.clone();
        self.cards.retain(|row| row.pk != pk);
        let deletion = TokenDeletion {
            id: self.next_pk(),
            pos: card.pos,
            account: card.account,
            token: card.token,
            provider_customer_key: card.provider_customer_key,
        };
        let tries = Tries::first(queued_at, lease_until);
        let is_queued = self.queue(Some(customer), deletion.clone(), tries, queued_at);
        self.append(AuditRecord {
            intent: None,
            customer,
            pos: Some(card.pos),
            outcome: AuditOutcome::Deleted,
            gateway_code: None,
            consent: None,
            instrument: None,
            author,
            at: now,
        });
        Some(RemovedCard {
            deletion: Some(deletion).filter(|_| is_queued),
        })
    }
}

#[async_trait]
impl SavedCards for FakeDatabase {
    async fn list(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable> {
        let work = || {
            let tables = lock(&self.tables);
            tables.listed(customer, |row| {
                tables.is_present(row.card.pos, &row.card.account)
            })
        };
        self.faults.call("saved_cards.list", work).await
    }

    async fn find(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
    ) -> Result<Option<SavedCard>, Unavailable> {
        let work = || {
            let tables = lock(&self.tables);
            let listed = tables.listed(customer, |row| {
                row.pk == pk && tables.is_present(row.card.pos, &row.card.account)
            });
            listed.into_iter().next()
        };
        self.faults.call("saved_cards.find", work).await
    }

    async fn all(&self, customer: CustomerId) -> Result<Vec<SavedCard>, Unavailable> {
        let work = || lock(&self.tables).listed(customer, |_| true);
        self.faults.call("saved_cards.all", work).await
    }

    async fn rename(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        name: Option<CardName>,
    ) -> Result<Option<SavedCard>, Unavailable> {
        let work = || {
            self.change(|tables| {
                let card = &tables.own(customer, pk)?.card;
                let (pos, account) = (card.pos, card.account.clone());
                if !tables.is_present(pos, &account) {
                    return None;
                }
                let row = tables.own(customer, pk)?;
                row.card.name = name;
                Some(shown(row))
            })
        };
        self.faults.call("saved_cards.rename", work).await
    }

    async fn remove(
        &self,
        customer: CustomerId,
        pk: SavedCardId,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
        author: Option<Author>,
    ) -> Result<Option<RemovedCard>, Unavailable> {
        let at = (now, self.now());
        let work =
            || self.change(|tables| tables.remove(customer, pk, lease_until, at, author.clone()));
        self.faults.call("saved_cards.remove", work).await
    }
}
