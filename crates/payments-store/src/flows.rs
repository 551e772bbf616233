//! Flow state and held cards behind their ports.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use payments_core::keys::RingMark;
use payments_core::ports::{FlowStore, HeldCards, Unavailable};
use secrecy::{ExposeSecret, SecretString};

use crate::memory::MemoryFlows;
use crate::pool::PoolState;
use crate::redis::{Address, FlowConcern, NotAnAddress, RedisFlows};
use crate::rings::SharedRings;
use crate::settings::FlowSettings;

/// A flow store, as the ports it carries out.
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

/// Why a flow store cannot be used. Names the setting, never its secret.
#[derive(Debug, thiserror::Error)]
pub enum OpenFlowsError {
    /// The URL is of no flow store this program knows.
    #[error(
        "flows.url is none of memory:, redis://<…>, rediss://<…>, redis-sentinel://<…> and redis-cluster://<…>"
    )]
    UnknownUrl,
    /// The URL's parts make no sense.
    #[error("flows.url cannot be understood: {0}")]
    MalformedUrl(String),
    /// The authority's file is none.
    #[error("flows.ca_file cannot be used: {0}")]
    UnusableAuthority(String),
    /// The server is not there or does not let us in.
    #[error("the Redis that flows.url names cannot be reached: {0}")]
    Unreachable(String),
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

    /// Whether a URL asks for a link without TLS that leaves this machine. False for a URL that cannot be read.
    pub fn is_exposed(url: &SecretString) -> bool {
        Address::parse(url.expose_secret()).is_ok_and(|address| address.is_exposed())
    }

    /// A flow store of this process's own.
    pub fn in_memory() -> Self {
        let memory = Arc::new(MemoryFlows::new());
        Self {
            flows: memory.clone(),
            held_cards: memory.clone(),
            kind: Kind::Memory(memory),
        }
    }

    /// Asks the store whether it answers at all, for readiness.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn check(&self) -> Result<(), Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(()),
            Kind::Redis(redis) => redis.check().await,
        }
    }

    /// What is wrong with the store's own settings: to be warned of in development and refused in production.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn concerns(&self) -> Result<Vec<FlowConcern>, Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(Vec::new()),
            Kind::Redis(redis) => redis.concerns().await,
        }
    }

    /// Throws away what is over, where the store does not do so by itself. To be called now and then.
    pub fn sweep(&self, now: DateTime<Utc>) {
        match &self.kind {
            Kind::Memory(memory) => memory.sweep(now),
            Kind::Redis(_) => {}
        }
    }

    /// Announces a process's key ring for [`ANNOUNCED_FOR`](crate::ANNOUNCED_FOR), and that its first key seals if it
    /// does; gives what other processes announced. A flow store in the process's memory has no others.
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

    /// Takes back what a process announced: it has stopped.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn withdraw_ring(&self, process: &str) -> Result<(), Unavailable> {
        match &self.kind {
            Kind::Memory(_) => Ok(()),
            Kind::Redis(redis) => redis.withdraw_ring(process).await,
        }
    }

    /// How busy the pool of connections is, where there is one.
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

/// Where the server is; none for this process's own memory.
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
