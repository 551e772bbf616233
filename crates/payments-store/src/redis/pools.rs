//! Pools of links to Redis, whichever kind it is.

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Object, Pool, PoolError, TimeoutType, Timeouts};
use deadpool_redis::Manager as SingleManager;
use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo};
use deadpool_redis::redis::{
    self, AsyncConnectionConfig, Cmd, ConnectionInfo, RedisError, TlsCertificates, Value,
};

use crate::authority;
use crate::flows::OpenFlowsError;
use crate::pool::PoolState;
use crate::settings::FlowSettings;

use super::address::Address;
use super::cluster::{self, Manager as ClusterManager};
use super::link::LinkError;
use super::sentinel::Manager as SentinelManager;
use super::was_refused;

/// Most cluster connections: each is shared by its callers, and has a link to every node.
const CLUSTER_CONNECTIONS: usize = 4;

/// Pools of links.
#[derive(Clone)]
pub(super) enum Pools {
    Single(Pool<SingleManager>),
    Sentinel(Pool<SentinelManager>),
    Cluster(Pool<ClusterManager>),
}

/// A link.
pub(super) enum Link {
    /// Of use to one caller at a time, as the next one.
    Single(Object<SingleManager>),
    Sentinel(Object<SentinelManager>),
    /// Of use to everybody.
    Shared(MultiplexedConnection),
    /// A node that hangs keeps only those waiting who asked it.
    Cluster(ClusterConnection),
}

impl Pools {
    pub(super) fn to(address: Address, settings: &FlowSettings) -> Result<Self, OpenFlowsError> {
        let timeout = settings.wait_timeout;
        let certificates = certificates(settings)?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout));
        Ok(match address {
            Address::Single(server) => {
                let server = with_certificates(*server, certificates)?;
                let manager = SingleManager::new_with_config(server, config)
                    .map_err(|error| malformed(&error))?;
                Self::Single(pool(manager, settings.max_connections, timeout)?)
            }
            Address::Sentinel {
                sentinels,
                master,
                server,
            } => {
                let manager =
                    SentinelManager::new(sentinels, &master, &server, config, certificates)
                        .map_err(|error| malformed(&error))?;
                Self::Sentinel(pool(manager, settings.max_connections, timeout)?)
            }
            Address::Cluster(nodes) => {
                let manager = ClusterManager::new(nodes, timeout, certificates)
                    .map_err(|error| malformed(&error))?;
                let connections = settings.max_connections.min(CLUSTER_CONNECTIONS);
                Self::Cluster(pool(manager, connections, timeout)?)
            }
        })
    }

    /// A link that answered just now, so that a command is not lost to one that died long ago.
    pub(super) async fn link(&self, key: &str) -> Result<Link, LinkError> {
        match self {
            // These pools say PING before they hand out a link.
            Self::Single(pool) => Ok(Link::Single(pool.get().await.map_err(no_link)?)),
            Self::Sentinel(pool) => Ok(Link::Sentinel(pool.get().await.map_err(no_link)?)),
            Self::Cluster(pool) => {
                let mut link = shared(pool).await?;
                match link.send(redis::cmd("EXISTS").arg(key)).await {
                    Err(error) if !cluster::is_ask(&error) => Err(error.into()),
                    Ok(_) | Err(_) => Ok(link),
                }
            }
        }
    }

    /// A link for many callers; of a cluster's it is not known whether it lives.
    pub(super) async fn link_to_share(&self) -> Result<Link, LinkError> {
        match self {
            Self::Single(pool) => Ok(Link::Shared(pool.get().await.map_err(no_link)?.clone())),
            Self::Sentinel(pool) => Ok(Link::Shared(pool.get().await.map_err(no_link)?.clone())),
            Self::Cluster(pool) => shared(pool).await,
        }
    }

    /// Asks the server, or every master of a cluster.
    pub(super) async fn everywhere(&self, command: &Cmd) -> Result<Value, LinkError> {
        let mut link = match self {
            Self::Single(_) | Self::Sentinel(_) => self.link("").await?,
            Self::Cluster(pool) => shared(pool).await?,
        };
        match &mut link {
            Link::Single(_) | Link::Sentinel(_) | Link::Shared(_) => Ok(link.send(command).await?),
            Link::Cluster(connection) => {
                let masters = MultipleNodeRoutingInfo::AllMasters;
                let routing = RoutingInfo::MultiNode((masters, None));
                Ok(connection.route_command(command.clone(), routing).await?)
            }
        }
    }

    /// Sends a command over a link; where a cluster's node says that another node is taking over the key, to that one.
    pub(super) async fn send(&self, link: &mut Link, command: &Cmd) -> Result<Value, LinkError> {
        match (self, link.send(command).await) {
            (Self::Cluster(pool), Err(error)) if cluster::is_ask(&error) => {
                pool.manager().ask(&error, command).await
            }
            (Self::Single(_) | Self::Sentinel(_) | Self::Cluster(_), answer) => Ok(answer?),
        }
    }

    /// Closes the links that nobody uses: of a server that does not answer they are all the same. A cluster's mend
    /// themselves.
    pub(super) fn close_idle(&self) {
        match self {
            Self::Single(pool) => drop(pool.retain(|_, _| false)),
            Self::Sentinel(pool) => drop(pool.retain(|_, _| false)),
            Self::Cluster(_) => {}
        }
    }

    /// How busy the links are.
    pub(super) fn state(&self) -> PoolState {
        match self {
            Self::Single(pool) => pool.status(),
            Self::Sentinel(pool) => pool.status(),
            Self::Cluster(pool) => pool.status(),
        }
        .into()
    }
}

impl Link {
    async fn send(&mut self, command: &Cmd) -> Result<Value, RedisError> {
        match self {
            Self::Single(connection) => command.query_async(&mut **connection).await,
            Self::Sentinel(connection) => command.query_async(&mut **connection).await,
            Self::Shared(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }

    /// Keeps a link out of the pool on which something may still be on its way, or whose server is no master any more.
    /// A cluster's mends itself; a shared one is in no pool.
    pub(super) fn close_if_broken(self, error: &LinkError) {
        let is_sound = match error {
            LinkError::Redis(error) => !error.is_io_error() && !was_refused(error),
            LinkError::Away | LinkError::NoLink(_) | LinkError::Busy | LinkError::Silent => true,
        };
        match self {
            Self::Single(connection) if !is_sound => drop(Object::take(connection)),
            Self::Sentinel(connection) if !is_sound => drop(Object::take(connection)),
            Self::Single(_) | Self::Sentinel(_) | Self::Shared(_) | Self::Cluster(_) => {}
        }
    }
}

async fn shared(pool: &Pool<ClusterManager>) -> Result<Link, LinkError> {
    let connection = pool.get().await.map_err(no_link)?;
    Ok(Link::Cluster(ClusterConnection::clone(&connection)))
}

fn pool<M: deadpool::managed::Manager>(
    manager: M,
    max_size: usize,
    timeout: Duration,
) -> Result<Pool<M>, OpenFlowsError> {
    let timeouts = Timeouts {
        wait: Some(timeout),
        create: Some(timeout),
        recycle: Some(timeout),
    };
    Pool::builder(manager)
        .max_size(max_size.max(1))
        .runtime(Runtime::Tokio1)
        .timeouts(timeouts)
        .build()
        .map_err(|error| OpenFlowsError::Unreachable(error.to_string()))
}

fn no_link(error: PoolError<RedisError>) -> LinkError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => LinkError::Busy,
        PoolError::Backend(error) => LinkError::NoLink(error.to_string()),
        other @ (PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle)
        | PoolError::Closed
        | PoolError::NoRuntimeSpecified
        | PoolError::PostCreateHook(_)) => LinkError::NoLink(other.to_string()),
    }
}

fn malformed(error: &RedisError) -> OpenFlowsError {
    OpenFlowsError::MalformedUrl(error.to_string())
}

fn certificates(settings: &FlowSettings) -> Result<Option<TlsCertificates>, OpenFlowsError> {
    let Some(path) = &settings.ca_file else {
        return Ok(None);
    };
    let pem = authority::read(path).map_err(OpenFlowsError::UnusableAuthority)?;
    Ok(Some(TlsCertificates {
        client_tls: None,
        root_cert: Some(pem),
    }))
}

fn with_certificates(
    server: ConnectionInfo,
    certificates: Option<TlsCertificates>,
) -> Result<ConnectionInfo, OpenFlowsError> {
    match certificates {
        Some(certificates) if matches!(server.addr(), redis::ConnectionAddr::TcpTls { .. }) => {
            let client = redis::Client::build_with_tls(server, certificates)
                .map_err(|error| malformed(&error))?;
            Ok(client.get_connection_info().clone())
        }
        _ => Ok(server),
    }
}
