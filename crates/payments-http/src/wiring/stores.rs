//! Opens the configured database and flow store.

use std::path::PathBuf;
use std::time::Duration;

use payments_core::ports::Unavailable;
use payments_store::{
    FlowSettings, Flows, OpenError, OpenFlowsError, Store, StoreKind, StoreSettings,
};
use secrecy::ExposeSecret as _;

use crate::settings::{Environment, Settings};

/// The database and the flow store.
pub struct Stores {
    /// Data that has to survive a restart.
    pub database: Store,
    /// Data that expires within minutes.
    pub flows: Flows,
}

/// Why there are no stores.
#[derive(Debug, thiserror::Error)]
pub enum StoresError {
    /// The flow store cannot be used.
    #[error(transparent)]
    Flows(#[from] OpenFlowsError),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The schema is missing or out of date, and only the operator may migrate it.
    #[error("the database that database.url names lacks the migrations {}: run `payments migrate`", .0.join(", "))]
    Pending(Vec<String>),
    /// The flow store's configuration could not be read.
    #[error("the Redis that flows.url names does not answer: {0}")]
    Unasked(#[source] Unavailable),
    /// The flow store's configuration breaks a guarantee.
    #[error("{}; or set flows.accept_concerns to true", .0.join("\n"))]
    Concerns(Vec<String>),
}

/// Connects to the stores.
///
/// # Errors
/// [`StoresError`] if the settings are invalid, or a store cannot be reached.
pub async fn open(settings: &Settings) -> Result<Stores, StoresError> {
    let flows = flows(settings).await?;
    Ok(Stores {
        database: database(settings).await?,
        flows,
    })
}

/// Checks the settings without connecting: what it rejects, [`open`] rejects too.
///
/// # Errors
/// [`StoresError`] that names the invalid setting.
pub fn check(settings: &Settings) -> Result<(), StoresError> {
    Store::check_settings(&store_settings(settings))?;
    Ok(Flows::check_settings(&flow_settings(settings))?)
}

/// Connects to the database.
///
/// # Errors
/// [`OpenError`], as for [`Store::open`].
pub async fn database(settings: &Settings) -> Result<Store, OpenError> {
    Store::open(&store_settings(settings)).await
}

fn store_settings(settings: &Settings) -> StoreSettings {
    let database = &settings.database;
    let has_replica = !database.replica_url.expose_secret().is_empty();
    StoreSettings {
        ca_file: path(&database.ca_file),
        replica_url: has_replica.then(|| database.replica_url.clone()),
        max_connections: database.pool_size,
        wait_timeout: Duration::from_secs(database.wait_timeout_seconds),
        statement_timeout: Duration::from_secs(database.statement_timeout_seconds),
        ..StoreSettings::new(database.url.clone())
    }
}

fn flow_settings(settings: &Settings) -> FlowSettings {
    let flows = &settings.flows;
    FlowSettings {
        ca_file: path(&flows.ca_file),
        max_connections: flows.pool_size,
        wait_timeout: Duration::from_secs(flows.wait_timeout_seconds),
        key_prefix: flows.key_prefix.clone(),
        ..FlowSettings::new(flows.url.clone())
    }
}

/// Connects to the flow store and checks its durability: a warning in development, an error in production.
async fn flows(settings: &Settings) -> Result<Flows, StoresError> {
    let opened = Flows::open(&flow_settings(settings)).await?;
    let concerns = opened.audit_config().await.map_err(StoresError::Unasked)?;
    let concerns: Vec<String> = concerns.iter().map(ToString::to_string).collect();
    let accepts = settings.flows.accept_concerns;
    let is_strict = settings.environment == Environment::Production && !accepts;
    if is_strict && !concerns.is_empty() {
        return Err(StoresError::Concerns(concerns));
    }
    for concern in concerns {
        tracing::warn!("{concern}");
    }
    Ok(opened)
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

/// Migrates an SQLite file if the settings say so. PostgreSQL is migrated by its operator, once for all processes; this
/// process only reports pending migrations.
///
/// # Errors
/// [`StoresError`] if migrations are pending, or one failed.
pub async fn prepare(database: &Store, settings: &Settings) -> Result<(), StoresError> {
    if settings.database.migrate_at_start && database.kind() == StoreKind::Embedded {
        let done = database.migrate().await?;
        if !done.is_empty() {
            tracing::info!(migrations = done.join(", "), "migrated the database");
        }
        return Ok(());
    }
    match database.pending_migrations().await? {
        pending if pending.is_empty() => Ok(()),
        pending => Err(StoresError::Pending(pending)),
    }
}
