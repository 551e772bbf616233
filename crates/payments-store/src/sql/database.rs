//! A pool of connections, and the three ways to use one: a read, a snapshot of several reads, a write.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncConnection, TransactionManager};

use crate::changes::CatalogChanges;
use crate::pool::PoolState;
use crate::settings::{StoreSettings, longest_write};
use crate::sql_error::SqlError;

use super::{Connection, Source};

/// How often one piece of work is tried when another transaction got in its way or its connection was dead.
const ATTEMPTS: u32 = 5;

/// The database, as every port's adapter sees it.
pub(crate) struct Database {
    pool: Pool<Connection>,
    source: Source,
    statement_timeout: Duration,
}

/// Work on a connection that can be begun anew. (An `AsyncFn` whose future is known to be `Send`.)
pub(crate) trait Work<C, R>:
    AsyncFn(C) -> R + Fn(C) -> <Self as Work<C, R>>::Running
{
    /// The work under way.
    type Running: Future<Output = R>;
}

impl<F, C, R, Running> Work<C, R> for F
where
    F: AsyncFn(C) -> R + Fn(C) -> Running,
    Running: Future<Output = R>,
{
    type Running = Running;
}

/// Which transaction is begun.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Several reads that see one state of the data.
    Snapshot,
    /// Reads and writes; each statement sees what was committed before it.
    Write,
    /// Reads and writes that see one state of the data, and conflict with whatever changed the same rows since.
    ConditionalWrite,
}

impl Database {
    pub(crate) const fn new(
        pool: Pool<Connection>,
        source: Source,
        settings: &StoreSettings,
    ) -> Self {
        Self {
            pool,
            source,
            statement_timeout: settings.statement_timeout,
        }
    }

    /// How long a single query takes at most, with the wait for a connection.
    pub(super) const fn patience(&self) -> Duration {
        self.statement_timeout
    }

    /// How busy the pool is.
    pub(super) fn pool_state(&self) -> PoolState {
        self.pool.status().into()
    }

    /// Says when to ask for the catalog's version.
    pub(super) fn catalog_changes(&self) -> CatalogChanges {
        self.source.changes()
    }

    /// A connection taken out of the pool for good: what was set on it is gone with it.
    pub(super) async fn take(&self) -> Result<Connection, SqlError> {
        match self.pool.get().await {
            Ok(object) => Ok(Object::take(object)),
            Err(error) => Err(SqlError::NoConnection(Box::new(error))),
        }
    }

    /// Runs a single query.
    pub(crate) async fn read<R, W>(&self, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        in_time(self.statement_timeout, self.read_until_answered(work)).await
    }

    async fn read_until_answered<R, W>(&self, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        let mut attempt = 1;
        loop {
            let mut lease = self.lease().await?;
            match work(&mut lease).await {
                Ok(answer) => {
                    lease.give_back();
                    return Ok(answer);
                }
                Err(error) if error.is_lost_connection() && attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Runs several queries on one state of the data.
    pub(crate) async fn snapshot<R, W>(&self, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        let limit = longest_write(self.statement_timeout);
        in_time(limit, self.transaction(Kind::Snapshot, work)).await
    }

    /// Begins a snapshot for work that hands over what it reads while it reads: it cannot be tried again, and no time
    /// limits it as a whole.
    pub(super) async fn open_snapshot(&self) -> Result<OpenSnapshot, SqlError> {
        let mut lease = self.lease().await?;
        let begun = super::begin(&mut lease, Kind::Snapshot);
        in_time(self.statement_timeout * 2, begun).await?;
        Ok(OpenSnapshot { lease })
    }

    /// Runs a transaction that writes. Work that ran into another transaction, or into a constraint the other one's
    /// write made true, was undone and is begun anew: it then sees what the other one wrote.
    pub(crate) async fn write<R, W>(&self, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        self.write_as(Kind::Write, work).await
    }

    /// [`Database::write`], in a transaction of this kind.
    pub(super) async fn write_as<R, W>(&self, kind: Kind, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        let limit = longest_write(self.statement_timeout);
        in_time(limit, self.transaction(kind, work)).await
    }

    async fn transaction<R, W>(&self, kind: Kind, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        let mut attempt = 1;
        loop {
            let mut lease = self.lease().await?;
            // A server that hangs is found out by this; on SQLite a writer may wait for its turn once that long.
            let begun = in_time(self.statement_timeout * 2, super::begin(&mut lease, kind));
            let error = match begun.await {
                Ok(()) => match work(&mut lease).await {
                    Ok(answer) => {
                        // What a lost answer to COMMIT means is unknown, so that only a plain refusal is tried again.
                        match commit(&mut lease).await {
                            Ok(()) => {
                                lease.give_back();
                                return Ok(answer);
                            }
                            Err(error) if error.is_conflict() => error,
                            Err(error) => return Err(error),
                        }
                    }
                    Err(error) => {
                        if rollback(&mut lease).await.is_ok() {
                            lease.give_back();
                        }
                        if !(error.is_conflict() || error.is_lost_connection()) {
                            return Err(error);
                        }
                        error
                    }
                },
                Err(error) if error.is_lost_connection() => error,
                Err(error) => return Err(error),
            };
            if attempt == ATTEMPTS {
                return Err(error);
            }
            attempt += 1;
        }
    }

    async fn lease(&self) -> Result<Lease, SqlError> {
        match self.pool.get().await {
            Ok(object) => Ok(Lease {
                object: Some(object),
            }),
            Err(error) => Err(SqlError::NoConnection(Box::new(error))),
        }
    }
}

/// A snapshot until it is ended; one that is dropped closes its connection.
pub(super) struct OpenSnapshot {
    lease: Lease,
}

impl OpenSnapshot {
    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.lease
    }

    pub(super) async fn end(mut self) -> Result<(), SqlError> {
        commit(&mut self.lease).await?;
        self.lease.give_back();
        Ok(())
    }
}

/// Gives work up after a time; its connection is then closed.
pub(super) async fn in_time<R>(
    limit: Duration,
    work: impl Future<Output = Result<R, SqlError>>,
) -> Result<R, SqlError> {
    let done = tokio::time::timeout(limit, work).await;
    done.unwrap_or(Err(SqlError::TimedOut))
}

async fn commit(connection: &mut Connection) -> Result<(), SqlError> {
    Ok(<Connection as AsyncConnection>::TransactionManager::commit_transaction(connection).await?)
}

async fn rollback(connection: &mut Connection) -> Result<(), SqlError> {
    Ok(
        <Connection as AsyncConnection>::TransactionManager::rollback_transaction(connection)
            .await?,
    )
}

/// A connection that goes back to the pool only when its work came to a known end. Otherwise (an error, a caller that
/// hung up and was dropped in the middle) it is closed, which undoes whatever transaction is open on it.
struct Lease {
    object: Option<Object<Connection>>,
}

impl Lease {
    fn give_back(mut self) {
        drop(self.object.take());
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            drop(Object::take(object));
        }
    }
}

impl Deref for Lease {
    type Target = Connection;

    #[expect(
        clippy::expect_used,
        reason = "only `give_back` and `drop` empty it, and both consume the lease"
    )]
    fn deref(&self) -> &Connection {
        self.object
            .as_ref()
            .expect("a lease in use holds its connection")
    }
}

impl DerefMut for Lease {
    #[expect(
        clippy::expect_used,
        reason = "only `give_back` and `drop` empty it, and both consume the lease"
    )]
    fn deref_mut(&mut self) -> &mut Connection {
        self.object
            .as_mut()
            .expect("a lease in use holds its connection")
    }
}
