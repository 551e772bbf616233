//! The database and the flow store, as the settings choose them.

use payments_store::{FlowSettings, Flows, OpenError, OpenFlowsError, Store, StoreSettings};

use crate::settings::Settings;

/// Where objects, flows and promises are kept.
pub struct Stores {
    /// Everything that lasts.
    pub database: Store,
    /// What is forgotten within minutes.
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
    /// The schema is old, and the settings say to leave it.
    #[error("the database lacks the migrations {}: run `payments migrate`", .0.join(", "))]
    Pending(Vec<String>),
}

/// Connects to the stores.
///
/// # Errors
/// [`StoresError`].
pub async fn open(settings: &Settings) -> Result<Stores, StoresError> {
    let flows = Flows::open(&FlowSettings::new(settings.flows.url.clone())).await?;
    Ok(Stores {
        database: database(settings).await?,
        flows,
    })
}

/// Connects to the database.
///
/// # Errors
/// [`OpenError`].
pub async fn database(settings: &Settings) -> Result<Store, OpenError> {
    let mut options = StoreSettings::new(settings.database.url.clone());
    options.max_connections = settings.database.pool_size;
    Store::open(&options).await
}

/// Brings the schema up to date, or says that it is not.
///
/// # Errors
/// [`StoresError`].
pub async fn prepare(database: &Store, settings: &Settings) -> Result<(), StoresError> {
    if settings.database.migrate_at_start {
        let done = database.migrate().await?;
        if !done.is_empty() {
            tracing::info!(
                migrations = done.join(", "),
                "brought the database up to date"
            );
        }
        return Ok(());
    }
    match database.pending_migrations().await? {
        pending if pending.is_empty() => Ok(()),
        pending => Err(StoresError::Pending(pending)),
    }
}
