//! Flow state and held cards behind their ports.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use payments_core::keys::RingMark;
use payments_core::ports::{FlowStore, HeldCards, Unavailable};
use secrecy::{ExposeSecret, SecretString};

use crate::memory::MemoryFlows;
use crate::open_error::OpenFlowsError;
use crate::pool::PoolState;
use crate::redis::{Address, FlowConfigIssue, NotAnAddress, RedisFlows};
use crate::rings::SharedRings;
use crate::settings::FlowSettings;

/// A flow store behind its ports.
#[derive(Clone)]
pub struct Flows {
    /// Flow state.
    pub flows: Arc<dyn FlowStore>,
    /// Sealed cards.
    pub held_cards: Arc<dyn HeldCards>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Memory(Arc<MemoryFlows>),
    Redis(Arc<RedisFlows>),
}

impl Flows {
    /// Connects to the flow store of `settings.url`.
    ///
    /// # Errors
    /// [`OpenFlowsError`].
    pub async fn open(settings: &FlowSettings) -> Result<Self, OpenFlowsError> {
        let Some(address) = address(settings)? else {
            return Ok(Self::in_memory());
        };
        let redis = Arc::new(RedisFlows::open(address, settings).await?);
        Ok(Self {
            flows: redis.clone(),
            held_cards: redis.clone(),
            kind: Kind::Redis(redis),
        })
    }

    /// Refuses a URL that [`Flows::open`] refuses whatever the server answers. Connects to nothing.
    ///
    /// # Errors
    /// [`OpenFlowsError::UnknownUrl`], [`OpenFlowsError::MalformedUrl`].
    pub fn check_settings(settings: &FlowSettings) -> Result<(), OpenFlowsError> {
        address(settings).map(drop)
    }

    /// Whether a URL leads to a connection that leaves this machine without TLS. False for an unreadable URL.
    pub fn is_exposed(url: &SecretString) -> bool {
        Address::parse(url.expose_secret()).is_ok_and(|address| address.is_exposed())
    }

    /// A flow store in the memory of this process.
    pub fn in_memory() -> Self {
        let memory = Arc::new(MemoryFlows::new());
        Self {
            flows: memory.clone(),
            held_cards: memory.clone(),
            kind: Kind::Memory(memory),
        }
    }

    /// Pings the store, for readiness.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn check(&self) -> Result<(), Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(()),
            Kind::Redis(redis) => redis.check().await,
        }
    }

    /// Settings of the server that break a promise: warn in development, refuse in production.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn audit_config(&self) -> Result<Vec<FlowConfigIssue>, Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(Vec::new()),
            Kind::Redis(redis) => redis.audit_config().await,
        }
    }

    /// Removes expired entries, where the store does not do so by itself. Call it periodically.
    pub fn sweep(&self, now: DateTime<Utc>) {
        match &self.kind {
            Kind::Memory(memory) => memory.sweep(now),
            Kind::Redis(_) => {}
        }
    }

    /// Announces a process's key ring for [`ANNOUNCED_FOR`](crate::ANNOUNCED_FOR), and that its first key seals if it
    /// does; returns what other processes announced. A flow store in the process's memory has no others.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn announce_ring(
        &self,
        process: &str,
        ring: &RingMark,
        seals: bool,
    ) -> Result<SharedRings, Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(SharedRings::default()),
            Kind::Redis(redis) => redis.announce_ring(process, ring, seals).await,
        }
    }

    /// Withdraws the announcement of a process that stops.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn withdraw_ring(&self, process: &str) -> Result<(), Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(()),
            Kind::Redis(redis) => redis.withdraw_ring(process).await,
        }
    }

    /// The state of the connection pool, where there is one.
    pub fn pool(&self) -> Option<PoolState> {
        match &self.kind {
            Kind::Memory(_) => None,
            Kind::Redis(redis) => Some(redis.pool()),
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

/// The server's address; `None` for the memory of this process.
fn address(settings: &FlowSettings) -> Result<Option<Address>, OpenFlowsError> {
    let url = settings.url.expose_secret();
    if url == "memory:" {
        return Ok(None);
    }
    let address = Address::parse(url).map_err(|error| match error {
        NotAnAddress::UnknownScheme => OpenFlowsError::UnknownUrl,
        NotAnAddress::Malformed(reason) => OpenFlowsError::MalformedUrl(reason),
    })?;
    Ok(Some(address))
}
