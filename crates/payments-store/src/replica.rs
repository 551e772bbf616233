//! Purchases from a replica, as long as it answers.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::id::{BasketId, PreOrderId, ProductId};
use payments_core::ports::{Purchases, Unavailable};
use payments_core::purchase::Purchase;
use payments_core::session::SessionDigest;

/// Asks a replica, and the first server when the replica does not answer.
pub(crate) struct ReplicaFirst {
    replica: Arc<dyn Purchases>,
    first: Arc<dyn Purchases>,
}

impl ReplicaFirst {
    pub(crate) const fn new(replica: Arc<dyn Purchases>, first: Arc<dyn Purchases>) -> Self {
        Self { replica, first }
    }
}

/// What the replica has; what it does not have yet, or does not tell, is to be asked of the first server.
fn known(answer: Result<Option<Purchase>, Unavailable>) -> Option<Purchase> {
    answer.unwrap_or_else(|error| {
        tracing::warn!(%error, "the replica does not answer; the first server is asked");
        None
    })
}

#[async_trait]
impl Purchases for ReplicaFirst {
    async fn session_basket(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        match known(self.replica.session_basket(session, now).await) {
            Some(purchase) => Ok(Some(purchase)),
            None => self.first.session_basket(session, now).await,
        }
    }

    async fn session_pre_order(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        match known(self.replica.session_pre_order(session, now).await) {
            Some(purchase) => Ok(Some(purchase)),
            None => self.first.session_pre_order(session, now).await,
        }
    }

    async fn product(&self, pk: ProductId) -> Result<Option<Purchase>, Unavailable> {
        match known(self.replica.product(pk).await) {
            Some(purchase) => Ok(Some(purchase)),
            None => self.first.product(pk).await,
        }
    }

    async fn basket(&self, pk: BasketId) -> Result<Option<Purchase>, Unavailable> {
        self.first.basket(pk).await
    }

    async fn pre_order(&self, pk: PreOrderId) -> Result<Option<Purchase>, Unavailable> {
        self.first.pre_order(pk).await
    }
}
