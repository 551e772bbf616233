//! Erasure of customers. This fake has no sessions and no baskets, and every customer exists.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::audit::{AuditOutcome, AuditRecord, Author};
use crate::erasure::{Erased, ErasureStatus};
use crate::id::CustomerId;
use crate::ports::{Erasure, Unavailable};
use crate::session::SessionDigest;

use super::{FakeDatabase, Tables, lock};

impl Tables {
    fn erase(&mut self, customer: CustomerId, author: &Author, queued_at: DateTime<Utc>) -> Erased {
        for row in self.intents.values_mut() {
            row.is_of_erased |= row.intent.customer == customer && row.outcome.is_none();
            let own = row.action.as_mut().filter(|_| row.is_of_erased);
            if let Some(pending) = own.and_then(|action| action.pending.as_mut()) {
                pending.card = None;
            }
        }
        let (own, others) = core::mem::take(&mut self.cards)
            .into_iter()
            .partition(|row| row.card.customer == customer);
        self.cards = others;
        let own: Vec<super::CardRow> = own;
        let cards = own.len() as u64;
        for row in own {
            let token = (row.card.token, row.card.provider_customer_key);
            let place = (row.card.pos, &row.card.account);
            self.queue_all(customer, place, vec![token], queued_at);
        }
        self.sms.verified.remove(&customer);
        let is_first = !self.erased.contains_key(&customer);
        if is_first || cards > 0 {
            self.erased.insert(customer, author.at);
            self.append(AuditRecord {
                intent: None,
                customer,
                pos: None,
                outcome: AuditOutcome::Erased,
                gateway_code: None,
                consent: None,
                instrument: None,
                author: Some(author.clone()),
                at: author.at,
            });
        }
        Erased {
            cards,
            baskets: 0,
            sessions: Vec::new(),
            status: self.erasure_status(customer),
        }
    }

    fn erasure_status(&self, customer: CustomerId) -> ErasureStatus {
        let tokens = self
            .deletions
            .iter()
            .filter(|row| row.customer == Some(customer));
        let open = self
            .intents
            .values()
            .filter(|row| row.intent.customer == customer && row.outcome.is_none());
        ErasureStatus {
            erased_at: self.erased.get(&customer).copied(),
            tokens: tokens.count() as u64,
            open_intents: open.count() as u64,
            // The fake has no profiles.
            has_returned: false,
        }
    }
}

#[async_trait]
impl Erasure for FakeDatabase {
    async fn end_sessions(
        &self,
        _: CustomerId,
        _: &Author,
    ) -> Result<Option<Vec<SessionDigest>>, Unavailable> {
        let work = || Some(Vec::new());
        self.faults.call("erasure.end_sessions", work).await
    }

    async fn erase(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Erased>, Unavailable> {
        let work = || Some(self.change(|tables| tables.erase(customer, author, self.now())));
        self.faults.call("erasure.erase", work).await
    }

    async fn status(&self, customer: CustomerId) -> Result<Option<ErasureStatus>, Unavailable> {
        let work = || Some(lock(&self.tables).erasure_status(customer));
        self.faults.call("erasure.status", work).await
    }
}
