//! Stores the state of flows between requests.

use alloc::boxed::Box;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::card_storage::FlowState;
use crate::flow::FlowKey;

use super::Unavailable;

/// The version of a stored state. Incremented by every save of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// Why a state was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveFlowError {
    /// Another request saved first: reload and decide again.
    #[error("the flow was changed by another request")]
    Stale,
    /// The store is unavailable. It is unknown whether the state was saved.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Keeps each flow's state until its deadline.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait FlowStore: Send + Sync {
    /// The state of a flow and its version; `None` if there is none or its deadline has passed at `now`. An entry that
    /// cannot be parsed is returned as [`FlowState::Empty`] with its version, so that a save can replace it.
    async fn load(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable>;

    /// Like [`FlowStore::load`], after the reply to a save was lost. SHOULD wait for a store that has just become
    /// unavailable, but no longer than the timeout of any other call.
    async fn reload(
        &self,
        key: &FlowKey,
        now: DateTime<Utc>,
    ) -> Result<Option<(FlowState, Version)>, Unavailable>;

    /// Replaces the state. MUST be a compare-and-set: it succeeds only if the stored version is `expected` (`None`:
    /// there is no live entry). MUST NOT retry a save whose reply was lost. The entry MUST expire by `deadline`.
    async fn save(
        &self,
        key: &FlowKey,
        expected: Option<Version>,
        state: &FlowState,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Version, SaveFlowError>;
}
