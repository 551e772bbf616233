//! Purchases from a replica, as long as it answers and follows closely.

use std::future::Future;
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

mod closeness;
mod own_changes;

use closeness::{Closeness, now};
pub(crate) use own_changes::{NotedErasure, NotedRecords};

/// How often the replica is held against the first server, and how long either may take to answer that.
const CHECK_EVERY: Duration = Duration::from_millis(250);

/// Asks a replica, and the first server for what the replica does not have, and while it does not follow.
pub(crate) struct ReplicaFirst {
    replica: GatheredPurchases,
    first: GatheredPurchases,
    closeness: Arc<Closeness>,
}

impl ReplicaFirst {
    /// The replica is not asked before it has shown that it follows, and is watched until this is dropped.
    pub(crate) fn new(replica: Database, first: Arc<Database>) -> Self {
        let (replica, closeness) = (Arc::new(replica), Arc::new(Closeness::default()));
        let watched = Arc::downgrade(&closeness);
        tokio::spawn(watch(Arc::clone(&replica), Arc::clone(&first), watched));
        Self {
            replica: GatheredPurchases::new(replica),
            first: GatheredPurchases::new(first),
            closeness,
        }
    }

    /// What is to be told of changes by this process.
    pub(crate) fn closeness(&self) -> Arc<Closeness> {
        Arc::clone(&self.closeness)
    }

    /// What the replica has; what it does not have yet, or does not tell, is to be asked of the first server.
    async fn known<T>(
        &self,
        asked: impl Future<Output = Result<Option<T>, Unavailable>> + Send,
    ) -> Option<T> {
        if !self.closeness.is_close() {
            return None;
        }
        asked.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the replica does not answer; the first server is asked");
            self.closeness.lost();
            None
        })
    }
}

/// Sees again and again whether the replica has what the first server had a moment ago. Of a first server that does not
/// say, whether the replica has what it was sent: one that is away is sent nothing more by anybody.
async fn watch(replica: Arc<Database>, first: Arc<Database>, closeness: Weak<Closeness>) {
    let mut was_close = false;
    loop {
        let asked_at = now();
        let position = tokio::time::timeout(CHECK_EVERY, first.position()).await;
        tokio::time::sleep(CHECK_EVERY).await;
        let Some(closeness) = closeness.upgrade() else {
            return;
        };
        let (position, known_at) = match position {
            Ok(Ok(position)) => (Some(position), asked_at),
            Ok(Err(_)) | Err(_) => (None, now()),
        };
        let has_it = replica.has_replayed(position.as_deref());
        let is_close = matches!(
            tokio::time::timeout(CHECK_EVERY, has_it).await,
            Ok(Ok(true))
        );
        if is_close {
            closeness.had_everything(known_at);
        }
        match (was_close, is_close) {
            (false, true) => tracing::info!("the replica follows closely; it is asked"),
            (true, false) => {
                tracing::warn!("the replica does not follow; the first server is asked");
            }
            (false, false) | (true, true) => {}
        }
        was_close = is_close;
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
