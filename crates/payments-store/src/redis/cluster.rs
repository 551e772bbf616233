//! Connections to a cluster.

use std::time::Duration;

use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_redis::redis::cluster::{ClusterClient, ClusterClientBuilder};
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::{ConnectionInfo, RedisError, TlsCertificates};

/// Makes connections that never send a command twice: the client library would do so after a lost reply.
pub(super) struct Manager(ClusterClient);

impl Manager {
    pub(super) fn new(
        nodes: Vec<ConnectionInfo>,
        timeout: Duration,
        certificates: Option<TlsCertificates>,
    ) -> Result<Self, RedisError> {
        let builder = ClusterClientBuilder::new(nodes)
            .retries(0)
            .connection_timeout(timeout)
            .response_timeout(timeout);
        let builder = match certificates {
            Some(certificates) => builder.certs(certificates),
            None => builder,
        };
        Ok(Self(builder.build()?))
    }
}

impl managed::Manager for Manager {
    type Type = ClusterConnection;
    type Error = RedisError;

    async fn create(&self) -> Result<ClusterConnection, RedisError> {
        self.0.get_async_connection().await
    }

    /// It mends its own links, and is tried at the key's node before it is used.
    async fn recycle(
        &self,
        _connection: &mut ClusterConnection,
        _metrics: &Metrics,
    ) -> RecycleResult<RedisError> {
        Ok(())
    }
}
