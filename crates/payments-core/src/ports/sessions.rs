//! Who a session belongs to.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::session::SessionDigest;
use crate::store_data::Customer;

use super::Unavailable;

/// A session that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOwner {
    /// The logged-in customer; none for a visitor, or when the customer is inactive.
    pub customer: Option<Customer>,
}

/// The sessions front ends' cookies name.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The session of a digest, unless it expired at or before `now`. MUST be one query.
    async fn find(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<SessionOwner>, Unavailable>;
}
