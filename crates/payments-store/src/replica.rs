//! Purchases from a replica, as long as it answers and follows closely.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::id::{BasketId, PreOrderId, ProductId};
use payments_core::ports::{Purchases, Unavailable};
use payments_core::product::ProductsVersion;
use payments_core::purchase::Purchase;
use payments_core::session::SessionDigest;

use crate::postgres::{Database, GatheredPurchases};

/// How often the replica is held against the first server. What is read of it is at most thrice as old, which leaves a
/// listing that is kept ready for a second within the two that are promised.
const CHECK_EVERY: Duration = Duration::from_millis(250);

/// Asks a replica, and the first server for what the replica does not have, and while it does not follow.
pub(crate) struct ReplicaFirst {
    replica: GatheredPurchases,
    first: GatheredPurchases,
    follows: Arc<AtomicBool>,
}

impl ReplicaFirst {
    /// The replica is not asked before it has shown that it follows, and is watched until this is dropped.
    pub(crate) fn new(replica: Database, first: Arc<Database>) -> Self {
        let (replica, follows) = (Arc::new(replica), Arc::new(AtomicBool::new(false)));
        let mark = Arc::downgrade(&follows);
        tokio::spawn(watch(Arc::clone(&replica), Arc::clone(&first), mark));
        Self {
            replica: GatheredPurchases::new(replica),
            first: GatheredPurchases::new(first),
            follows,
        }
    }

    /// What the replica has; what it does not have yet, or does not tell, is to be asked of the first server.
    async fn known<T>(
        &self,
        asked: impl Future<Output = Result<Option<T>, Unavailable>> + Send,
    ) -> Option<T> {
        if !self.follows.load(Ordering::SeqCst) {
            return None;
        }
        asked.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the replica does not answer; the first server is asked");
            self.follows.store(false, Ordering::SeqCst);
            None
        })
    }
}

/// Sees again and again whether the replica has what the first server had a moment ago. A first server that is away
/// changes nothing: nobody can write what the replica would lack.
async fn watch(replica: Arc<Database>, first: Arc<Database>, mark: Weak<AtomicBool>) {
    loop {
        let position = first.position().await;
        tokio::time::sleep(CHECK_EVERY).await;
        let Some(follows) = mark.upgrade() else {
            return;
        };
        let Ok(position) = position else {
            continue;
        };
        let has_it = tokio::time::timeout(CHECK_EVERY, replica.has_replayed(&position)).await;
        let is_close = matches!(has_it, Ok(Ok(true)));
        match (follows.swap(is_close, Ordering::SeqCst), is_close) {
            (false, true) => tracing::info!("the replica follows closely; it is asked"),
            (true, false) => {
                tracing::warn!("the replica does not follow; the first server is asked");
            }
            (false, false) | (true, true) => {}
        }
    }
}

#[async_trait]
impl Purchases for ReplicaFirst {
    async fn session_basket(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        match self.known(self.replica.session_basket(session, now)).await {
            Some(purchase) => Ok(Some(purchase)),
            None => self.first.session_basket(session, now).await,
        }
    }

    async fn session_pre_order(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable> {
        let asked = self.replica.session_pre_order(session, now);
        match self.known(asked).await {
            Some(purchase) => Ok(Some(purchase)),
            None => self.first.session_pre_order(session, now).await,
        }
    }

    async fn product(
        &self,
        pk: ProductId,
    ) -> Result<Option<(ProductsVersion, Purchase)>, Unavailable> {
        match self.known(self.replica.product(pk)).await {
            Some(found) => Ok(Some(found)),
            None => self.first.product(pk).await,
        }
    }

    async fn products_version(&self) -> Result<ProductsVersion, Unavailable> {
        let asked = async { self.replica.products_version().await.map(Some) };
        match self.known(asked).await {
            Some(version) => Ok(version),
            None => self.first.products_version().await,
        }
    }

    async fn basket(&self, pk: BasketId) -> Result<Option<Purchase>, Unavailable> {
        self.first.basket(pk).await
    }

    async fn pre_order(&self, pk: PreOrderId) -> Result<Option<Purchase>, Unavailable> {
        self.first.pre_order(pk).await
    }
}
