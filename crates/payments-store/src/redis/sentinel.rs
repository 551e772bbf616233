//! Connections to the server that the sentinels report as the master.

use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use deadpool_redis::redis::{
    self, AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, RedisError, TlsCertificates,
    TlsMode,
};
use tokio::sync::Mutex;

/// Queries the sentinels for the master each time a connection is opened. (`deadpool_redis::sentinel` supports neither
/// timeouts nor a certificate authority.)
pub(super) struct Manager {
    client: Mutex<SentinelClient>,
    config: AsyncConnectionConfig,
}

impl Manager {
    /// User, password, database and encryption of `server` apply to the master; sentinels usually require no login.
    pub(super) fn new(
        sentinels: Vec<ConnectionInfo>,
        master: &str,
        server: &ConnectionInfo,
        config: AsyncConnectionConfig,
        certificates: Option<TlsCertificates>,
    ) -> Result<Self, RedisError> {
        let addresses = sentinels.into_iter().map(|one| one.addr().clone());
        let entrance = server.redis_settings();
        let mut builder =
            SentinelClientBuilder::new(addresses, master, SentinelServerType::Master)?
                .set_client_to_redis_db(entrance.db());
        if let Some(user) = entrance.username() {
            builder = builder.set_client_to_redis_username(user);
        }
        if let Some(password) = entrance.password() {
            builder = builder.set_client_to_redis_password(password);
        }
        if matches!(server.addr(), ConnectionAddr::TcpTls { .. }) {
            builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
            if let Some(certificates) = certificates {
                builder = builder.set_client_to_redis_certificates(certificates);
            }
        }
        Ok(Self {
            client: Mutex::new(builder.build()?),
            config,
        })
    }
}

impl managed::Manager for Manager {
    type Type = MultiplexedConnection;
    type Error = RedisError;

    async fn create(&self) -> Result<MultiplexedConnection, RedisError> {
        let mut client = self.client.lock().await;
        client.get_async_connection_with_config(&self.config).await
    }

    async fn recycle(
        &self,
        connection: &mut MultiplexedConnection,
        _metrics: &Metrics,
    ) -> RecycleResult<RedisError> {
        redis::cmd("PING").exec_async(connection).await?;
        Ok(())
    }
}
