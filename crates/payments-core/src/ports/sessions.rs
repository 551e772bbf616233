//! Who a session belongs to.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::session::SessionDigest;
use crate::store_data::SessionOwner;

use super::Unavailable;

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
