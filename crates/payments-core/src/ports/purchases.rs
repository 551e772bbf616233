//! The source of purchases.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::ProductId;
use crate::purchase::{Buyer, Context, KeyedPurchase, Purchase, PurchaseKey};
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

    /// Those of these products that exist and are active, each as [`Purchases::product`] returns it.
    async fn products(
        &self,
        pks: &[ProductId],
    ) -> Result<BTreeMap<ProductId, (ProductsVersion, Purchase)>, Unavailable>;

    /// The current version of the products. MUST be cheap: it is polled several times a second.
    async fn products_version(&self) -> Result<ProductsVersion, Unavailable>;

    /// The basket or pre-order of a session that has not expired at `now`, for a quote: the same purchase as
    /// [`Purchases::session_basket`] and [`Purchases::session_pre_order`], with its key. `None` for [`Context::Product`],
    /// and if the basket belongs to another customer than the session. MUST NOT be older than the last write.
    async fn keyed_of_session(
        &self,
        session: &SessionDigest,
        context: Context,
        now: DateTime<Utc>,
    ) -> Result<Option<KeyedPurchase>, Unavailable>;

    /// The purchase with this key, as the listings of this buyer see it. `None` if there is none, if a given customer is
    /// not an active one, if the basket belongs to another customer than the given one, and for an inactive product. A
    /// product has no customer. MUST NOT be older than the last write.
    async fn keyed(
        &self,
        key: PurchaseKey,
        buyer: Buyer,
    ) -> Result<Option<KeyedPurchase>, Unavailable>;
}
