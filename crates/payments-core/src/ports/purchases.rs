//! Where purchases come from.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::{BasketId, PreOrderId, ProductId};
use crate::purchase::Purchase;
use crate::session::SessionDigest;
use crate::store_data::ProductsVersion;

use super::Unavailable;

/// The baskets, pre-orders and products listings are computed on. Each call MUST be one query at most (calls that come
/// together may share one) and write nothing.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Purchases: Send + Sync {
    /// The basket of a session that has not expired at `now`; its customer's segments if it has an active customer.
    async fn session_basket(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable>;

    /// The pre-order of a session that has not expired at `now`, with its basket's items.
    async fn session_pre_order(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<Purchase>, Unavailable>;

    /// An active product, bought once; no customer. MUST be read at one instant with the version it is of.
    async fn product(
        &self,
        pk: ProductId,
    ) -> Result<Option<(ProductsVersion, Purchase)>, Unavailable>;

    /// The present version of the products. MUST be cheap: it is asked several times a second.
    async fn products_version(&self) -> Result<ProductsVersion, Unavailable>;

    /// A basket by its key, for explain.
    async fn basket(&self, pk: BasketId) -> Result<Option<Purchase>, Unavailable>;

    /// A pre-order by its key, for explain.
    async fn pre_order(&self, pk: PreOrderId) -> Result<Option<Purchase>, Unavailable>;
}
