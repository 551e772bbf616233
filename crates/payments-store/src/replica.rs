//! Reads purchases from a replica while it answers and its lag is small.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::id::ProductId;
use payments_core::ports::{Purchases, Unavailable};
use payments_core::purchase::{Buyer, Context, KeyedPurchase, Purchase, PurchaseKey};
use payments_core::session::SessionDigest;
use payments_core::store_data::ProductsVersion;

use payments_postgres::{BatchedPurchases, Database};
use payments_sql::sql_error::SqlError;

mod lag;
mod write_tracking;

pub(crate) use lag::ReplicaLag;
use lag::{FRESH_FOR, now};
pub(crate) use write_tracking::{TrackedErasure, TrackedRecords};

/// How often the replica is compared with the primary, and the timeout of either's answer.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// How long the last known position of the primary is valid for judging the replica by its feed.
const POSITION_VALID_FOR: Duration = Duration::from_secs(5);

/// Reads from a replica, and falls back to the primary for rows the replica lacks, and while it lags.
pub(crate) struct ReplicaFirst {
    replica: BatchedPurchases,
    first: BatchedPurchases,
    lag: Arc<ReplicaLag>,
}

impl ReplicaFirst {
    /// The replica is not read before it has caught up once, and is monitored until this is dropped.
    pub(crate) fn new(replica: Database, first: Arc<Database>) -> Self {
        let (replica, lag) = (Arc::new(replica), Arc::new(ReplicaLag::default()));
        let watched = Arc::downgrade(&lag);
        tokio::spawn(watch(Arc::clone(&replica), Arc::clone(&first), watched));
        Self {
            replica: BatchedPurchases::new(replica),
            first: BatchedPurchases::new(first),
            lag,
        }
    }

    /// Records the changes by this process.
    pub(crate) fn lag(&self) -> Arc<ReplicaLag> {
        Arc::clone(&self.lag)
    }

    /// Reads from the replica; `None` falls back to the primary.
    async fn known<T>(
        &self,
        read: impl Future<Output = Result<Option<T>, Unavailable>> + Send,
    ) -> Option<T> {
        if !self.lag.is_fresh() {
            return None;
        }
        read.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the replica does not answer; falling back to the primary");
            self.lag.reset();
            None
        })
    }
}

/// Periodically compares the replica with the position that the primary had a moment ago.
async fn watch(replica: Arc<Database>, first: Arc<Database>, lag: Weak<ReplicaLag>) {
    let mut was_close = false;
    let mut last = None;
    loop {
        let read_at = now();
        let position = tokio::time::timeout(CHECK_INTERVAL, first.position()).await;
        tokio::time::sleep(CHECK_INTERVAL).await;
        let Some(lag) = lag.upgrade() else {
            return;
        };
        let had_everything_at = match position {
            Ok(Ok(position)) => {
                let has_it = in_time(replica.has_replayed(&position)).await;
                last = Some((position, read_at));
                has_it.unwrap_or(false).then_some(read_at)
            }
            Ok(Err(_)) | Err(_) => last_fed(&replica, last.as_ref()).await,
        };
        if let Some(at) = had_everything_at {
            lag.caught_up(at);
        }
        let is_close = had_everything_at.is_some();
        match (was_close, is_close) {
            (false, true) => tracing::info!("the replica has caught up; reading from it"),
            (true, false) => {
                tracing::warn!("the replica lags; falling back to the primary");
            }
            (false, false) | (true, true) => {}
        }
        was_close = is_close;
    }
}

/// When the replica had last caught up, while the primary does not answer: when its feed last delivered, if it has
/// replayed everything up to there. A replica without a live feed cannot tell, nor can one that follows another replica
/// that was cut off; so a recent position of the primary has to be reached, too.
async fn last_fed(replica: &Database, last: Option<&(String, Instant)>) -> Option<Instant> {
    let (position, told_at) = last?;
    if told_at.elapsed() > POSITION_VALID_FOR {
        return None;
    }
    let read_at = now();
    let age = in_time(replica.last_fed(position)).await.flatten()?;
    read_at
        .checked_sub(age)
        .filter(|at| at.elapsed() < FRESH_FOR)
}

async fn in_time<T>(read: impl Future<Output = Result<T, SqlError>>) -> Option<T> {
    let answer = tokio::time::timeout(CHECK_INTERVAL, read).await;
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
        let read = self.replica.session_pre_order(session, now);
        match self.known(read).await {
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

    async fn products(
        &self,
        pks: &[ProductId],
    ) -> Result<BTreeMap<ProductId, (ProductsVersion, Purchase)>, Unavailable> {
        let read = async { self.replica.products(pks).await.map(Some) };
        let mut found = self.known(read).await.unwrap_or_default();
        let is_lacking = |pk: &ProductId| !found.contains_key(pk);
        let lacking: Vec<_> = pks.iter().copied().filter(is_lacking).collect();
        if !lacking.is_empty() {
            found.extend(self.first.products(&lacking).await?);
        }
        Ok(found)
    }

    async fn products_version(&self) -> Result<ProductsVersion, Unavailable> {
        let read = async { self.replica.products_version().await.map(Some) };
        match self.known(read).await {
            Some(version) => Ok(version),
            None => self.first.products_version().await,
        }
    }

    async fn keyed_of_session(
        &self,
        session: &SessionDigest,
        context: Context,
        now: DateTime<Utc>,
    ) -> Result<Option<KeyedPurchase>, Unavailable> {
        self.first.keyed_of_session(session, context, now).await
    }

    async fn keyed(
        &self,
        key: PurchaseKey,
        buyer: Buyer,
    ) -> Result<Option<KeyedPurchase>, Unavailable> {
        self.first.keyed(key, buyer).await
    }
}
