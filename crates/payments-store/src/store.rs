//! The database, as the ports that are implemented on it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use payments_core::ports::{
    Actions, AuditLog, CatalogSource, CodeTries, Erasure, Instruments, Intents, Purchases, Records,
    SavedCards, Sessions, SmsLimits, SmsSends, StoredTokens, Unavailable,
};
use secrecy::{ExposeSecret, SecretString};

use crate::boxed::Boxed;
use crate::replica::{ReplicaFirst, ReplicaLag, TrackedErasure, TrackedRecords};
use crate::run_cleanup;
use payments_sql::audit_trail::AuditTrail;
use payments_sql::bin_counts::BinCounts;
use payments_sql::changes::CatalogChanges;
use payments_sql::cleanup::{CleanupReport, Retention};
use payments_sql::open_error::OpenError;
use payments_sql::pool::PoolState;
use payments_sql::proposals::Proposals;
use payments_sql::settings::StoreSettings;
use payments_sql::store_sample::StoreSample;
use payments_sql::upkeep::Upkeep;

/// A database, as the ports that are implemented on it.
#[derive(Clone)]
pub struct Store {
    /// The source of the stored catalog.
    pub catalog: Arc<dyn CatalogSource>,
    /// The purchases that listings and quotes are for.
    pub purchases: Arc<dyn Purchases>,
    /// The sessions of customers and visitors.
    pub sessions: Arc<dyn Sessions>,
    /// The records of the management API.
    pub records: Arc<dyn Records>,
    /// The cards that customers saved.
    pub saved_cards: Arc<dyn SavedCards>,
    /// The tokens of all saved cards, to be compared with the gateways.
    pub stored_tokens: Arc<dyn StoredTokens>,
    /// Issues the instruments of saved cards.
    pub instruments: Arc<dyn Instruments>,
    /// The erasure of customers' data.
    pub erasure: Arc<dyn Erasure>,
    /// Intents to save cards, and the queue of token deletions.
    pub intents: Arc<dyn Intents>,
    /// Actions that gateways require of customers.
    pub actions: Arc<dyn Actions>,
    /// Tried codes per customer and day.
    pub code_tries: Arc<dyn CodeTries>,
    /// The audit log, to append to.
    pub audit: Arc<dyn AuditLog>,
    /// The audit log, for auditors and retention.
    pub audit_trail: Arc<dyn AuditTrail>,
    /// Counters that limit sent messages.
    pub sms_limits: Arc<dyn SmsLimits>,
    /// Sent messages and their delivery states.
    pub sms_sends: Arc<dyn SmsSends>,
    /// What the store has, for the analysis of rules and the comparison of catalogs.
    pub sample: Arc<dyn StoreSample>,
    /// Counts of BINs.
    pub bin_counts: Arc<dyn BinCounts>,
    /// Changes that wait for approval.
    pub proposals: Arc<dyn Proposals>,
    upkeep: Arc<dyn Upkeep>,
    kind: StoreKind,
    replica: Option<Arc<ReplicaLag>>,
}

/// The state of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaState {
    /// Whether it is read now.
    pub is_asked: bool,
    /// How long ago it had last caught up.
    pub age: Duration,
}

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// SQLite, in this process: migrated at start.
    Embedded,
    /// PostgreSQL: migrated by its operator.
    Server,
}

impl Store {
    /// Connects to the database of `settings.url`; a missing SQLite file is created, with its folder. The schema may
    /// have pending migrations: see [`Store::pending_migrations`] and [`Store::migrate`].
    ///
    /// # Errors
    /// [`OpenError`]: an unsupported URL, an invalid file, a server that cannot be reached, or a schema
    /// newer than this program.
    pub fn open(settings: &StoreSettings) -> Boxed<'_, Result<Self, OpenError>> {
        Box::pin(async move {
            Self::check_settings(settings)?;
            let url = settings.url.expose_secret();
            let (store, first) = if let Some(path) = url.strip_prefix("sqlite:") {
                let database = Arc::new(payments_sqlite::open(path, settings).await?);
                let purchases = payments_sqlite::BatchedPurchases::new(database.clone());
                (Self::on(database, purchases, StoreKind::Embedded), None)
            } else {
                let database = Arc::new(payments_postgres::open(settings).await?);
                let purchases = payments_postgres::BatchedPurchases::new(database.clone());
                (
                    Self::on(database.clone(), purchases, StoreKind::Server),
                    Some(database),
                )
            };
            store.pending_migrations().await?;
            match settings.of_replica().zip(first) {
                Some((replica, first)) => store.with_replica(&replica, first),
                None => Ok(store),
            }
        })
    }

    /// Checks settings as [`Store::open`] does, without connecting.
    ///
    /// # Errors
    /// [`OpenError`] if a URL or a certificate file cannot be used.
    pub fn check_settings(settings: &StoreSettings) -> Result<(), OpenError> {
        let of_replica = |reason: &str| Err(OpenError::Replica(reason.to_owned()));
        if settings.url.expose_secret().starts_with("sqlite:") {
            return match settings.replica_url {
                Some(_) => of_replica("only PostgreSQL supports it"),
                None => Ok(()),
            };
        }
        if !is_postgres(&settings.url) {
            return Err(OpenError::UnknownUrl);
        }
        payments_postgres::check_settings(settings)?;
        let Some(replica) = settings.of_replica() else {
            return Ok(());
        };
        if !is_postgres(&replica.url) {
            return of_replica("it does not begin with postgres://");
        }
        match payments_postgres::check_settings(&replica) {
            Err(OpenError::MalformedUrl(reason)) => of_replica(&reason),
            checked => checked,
        }
    }

    /// Whether a URL's connection leaves this machine without TLS. False for a malformed URL.
    pub fn is_exposed(url: &SecretString) -> bool {
        is_postgres(url) && payments_postgres::is_exposed(url.expose_secret())
    }

    /// Reads purchases from a replica while it answers and its lag is small.
    fn with_replica(
        self,
        settings: &StoreSettings,
        first: Arc<payments_postgres::Database>,
    ) -> Result<Self, OpenError> {
        let replica = payments_postgres::open_later(settings)?;
        let purchases = ReplicaFirst::new(replica, first);
        let records = TrackedRecords::new(self.records, purchases.lag());
        let erasure = TrackedErasure::new(self.erasure, purchases.lag());
        Ok(Self {
            replica: Some(purchases.lag()),
            purchases: Arc::new(purchases),
            records: Arc::new(records),
            erasure: Arc::new(erasure),
            ..self
        })
    }

    fn on<D>(database: Arc<D>, purchases: impl Purchases + 'static, kind: StoreKind) -> Self
    where
        D: CatalogSource
            + Sessions
            + Records
            + SavedCards
            + StoredTokens
            + Instruments
            + Erasure
            + Intents
            + Actions
            + CodeTries
            + AuditLog
            + AuditTrail
            + SmsLimits
            + SmsSends
            + StoreSample
            + BinCounts
            + Proposals
            + Upkeep
            + 'static,
    {
        Self {
            catalog: database.clone(),
            purchases: Arc::new(purchases),
            sessions: database.clone(),
            records: database.clone(),
            saved_cards: database.clone(),
            stored_tokens: database.clone(),
            instruments: database.clone(),
            erasure: database.clone(),
            intents: database.clone(),
            actions: database.clone(),
            code_tries: database.clone(),
            audit: database.clone(),
            audit_trail: database.clone(),
            sms_limits: database.clone(),
            sms_sends: database.clone(),
            sample: database.clone(),
            bin_counts: database.clone(),
            proposals: database.clone(),
            upkeep: database,
            kind,
            replica: None,
        }
    }

    /// The state of the replica, if there is one.
    pub fn replica(&self) -> Option<ReplicaState> {
        let lag = self.replica.as_ref()?;
        Some(ReplicaState {
            is_asked: lag.is_fresh(),
            age: lag.age(),
        })
    }

    /// The kind of the database.
    pub const fn kind(&self) -> StoreKind {
        self.kind
    }

    /// The names of the pending migrations; none if the database is up to date.
    ///
    /// # Errors
    /// [`OpenError::Newer`] if it has one that this program lacks; [`OpenError::Unreachable`].
    pub async fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        self.upkeep.pending().await
    }

    /// Runs the pending migrations, each in a transaction, and returns their names. Concurrent programs wait for each
    /// other.
    ///
    /// # Errors
    /// [`OpenError`]; migrations before the one that failed stay applied.
    pub async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        self.upkeep.migrate().await
    }

    /// Runs the pending migrations, and then partitions the big tables of a PostgreSQL database, while it is used. Every
    /// program that uses the database must be of this release. Returns the names of what was run; can be repeated.
    ///
    /// # Errors
    /// [`OpenError::NoPartitions`] on SQLite; [`OpenError`]: migrations before the one that failed stay applied.
    pub async fn partition(&self) -> Result<Vec<String>, OpenError> {
        self.upkeep.partition().await
    }

    /// Makes the coming months' partitions of partitioned tables, and drops those of past months that are empty. Returns
    /// their names, with a `-` before those that were dropped. Call it periodically; it does nothing on other databases.
    ///
    /// # Errors
    /// [`Unavailable`] if the database does not respond, or a table stays locked: the next call tries again.
    pub async fn keep_months(&self) -> Result<Vec<String>, Unavailable> {
        self.upkeep.keep_months().await
    }

    /// Pings the database, for readiness.
    ///
    /// # Errors
    /// [`Unavailable`] if the database does not respond.
    pub async fn check(&self) -> Result<(), Unavailable> {
        self.upkeep.check().await
    }

    /// Signals when to poll the catalog's version: on PostgreSQL as soon as a change is committed. One per process is
    /// enough; it uses a dedicated connection.
    pub fn catalog_changes(&self) -> CatalogChanges {
        self.upkeep.catalog_changes()
    }

    /// The state of the connection pool.
    pub fn pool(&self) -> PoolState {
        self.upkeep.pool()
    }

    /// Deletes expired rows, in batches with a transaction each. Only one process at a time does so. A table that fails
    /// does not stop the others. Call it periodically: it spends at most `time` per table, and the next call continues.
    pub async fn clean_up(
        &self,
        now: DateTime<Utc>,
        keep: Retention,
        time: Duration,
    ) -> CleanupReport {
        run_cleanup::clean_up(&*self.upkeep, now, keep, time).await
    }
}

fn is_postgres(url: &SecretString) -> bool {
    let url = url.expose_secret();
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Store")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
