//! Connects to a PostgreSQL server.

use deadpool::Runtime;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use secrecy::ExposeSecret;
use tokio_postgres::{Config, NoTls};

use payments_sql::open_error::OpenError;
use payments_sql::settings::StoreSettings;

use super::hosts::Hosts;
use super::tls::{Protection, protection};
use super::{Connection, Database};

/// A server, and how to connect to it.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) hosts: Hosts,
    pub(super) protection: Protection,
    setup: String,
}

impl Server {
    fn of(settings: &StoreSettings) -> Result<Self, OpenError> {
        let url = settings.url.expose_secret();
        let malformed = |error: tokio_postgres::Error| OpenError::MalformedUrl(reason(&error));
        let mut config: Config = url.parse().map_err(malformed)?;
        config.application_name("payments");
        // A peer that vanished is detected within half a minute even on an idle connection.
        config.keepalives_idle(std::time::Duration::from_secs(10));
        config.keepalives_interval(std::time::Duration::from_secs(5));
        config.keepalives_retries(3);
        let protection = protection(url, &mut config, settings.ca_file.as_deref())?;
        let timeout = settings.statement_timeout.as_millis();
        // Every statement reads by key: planning each execution would cost more than running it, without a better plan.
        let setup = format!(
            "SET TIME ZONE 'UTC'; SET plan_cache_mode = force_generic_plan; SET statement_timeout = {timeout}; SET lock_timeout = {timeout}; \
             SET payments.knows_partitions = 'on'; SET idle_in_transaction_session_timeout = {}",
            timeout.saturating_mul(4)
        );
        Ok(Self {
            hosts: Hosts::of(&config, settings.wait_timeout),
            protection,
            setup,
        })
    }

    async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let mut connection = match &self.protection {
            Protection::None => {
                let connected = self
                    .hosts
                    .first(|host| async move { host.connect(NoTls).await });
                let (client, link) = connected.await.map_err(ConnectionError::BadConnection)?;
                AsyncPgConnection::try_from_client_and_connection(client, link).await?
            }
            Protection::Tls(tls) => {
                let connected = self.hosts.first(|host| {
                    let tls = tls.clone();
                    async move { host.connect(tls).await }
                });
                let (client, link) = connected.await.map_err(ConnectionError::BadConnection)?;
                AsyncPgConnection::try_from_client_and_connection(client, link).await?
            }
        };
        connection
            .batch_execute(&self.setup)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }
}

/// An error with its source: the library's message names the step only.
pub(super) fn reason(error: &tokio_postgres::Error) -> String {
    let mut reason = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !reason.contains(&words) {
            reason = format!("{reason}: {words}");
        }
        cause = inner.source();
    }
    reason
}

/// Checks the settings without connecting.
///
/// # Errors
/// [`OpenError`] for a malformed URL or an invalid certificate authority.
pub fn check_settings(settings: &StoreSettings) -> Result<(), OpenError> {
    Server::of(settings).map(drop)
}

/// Connects once, to verify the settings.
///
/// # Errors
/// [`OpenError`] for invalid settings, or a server that cannot be reached.
pub async fn open(settings: &StoreSettings) -> Result<Database, OpenError> {
    let server = Server::of(settings)?;
    let first = tokio::time::timeout(settings.wait_timeout, server.connect()).await;
    first
        .map_err(|_| unreachable(&"no answer in time"))?
        .map_err(|error| unreachable(&error))?;
    pooled(&server, settings)
}

/// Connects on first use.
///
/// # Errors
/// [`OpenError`] for invalid settings.
pub fn open_later(settings: &StoreSettings) -> Result<Database, OpenError> {
    pooled(&Server::of(settings)?, settings)
}

fn pooled(server: &Server, settings: &StoreSettings) -> Result<Database, OpenError> {
    let mut manager = ManagerConfig::<Connection>::default();
    // A broken connection is detected by its task, or by the first query, which is then retried on another one.
    manager.recycling_method = RecyclingMethod::Fast;
    let for_pool = server.clone();
    manager.custom_setup = Box::new(move |_| {
        let server = for_pool.clone();
        Box::pin(async move { server.connect().await })
    });
    let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config("", manager))
        .max_size(settings.max_connections.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(settings.wait_timeout))
        .create_timeout(Some(settings.wait_timeout))
        .build()
        .map_err(|error| unreachable(&error))?;
    let source = super::listening::Source::new(server.hosts.clone(), server.protection.clone());
    Ok(Database::new(pool, source, settings))
}

fn unreachable(error: &dyn std::fmt::Display) -> OpenError {
    OpenError::Unreachable(error.to_string())
}
