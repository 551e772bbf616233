//! Connecting to a PostgreSQL server.

use std::time::Duration;

use deadpool::Runtime;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use secrecy::ExposeSecret;
use tokio_postgres::{Config, NoTls};

use crate::open_error::OpenError;
use crate::settings::StoreSettings;

use super::{Connection, Database};

pub(crate) async fn open(settings: &StoreSettings) -> Result<Database, OpenError> {
    let mut config: Config = settings
        .url
        .expose_secret()
        .parse()
        .map_err(|error: tokio_postgres::Error| OpenError::MalformedUrl(error.to_string()))?;
    config.connect_timeout(settings.wait_timeout);
    let statement_timeout = settings.statement_timeout;
    connect(&config, statement_timeout)
        .await
        .map_err(|error| OpenError::Unreachable(error.to_string()))?;

    let mut manager = ManagerConfig::<Connection>::default();
    // A connection that died since is noticed by its own task, or by the first query, which then tries another one.
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |_| {
        let config = config.clone();
        Box::pin(async move { connect(&config, statement_timeout).await })
    });
    let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config("", manager))
        .max_size(settings.max_connections.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(settings.wait_timeout))
        .create_timeout(Some(settings.wait_timeout))
        .build()
        .map_err(|error| OpenError::Unreachable(error.to_string()))?;
    Ok(Database::new(pool, None))
}

async fn connect(
    config: &Config,
    statement_timeout: Duration,
) -> ConnectionResult<AsyncPgConnection> {
    let connected = config.connect(NoTls).await;
    let (client, link) =
        connected.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    let setup = format!(
        "SET TIME ZONE 'UTC'; SET statement_timeout = {0}; SET lock_timeout = {0}",
        statement_timeout.as_millis()
    );
    let connection = AsyncPgConnection::try_from_client_and_connection(client, link);
    let mut connection = connection.await?;
    diesel_async::SimpleAsyncConnection::batch_execute(&mut connection, &setup)
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
