//! Finds the customer of a session.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::session::SessionDigest;
use crate::store_data::SessionOwner;

use super::Unavailable;

/// Reads the sessions that front ends' cookies name.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The session with this digest, unless it expired at or before `now`. MUST be one query.
    async fn find(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<SessionOwner>, Unavailable>;
}
