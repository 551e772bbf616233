//! The flow store: flow states and held cards.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use payments_core::keys::KeyMarks;
use payments_core::ports::{FlowStore, HeldCards, Unavailable};
use secrecy::{ExposeSecret, SecretString};

use crate::boxed::Boxed;
use crate::memory::MemoryFlows;
use crate::redis::{Address, FlowConfigIssue, NotAnAddress, RedisFlows};
use crate::shared_keys::SharedKeys;
use payments_sql::open_error::OpenFlowsError;
use payments_sql::pool::PoolState;
use payments_sql::settings::FlowSettings;

/// A flow store, as the ports that are implemented on it.
#[derive(Clone)]
pub struct Flows {
    /// The states of card-storage flows.
    pub flows: Arc<dyn FlowStore>,
    /// The sealed cards of flows.
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
    /// [`OpenFlowsError`] if the URL is not supported, or the server cannot be reached.
    pub fn open(settings: &FlowSettings) -> Boxed<'_, Result<Self, OpenFlowsError>> {
        Box::pin(async move {
            let Some(address) = address(settings)? else {
                return Ok(Self::in_memory());
            };
            let redis = Arc::new(RedisFlows::open(address, settings).await?);
            Ok(Self {
                flows: redis.clone(),
                held_cards: redis.clone(),
                kind: Kind::Redis(redis),
            })
        })
    }

    /// Checks a URL as [`Flows::open`] does, without connecting.
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
    /// [`Unavailable`] if the server does not answer.
    pub fn check(&self) -> Boxed<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            match &self.kind {
                Kind::Memory(_) => Ok(()),
                Kind::Redis(redis) => redis.check().await,
            }
        })
    }

    /// Finds unsafe settings of the server. A caller should warn of them in development, and refuse to start in production.
    ///
    /// # Errors
    /// [`Unavailable`] if the server does not answer.
    pub fn audit_config(&self) -> Boxed<'_, Result<Vec<FlowConfigIssue>, Unavailable>> {
        Box::pin(async move {
            match &self.kind {
                Kind::Memory(_) => Ok(Vec::new()),
                Kind::Redis(redis) => redis.audit_config().await,
            }
        })
    }

    /// Removes expired entries, if the store does not expire them itself. Call it periodically.
    pub fn sweep(&self, now: DateTime<Utc>) {
        match &self.kind {
            Kind::Memory(memory) => memory.sweep(now),
            Kind::Redis(_) => {}
        }
    }

    /// Announces a process's keys for [`ANNOUNCED_FOR`](crate::ANNOUNCED_FOR), and whether the ring's first key seals;
    /// returns the announcements of other processes. A flow store in memory has no other processes.
    ///
    /// # Errors
    /// [`Unavailable`] if the server does not answer.
    pub fn announce_keys<'a>(
        &'a self,
        process: &'a str,
        keys: &'a KeyMarks,
        seals: bool,
    ) -> Boxed<'a, Result<SharedKeys, Unavailable>> {
        Box::pin(async move {
            match &self.kind {
                Kind::Memory(_) => Ok(SharedKeys::default()),
                Kind::Redis(redis) => redis.announce_keys(process, keys, seals).await,
            }
        })
    }

    /// Withdraws a process's announcement when it shuts down.
    ///
    /// # Errors
    /// [`Unavailable`] if the server does not answer.
    pub fn withdraw_keys<'a>(&'a self, process: &'a str) -> Boxed<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            match &self.kind {
                Kind::Memory(_) => Ok(()),
                Kind::Redis(redis) => redis.withdraw_keys(process).await,
            }
        })
    }

    /// Publishes the report of a process for [`ANNOUNCED_FOR`](crate::ANNOUNCED_FOR), instead of its previous one. It must
    /// have no secret and no personal data. A flow store in memory has no other processes that could read it.
    ///
    /// # Errors
    /// [`Unavailable`] if the server does not answer.
    pub fn publish_report<'a>(
        &'a self,
        process: &'a str,
        report: String,
    ) -> Boxed<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            match &self.kind {
                Kind::Memory(_) => Ok(()),
                Kind::Redis(redis) => redis.publish_report(process, report).await,
            }
        })
    }

    /// The published reports by the names of their processes; none in memory.
    ///
    /// # Errors
    /// [`Unavailable`] if the server does not answer.
    pub fn process_reports(&self) -> Boxed<'_, Result<BTreeMap<String, String>, Unavailable>> {
        Box::pin(async move {
            match &self.kind {
                Kind::Memory(_) => Ok(BTreeMap::new()),
                Kind::Redis(redis) => redis.process_reports().await,
            }
        })
    }

    /// Removes the report of a process when it shuts down.
    ///
    /// # Errors
    /// [`Unavailable`] if the server does not answer.
    pub fn withdraw_report<'a>(&'a self, process: &'a str) -> Boxed<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            match &self.kind {
                Kind::Memory(_) => Ok(()),
                Kind::Redis(redis) => redis.withdraw_report(process).await,
            }
        })
    }

    /// The state of the connection pool, if there is one.
    pub fn pool(&self) -> Option<PoolState> {
        match &self.kind {
            Kind::Memory(_) => None,
            Kind::Redis(redis) => Some(redis.pool()),
        }
    }

    /// Whether flows are lost when this process ends, and are invisible to other processes.
    pub fn is_in_memory(&self) -> bool {
        matches!(self.kind, Kind::Memory(_))
    }
}

impl fmt::Debug for Flows {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Flows").finish_non_exhaustive()
    }
}

/// The server's address; `None` for a store in memory.
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
