//! The source of purchases.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::{BasketId, PreOrderId, ProductId};
use crate::purchase::Purchase;
use crate::session::SessionDigest;
use crate::store_data::ProductsVersion;

use super::Unavailable;

/// Reads the baskets, pre-orders and products that listings are computed from. Each call MUST be at most one query
/// (concurrent calls may share one) and write nothing.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Purchases: Send + Sync {
    /// The basket of a session that has not expired at `now`, with the customer's segments if it
    /// has an active customer.
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

    /// An active product, bought once, without a customer. MUST be read at one instant with its version.
    async fn product(
        &self,
        pk: ProductId,
    ) -> Result<Option<(ProductsVersion, Purchase)>, Unavailable>;

    /// Those of these products that exist and are active, each as [`Purchases::product`] returns it. MUST be read at one instant.
    async fn products(
        &self,
        pks: &[ProductId],
    ) -> Result<BTreeMap<ProductId, (ProductsVersion, Purchase)>, Unavailable>;

    /// The current version of the products. MUST be cheap: it is polled several times a second.
    async fn products_version(&self) -> Result<ProductsVersion, Unavailable>;

    /// The basket with this key, for explain.
    async fn basket(&self, pk: BasketId) -> Result<Option<Purchase>, Unavailable>;

    /// The pre-order with this key, for explain.
    async fn pre_order(&self, pk: PreOrderId) -> Result<Option<Purchase>, Unavailable>;
}
