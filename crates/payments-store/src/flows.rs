//! Flow state, held cards and quotas behind their ports.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use payments_core::ports::{FlowStore, HeldCards, Quotas, Unavailable};
use secrecy::ExposeSecret;

use crate::memory::MemoryFlows;
use crate::settings::FlowSettings;

/// A flow store, as the ports it carries out.
#[derive(Clone)]
pub struct Flows {
    /// Flow state.
    pub flows: Arc<dyn FlowStore>,
    /// Sealed cards.
    pub held_cards: Arc<dyn HeldCards>,
    /// Limits.
    pub quotas: Arc<dyn Quotas>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Memory(Arc<MemoryFlows>),
}

/// Why a flow store cannot be used. Names the setting, never its secret.
#[derive(Debug, thiserror::Error)]
pub enum OpenFlowsError {
    /// The URL is of no flow store this program knows.
    #[error(
        "flows.url is none of memory:, redis://<…>, rediss://<…>, redis-sentinel://<…> and redis-cluster://<…>"
    )]
    UnknownUrl,
}

impl Flows {
    /// Connects to the flow store of `settings.url`.
    ///
    /// # Errors
    /// [`OpenFlowsError`].
    #[expect(
        clippy::unused_async,
        reason = "servers are asked whether they are there"
    )]
    pub async fn open(settings: &FlowSettings) -> Result<Self, OpenFlowsError> {
        match settings.url.expose_secret() {
            "memory:" => Ok(Self::in_memory()),
            _ => Err(OpenFlowsError::UnknownUrl),
        }
    }

    /// A flow store of this process's own.
    pub fn in_memory() -> Self {
        let memory = Arc::new(MemoryFlows::new());
        Self {
            flows: memory.clone(),
            held_cards: memory.clone(),
            quotas: memory.clone(),
            kind: Kind::Memory(memory),
        }
    }

    /// Asks the store whether it answers at all, for readiness.
    ///
    /// # Errors
    /// [`Unavailable`].
    #[expect(clippy::unused_async, reason = "servers are asked")]
    pub async fn check(&self) -> Result<(), Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(()),
        }
    }

    /// Throws away what is over, where the store does not do so by itself. To be called now and then.
    pub fn sweep(&self, now: DateTime<Utc>) {
        match &self.kind {
            Kind::Memory(memory) => memory.sweep(now),
        }
    }

    /// Whether the flows are gone with this process, and other processes cannot see them.
    pub fn is_in_memory(&self) -> bool {
        matches!(self.kind, Kind::Memory(_))
    }
}

impl fmt::Debug for Flows {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Flows").finish_non_exhaustive()
    }
}
