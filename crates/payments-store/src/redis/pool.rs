//! Pools of connections to Redis: a single server, one behind sentinels, or a cluster.

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

use payments_sql::authority;
use payments_sql::open_error::OpenFlowsError;
use payments_sql::pool::PoolState;
use payments_sql::settings::FlowSettings;

use super::address::Address;
use super::cluster::{self, Manager as ClusterManager};
use super::error::{ClientError, was_refused};
use super::sentinel::Manager as SentinelManager;

/// Each client is shared by its callers, and has a connection to every node.
const CLUSTER_CONNECTIONS: usize = 4;

#[derive(Clone)]
pub(super) enum RedisPool {
    Single(Pool<SingleManager>),
    Sentinel(Pool<SentinelManager>),
    Cluster(Pool<ClusterManager>),
}

pub(super) enum Connection {
    /// For one caller at a time, as with `Sentinel`.
    Single(Object<SingleManager>),
    Sentinel(Object<SentinelManager>),
    /// Shared by any number of callers.
    Shared(MultiplexedConnection),
    /// A node that hangs blocks only the callers of its keys.
    Cluster(ClusterConnection),
}

impl RedisPool {
    pub(super) fn new(address: Address, settings: &FlowSettings) -> Result<Self, OpenFlowsError> {
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

    /// A connection that has just been checked, so that a command is not lost on a stale one.
    pub(super) async fn connection(&self, key: &str) -> Result<Connection, ClientError> {
        match self {
            // These pools ping a connection before they return it.
            Self::Single(pool) => Ok(Connection::Single(pool.get().await.map_err(no_connection)?)),
            Self::Sentinel(pool) => Ok(Connection::Sentinel(
                pool.get().await.map_err(no_connection)?,
            )),
            Self::Cluster(pool) => {
                let mut connection = shared(pool).await?;
                match connection.send(redis::cmd("EXISTS").arg(key)).await {
                    Err(error) if !cluster::is_ask(&error) => Err(error.into()),
                    Ok(_) | Err(_) => Ok(connection),
                }
            }
        }
    }

    /// A connection for many callers. A cluster's is not checked.
    pub(super) async fn connection_to_share(&self) -> Result<Connection, ClientError> {
        match self {
            Self::Single(pool) => Ok(Connection::Shared(
                pool.get().await.map_err(no_connection)?.clone(),
            )),
            Self::Sentinel(pool) => Ok(Connection::Shared(
                pool.get().await.map_err(no_connection)?.clone(),
            )),
            Self::Cluster(pool) => shared(pool).await,
        }
    }

    /// Sends a command to the server, or to every master of a cluster.
    pub(super) async fn send_everywhere(&self, command: &Cmd) -> Result<Value, ClientError> {
        let mut connection = match self {
            Self::Single(_) | Self::Sentinel(_) => self.connection("").await?,
            Self::Cluster(pool) => shared(pool).await?,
        };
        match &mut connection {
            Connection::Single(_) | Connection::Sentinel(_) | Connection::Shared(_) => {
                Ok(connection.send(command).await?)
            }
            Connection::Cluster(connection) => {
                let masters = MultipleNodeRoutingInfo::AllMasters;
                let routing = RoutingInfo::MultiNode((masters, None));
                Ok(connection.route_command(command.clone(), routing).await?)
            }
        }
    }

    /// Sends a command; if a cluster's node answers that another node is taking over the key, to that one.
    pub(super) async fn send(
        &self,
        connection: &mut Connection,
        command: &Cmd,
    ) -> Result<Value, ClientError> {
        match (self, connection.send(command).await) {
            (Self::Cluster(pool), Err(error)) if cluster::is_ask(&error) => {
                pool.manager().ask(&error, command).await
            }
            (Self::Single(_) | Self::Sentinel(_) | Self::Cluster(_), answer) => Ok(answer?),
        }
    }

    /// Closes idle connections, which are all broken after an outage. A cluster's connections reconnect by themselves.
    pub(super) fn close_idle(&self) {
        match self {
            Self::Single(pool) => drop(pool.retain(|_, _| false)),
            Self::Sentinel(pool) => drop(pool.retain(|_, _| false)),
            Self::Cluster(_) => {}
        }
    }

    pub(super) fn state(&self) -> PoolState {
        match self {
            Self::Single(pool) => pool.status(),
            Self::Sentinel(pool) => pool.status(),
            Self::Cluster(pool) => pool.status(),
        }
        .into()
    }
}

impl Connection {
    async fn send(&mut self, command: &Cmd) -> Result<Value, RedisError> {
        match self {
            Self::Single(connection) => command.query_async(&mut **connection).await,
            Self::Sentinel(connection) => command.query_async(&mut **connection).await,
            Self::Shared(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }

    /// Removes a connection from the pool if a late reply may arrive on it, or if its server is no longer the master.
    /// A cluster's connection reconnects by itself; a shared one is not pooled.
    pub(super) fn close_if_broken(self, error: &ClientError) {
        let is_sound = match error {
            ClientError::Redis(error) => !error.is_io_error() && !was_refused(error),
            ClientError::Down
            | ClientError::NoConnection(_)
            | ClientError::Busy
            | ClientError::Timeout => true,
        };
        match self {
            Self::Single(connection) if !is_sound => drop(Object::take(connection)),
            Self::Sentinel(connection) if !is_sound => drop(Object::take(connection)),
            Self::Single(_) | Self::Sentinel(_) | Self::Shared(_) | Self::Cluster(_) => {}
        }
    }
}

async fn shared(pool: &Pool<ClusterManager>) -> Result<Connection, ClientError> {
    let connection = pool.get().await.map_err(no_connection)?;
    Ok(Connection::Cluster(ClusterConnection::clone(&connection)))
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

fn no_connection(error: PoolError<RedisError>) -> ClientError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => ClientError::Busy,
        PoolError::Backend(error) => ClientError::NoConnection(error.to_string()),
        other @ (PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle)
        | PoolError::Closed
        | PoolError::NoRuntimeSpecified
        | PoolError::PostCreateHook(_)) => ClientError::NoConnection(other.to_string()),
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
