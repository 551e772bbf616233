//! Connections to a cluster.
//!
//! While a slot migrates, the source node answers ASK for keys that it does not hold: it
//! has not executed the command, and the target node executes it after ASKING. The client library follows such a reply
//! only if it may also retry commands whose reply was lost, so it is followed here.

use std::time::Duration;

use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_redis::redis::cluster::{ClusterClient, ClusterClientBuilder};
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::{
    self, AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, ErrorKind,
    RedisError, ServerErrorKind, TlsCertificates, Value,
};

use super::error::ClientError;

/// Opens connections that never send a command twice, as the client library would after a lost reply.
pub(super) struct Manager {
    cluster: ClusterClient,
    /// Any node; all have the same login.
    node: Option<ConnectionInfo>,
    certificates: Option<TlsCertificates>,
    timeout: Duration,
}

impl Manager {
    pub(super) fn new(
        nodes: Vec<ConnectionInfo>,
        timeout: Duration,
        certificates: Option<TlsCertificates>,
    ) -> Result<Self, RedisError> {
        let node = nodes.first().cloned();
        let builder = ClusterClientBuilder::new(nodes)
            .retries(0)
            .connection_timeout(timeout)
            .response_timeout(timeout);
        let builder = match &certificates {
            Some(certificates) => builder.certs(certificates.clone()),
            None => builder,
        };
        Ok(Self {
            cluster: builder.build()?,
            node,
            certificates,
            timeout,
        })
    }

    /// Executes a command on the node that an ASK reply names, over a dedicated connection: ASKING applies to the next
    /// command only, which could be another caller's on a shared connection. Fails with [`ClientError::NoConnection`]
    /// if nothing was sent, otherwise with the node's error.
    pub(super) async fn ask(
        &self,
        answer: &RedisError,
        command: &Cmd,
    ) -> Result<Value, ClientError> {
        let client = self
            .importing_node(answer)
            .map_err(|error| no_connection(&error))?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout));
        let connection = client.get_multiplexed_async_connection_with_config(&config);
        let mut connection = connection.await.map_err(|error| no_connection(&error))?;
        let asking = redis::cmd("ASKING").exec_async(&mut connection).await;
        asking.map_err(|error| no_connection(&error))?;
        Ok(command.query_async(&mut connection).await?)
    }

    fn importing_node(&self, answer: &RedisError) -> Result<Client, RedisError> {
        let named = answer
            .redirect_node()
            .and_then(|(address, _slot)| address.rsplit_once(':'))
            .and_then(|(host, port)| Some((host.trim_matches(['[', ']']), port.parse().ok()?)))
            .filter(|(host, _port)| !host.is_empty());
        let (Some((host, port)), Some(node)) = (named, &self.node) else {
            return Err((ErrorKind::Client, "an ASK answer names no node").into());
        };
        let node = node
            .clone()
            .set_addr(at(node.addr(), host.to_owned(), port));
        match &self.certificates {
            Some(certificates) => Client::build_with_tls(node, certificates.clone()),
            None => Client::open(node),
        }
    }
}

/// Another host and port, encrypted if this address is.
fn at(address: &ConnectionAddr, host: String, port: u16) -> ConnectionAddr {
    match address {
        ConnectionAddr::TcpTls {
            insecure,
            tls_params,
            host: _,
            port: _,
        } => ConnectionAddr::TcpTls {
            host,
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        ConnectionAddr::Tcp(..) | ConnectionAddr::Unix(_) | _ => ConnectionAddr::Tcp(host, port),
    }
}

/// Whether an error says that the key's slot is migrating to another node.
pub(super) fn is_ask(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::Ask)
}

fn no_connection(error: &RedisError) -> ClientError {
    ClientError::NoConnection(error.to_string())
}

impl managed::Manager for Manager {
    type Type = ClusterConnection;
    type Error = RedisError;

    async fn create(&self) -> Result<ClusterConnection, RedisError> {
        self.cluster.get_async_connection().await
    }

    /// The client reconnects by itself, and is checked at the key's node.
    async fn recycle(
        &self,
        _connection: &mut ClusterConnection,
        _metrics: &Metrics,
    ) -> RecycleResult<RedisError> {
        Ok(())
    }
}
