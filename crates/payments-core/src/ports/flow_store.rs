//! Flow state, between requests.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card_storage::FlowState;
use crate::flow::FlowKey;

use super::Unavailable;

/// Counts up with every save of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// Why a state was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveFlowError {
    /// Another request saved first: load again and decide again.
    #[error("the flow was changed by another request")]
    Stale,
    /// The store is unavailable; it is unknown whether the state was saved.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Keeps each flow's state until its deadline.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait FlowStore: Send + Sync {
    /// The state of a flow with its version; none when there is none or its deadline is over at `now`. An entry that
    /// cannot be read is [`FlowState::Empty`] with its version, so that a save can replace it.
    async fn load(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable>;

    /// As [`FlowStore::load`], after the reply to a save was lost. A store that was lost a moment ago SHOULD be waited for,
    /// no longer than for any other answer.
    async fn reload(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable>;

    /// Replaces the state. MUST compare and set in one step: it succeeds only if the stored version is `expected`
    /// (`None`: there is no live entry). MUST NOT retry a save whose reply was lost. The entry MUST be gone by
    /// `deadline`.
    async fn save(
        &self,
        key: &FlowKey,
        expected: Option<Version>,
        state: &FlowState,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Version, SaveFlowError>;
}
