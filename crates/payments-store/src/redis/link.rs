//! Links to Redis, whichever kind it is.

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Object, Pool, PoolError, Timeouts};
use deadpool_redis::redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo};
use deadpool_redis::redis::{
    self, AsyncConnectionConfig, Cmd, ConnectionInfo, FromRedisValue, RedisError, TlsCertificates,
    Value,
};
use deadpool_redis::{Manager as SingleManager, sentinel};

use crate::pool::PoolState;
use crate::settings::FlowSettings;

use super::address::Address;
use super::cluster::Manager as ClusterManager;
use super::was_refused;

/// Pauses between tries of what a server refused or, if it changes nothing, of what was lost: a failover takes seconds,
/// a caller waits for less.
const PAUSES_MILLISECONDS: [u64; 5] = [10, 40, 100, 250, 500];

/// Most cluster connections: each is shared by itself and has a link to every node.
const CLUSTER_CONNECTIONS: usize = 4;

/// Whether a command may be sent again when its reply was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It changes nothing.
    None,
    /// It must not be carried out twice.
    Once,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    /// No link; nothing was sent.
    #[error("no link to Redis: {0}")]
    NoLink(String),
    /// Redis refused, or it is unknown whether it did it.
    #[error(transparent)]
    Redis(#[from] RedisError),
}

/// Pools of links.
pub(super) enum Links {
    Single(Pool<SingleManager>),
    Sentinel(Pool<sentinel::Manager>),
    Cluster(Pool<ClusterManager>),
}

/// One link, of use to one caller at a time.
pub(super) enum Link {
    Single(Object<SingleManager>),
    Sentinel(Object<sentinel::Manager>),
    Cluster(Object<ClusterManager>),
}

impl Links {
    pub(super) fn to(address: Address, settings: &FlowSettings) -> Result<Self, LinkError> {
        let timeout = settings.wait_timeout;
        let certificates = certificates(settings)?;
        Ok(match address {
            Address::Single(server) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(timeout))
                    .set_response_timeout(Some(timeout));
                let server = with_certificates(*server, certificates)?;
                let manager = SingleManager::new_with_config(server, config)?;
                Self::Single(pool(manager, settings.max_connections, timeout)?)
            }
            Address::Sentinel {
                sentinels,
                master,
                server,
            } => {
                let manager = sentinel_manager(sentinels, master, &server)?;
                Self::Sentinel(pool(manager, settings.max_connections, timeout)?)
            }
            Address::Cluster(nodes) => {
                let manager = ClusterManager::new(nodes, timeout, certificates)?;
                let connections = settings.max_connections.min(CLUSTER_CONNECTIONS);
                Self::Cluster(pool(manager, connections, timeout)?)
            }
        })
    }

    /// Carries out a command about a key.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        key: &str,
        command: &Cmd,
        effect: Effect,
    ) -> Result<T, LinkError> {
        let mut pauses = PAUSES_MILLISECONDS.into_iter();
        loop {
            let error = match self.link(key).await {
                Ok(mut link) => match link.send(command).await {
                    Ok(value) => return Ok(T::from_redis_value(value).map_err(RedisError::from)?),
                    Err(error) => {
                        link.close_if_broken(&error);
                        let may_repeat =
                            was_refused(&error) || effect == Effect::None && error.is_io_error();
                        if !may_repeat {
                            return Err(error.into());
                        }
                        LinkError::from(error)
                    }
                },
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) => tokio::time::sleep(Duration::from_millis(pause)).await,
                None => return Err(error),
            }
        }
    }

    /// A link that answered just now, so that a command is not lost to one that died long ago.
    async fn link(&self, key: &str) -> Result<Link, LinkError> {
        match self {
            // These pools say PING before they hand out a link.
            Self::Single(pool) => Ok(Link::Single(pool.get().await.map_err(no_link)?)),
            Self::Sentinel(pool) => Ok(Link::Sentinel(pool.get().await.map_err(no_link)?)),
            Self::Cluster(pool) => {
                let mut link = Link::Cluster(pool.get().await.map_err(no_link)?);
                link.send(redis::cmd("EXISTS").arg(key)).await?;
                Ok(link)
            }
        }
    }

    /// How busy the links are.
    pub(super) fn pool(&self) -> PoolState {
        match self {
            Self::Single(pool) => pool.status(),
            Self::Sentinel(pool) => pool.status(),
            Self::Cluster(pool) => pool.status(),
        }
        .into()
    }

    /// Asks every server whether it is there.
    ///
    /// # Errors
    /// Why not, in words without secrets.
    pub(super) async fn ping(&self) -> Result<(), String> {
        self.everywhere(&redis::cmd("PING"))
            .await
            .map(drop)
            .map_err(|error| error.to_string())
    }

    /// Asks the server, or every master of a cluster.
    pub(super) async fn everywhere(&self, command: &Cmd) -> Result<Value, LinkError> {
        let mut link = match self {
            Self::Single(_) | Self::Sentinel(_) => self.link("").await?,
            Self::Cluster(pool) => Link::Cluster(pool.get().await.map_err(no_link)?),
        };
        match &mut link {
            Link::Single(_) | Link::Sentinel(_) => Ok(link.send(command).await?),
            Link::Cluster(connection) => {
                let masters = MultipleNodeRoutingInfo::AllMasters;
                let routing = RoutingInfo::MultiNode((masters, None));
                Ok(connection.route_command(command.clone(), routing).await?)
            }
        }
    }
}

impl Link {
    async fn send(&mut self, command: &Cmd) -> Result<Value, RedisError> {
        match self {
            Self::Single(connection) => command.query_async(&mut **connection).await,
            Self::Sentinel(connection) => command.query_async(&mut **connection).await,
            Self::Cluster(connection) => command.query_async(&mut **connection).await,
        }
    }

    /// Keeps a link out of the pool on which something may still be on its way, or whose server is no master any more.
    /// A cluster's mends itself.
    fn close_if_broken(self, error: &RedisError) {
        let is_sound = !error.is_io_error() && !was_refused(error);
        match self {
            Self::Single(connection) if !is_sound => drop(Object::take(connection)),
            Self::Sentinel(connection) if !is_sound => drop(Object::take(connection)),
            Self::Single(_) | Self::Sentinel(_) | Self::Cluster(_) => {}
        }
    }
}

fn pool<M: deadpool::managed::Manager>(
    manager: M,
    max_size: usize,
    timeout: Duration,
) -> Result<Pool<M>, LinkError> {
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
        .map_err(|error| LinkError::NoLink(error.to_string()))
}

fn no_link(error: PoolError<RedisError>) -> LinkError {
    match error {
        PoolError::Backend(error) => LinkError::NoLink(error.to_string()),
        other @ (PoolError::Timeout(_)
        | PoolError::Closed
        | PoolError::NoRuntimeSpecified
        | PoolError::PostCreateHook(_)) => LinkError::NoLink(other.to_string()),
    }
}

fn certificates(settings: &FlowSettings) -> Result<Option<TlsCertificates>, LinkError> {
    let Some(path) = &settings.ca_file else {
        return Ok(None);
    };
    let pem = std::fs::read(path)
        .map_err(|error| LinkError::NoLink(format!("flows.ca_file: {error}")))?;
    Ok(Some(TlsCertificates {
        client_tls: None,
        root_cert: Some(pem),
    }))
}

fn with_certificates(
    server: ConnectionInfo,
    certificates: Option<TlsCertificates>,
) -> Result<ConnectionInfo, LinkError> {
    match certificates {
        Some(certificates) if matches!(server.addr(), redis::ConnectionAddr::TcpTls { .. }) => {
            Ok(redis::Client::build_with_tls(server, certificates)?
                .get_connection_info()
                .clone())
        }
        _ => Ok(server),
    }
}

fn sentinel_manager(
    sentinels: Vec<ConnectionInfo>,
    master: String,
    server: &ConnectionInfo,
) -> Result<sentinel::Manager, LinkError> {
    let is_encrypted = matches!(server.addr(), redis::ConnectionAddr::TcpTls { .. });
    let entrance = server.redis_settings();
    let node = sentinel::SentinelNodeConnectionInfo {
        tls_mode: is_encrypted.then_some(sentinel::TlsMode::Secure),
        redis_connection_info: Some(deadpool_redis::RedisConnectionInfo {
            db: entrance.db(),
            username: entrance.username().map(str::to_owned),
            password: entrance.password().map(str::to_owned),
            ..deadpool_redis::RedisConnectionInfo::default()
        }),
    };
    let kind = sentinel::SentinelServerType::Master;
    Ok(sentinel::Manager::new(sentinels, master, Some(node), kind)?)
}
