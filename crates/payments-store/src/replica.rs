//! Purchases from a replica, as long as it answers and follows closely.

use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::id::{BasketId, PreOrderId, ProductId};
use payments_core::ports::{Purchases, Unavailable};
use payments_core::purchase::Purchase;
use payments_core::session::SessionDigest;
use payments_core::store_data::ProductsVersion;

use crate::postgres::{Database, GatheredPurchases};
use crate::sql_error::SqlError;

mod closeness;
mod own_changes;

pub(crate) use closeness::Closeness;
use closeness::{FRESH_FOR, now};
pub(crate) use own_changes::{NotedErasure, NotedRecords};

/// How often the replica is held against the first server, and how long either may take to answer that.
const CHECK_EVERY: Duration = Duration::from_millis(250);

/// How long a replica may be believed on its own word after the first server last told its position.
const POSITION_HOLDS_FOR: Duration = Duration::from_secs(5);

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

/// Sees again and again whether the replica has what the first server had a moment ago.
async fn watch(replica: Arc<Database>, first: Arc<Database>, closeness: Weak<Closeness>) {
    let mut was_close = false;
    let mut last = None;
    loop {
        let asked_at = now();
        let position = tokio::time::timeout(CHECK_EVERY, first.position()).await;
        tokio::time::sleep(CHECK_EVERY).await;
        let Some(closeness) = closeness.upgrade() else {
            return;
        };
        let had_everything_at = match position {
            Ok(Ok(position)) => {
                let has_it = in_time(replica.has_replayed(&position)).await;
                last = Some((position, asked_at));
                has_it.unwrap_or(false).then_some(asked_at)
            }
            Ok(Err(_)) | Err(_) => last_fed(&replica, last.as_ref()).await,
        };
        if let Some(at) = had_everything_at {
            closeness.had_everything(at);
        }
        let is_close = had_everything_at.is_some();
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

/// When a replica had everything, of a first server that does not say where it is: when the replica was last told, if it
/// has everything up to there. A replica without a live feed knows nothing, nor does one whose feed comes from another
/// replica that was cut off; so a position that the first server told not long ago has to be reached too.
async fn last_fed(replica: &Database, last: Option<&(String, Instant)>) -> Option<Instant> {
    let (position, told_at) = last?;
    if told_at.elapsed() > POSITION_HOLDS_FOR {
        return None;
    }
    let asked_at = now();
    let age = in_time(replica.last_fed(position)).await.flatten()?;
    asked_at
        .checked_sub(age)
        .filter(|at| at.elapsed() < FRESH_FOR)
}

/// An answer that comes soon.
async fn in_time<T>(asked: impl Future<Output = Result<T, SqlError>>) -> Option<T> {
    let answer = tokio::time::timeout(CHECK_EVERY, asked).await;
    answer.ok()?.ok()
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
