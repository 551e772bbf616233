//! A pool of connections, and three ways to use one: a single read, a snapshot of several reads, a write.

use std::any::type_name;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncConnection, TransactionManager};

use payments_spans::Span;
use payments_sql::changes::CatalogChanges;
use payments_sql::pool::PoolState;
use payments_sql::query_name::query_name;
use payments_sql::settings::{StoreSettings, longest_write};
use payments_sql::sql_error::SqlError;

use super::{Connection, SYSTEM, Source};

/// The maximum number of attempts, after conflicts and stale connections.
const ATTEMPTS: u32 = 5;

/// A database, which implements the ports.
pub struct Database {
    pool: Pool<Connection>,
    source: Source,
    statement_timeout: Duration,
}

/// Work on a connection that can be retried. (An `AsyncFn` whose future is known to be `Send`.)
pub(crate) trait Work<C, R>:
    AsyncFn(C) -> R + Fn(C) -> <Self as Work<C, R>>::Running
{
    type Running: Future<Output = R>;
}

impl<F, C, R, Running> Work<C, R> for F
where
    F: AsyncFn(C) -> R + Fn(C) -> Running,
    Running: Future<Output = R>,
{
    type Running = Running;
}

/// Work without its type: timeouts, retries and transactions are compiled once, not once per query.
trait Retryable: Send {
    fn run<'a>(
        &'a mut self,
        connection: &'a mut Connection,
    ) -> Pin<Box<dyn Future<Output = Result<(), SqlError>> + Send + 'a>>;
}

/// Work with the answer of its last successful attempt.
struct Answering<W, R> {
    work: W,
    answer: Option<R>,
}

impl<W, R> Answering<W, R> {
    const fn new(work: W) -> Self {
        Self { work, answer: None }
    }

    #[expect(clippy::expect_used, reason = "`run` was successful")]
    fn answer(self) -> R {
        self.answer.expect("successful work has an answer")
    }
}

impl<W, R> Retryable for Answering<W, R>
where
    for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
        + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
        + Sync
        + Send,
    R: Send,
{
    fn run<'a>(
        &'a mut self,
        connection: &'a mut Connection,
    ) -> Pin<Box<dyn Future<Output = Result<(), SqlError>> + Send + 'a>> {
        Box::pin(async move {
            self.answer = Some((self.work)(connection).await?);
            Ok(())
        })
    }
}

/// A kind of transaction.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Several reads that see one state of the data.
    Snapshot,
    /// Reads and writes; each statement sees what was committed before it.
    Write,
    /// Reads and writes that see one state of the data, and conflict with every later change of the same rows.
    ConditionalWrite,
}

impl Kind {
    const fn operation(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Write | Self::ConditionalWrite => "write",
        }
    }
}

fn span(operation: &'static str, closure: &'static str) -> Span {
    payments_spans::query(SYSTEM, operation, || query_name(closure))
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

    /// The timeout of a single query, including the wait for a connection.
    pub(super) const fn query_timeout(&self) -> Duration {
        self.statement_timeout
    }

    pub(super) fn pool_state(&self) -> PoolState {
        self.pool.status().into()
    }

    pub(super) fn catalog_changes(&self) -> CatalogChanges {
        self.source.changes()
    }

    /// Removes a connection from the pool permanently, so that settings made on it do not leak.
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
        let span = span("read", type_name::<W>());
        let mut work = Answering::new(work);
        let read = in_time(self.statement_timeout, self.read_with_retries(&mut work));
        payments_spans::within(span, read, SqlError::kind).await?;
        Ok(work.answer())
    }

    async fn read_with_retries(&self, work: &mut dyn Retryable) -> Result<(), SqlError> {
        let mut attempt = 1;
        loop {
            let mut lease = self.lease().await?;
            match work.run(&mut lease).await {
                Ok(()) => {
                    lease.give_back();
                    return Ok(());
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
        self.transaction(Kind::Snapshot, work).await
    }

    /// Begins a snapshot for work that streams what it reads: it cannot be retried, and has no timeout as a whole.
    pub(super) async fn open_snapshot(&self, name: &'static str) -> Result<OpenSnapshot, SqlError> {
        let span = payments_spans::query(SYSTEM, Kind::Snapshot.operation(), || name.to_owned());
        let opened = async {
            let mut lease = self.lease().await?;
            let begun = super::begin(&mut lease, Kind::Snapshot);
            in_time(self.statement_timeout * 2, begun).await?;
            Ok(lease)
        };
        let lease = payments_spans::within(span.clone(), opened, SqlError::kind).await?;
        Ok(OpenSnapshot { lease, _span: span })
    }

    /// Runs a transaction that writes. Work that conflicts with another transaction, or with a constraint that the other
    /// one's write violates, is rolled back and retried: it then sees what the other one wrote.
    pub(crate) async fn write<R, W>(&self, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        self.transaction(Kind::Write, work).await
    }

    /// Runs a transaction of this kind: a [`snapshot`](Self::snapshot) or a [`write`](Self::write).
    pub(super) async fn transaction<R, W>(&self, kind: Kind, work: W) -> Result<R, SqlError>
    where
        for<'c> W: AsyncFn(&'c mut Connection) -> Result<R, SqlError>
            + Work<&'c mut Connection, Result<R, SqlError>, Running: Send>
            + Sync
            + Send,
        R: Send,
    {
        let span = span(kind.operation(), type_name::<W>());
        let mut work = Answering::new(work);
        let limit = longest_write(self.statement_timeout);
        let done = in_time(limit, self.transaction_with_retries(kind, &mut work));
        payments_spans::within(span, done, SqlError::kind).await?;
        Ok(work.answer())
    }

    async fn transaction_with_retries(
        &self,
        kind: Kind,
        work: &mut dyn Retryable,
    ) -> Result<(), SqlError> {
        let mut attempt = 1;
        loop {
            let mut lease = self.lease().await?;
            // Detects a server that hangs; on SQLite a writer may wait that long for the write lock.
            let begun = in_time(self.statement_timeout * 2, super::begin(&mut lease, kind));
            let error = match begun.await {
                Ok(()) => match work.run(&mut lease).await {
                    Ok(()) => {
                        // The outcome of a COMMIT whose response was lost is unknown: only a definite refusal is retried.
                        match commit(&mut lease).await {
                            Ok(()) => {
                                lease.give_back();
                                return Ok(());
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

/// A snapshot that is open until `end`; dropping it closes its connection.
pub(super) struct OpenSnapshot {
    lease: Lease,
    /// Ends with the snapshot.
    _span: Span,
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

/// Cancels work after a timeout; its connection is then closed.
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

/// A connection that returns to the pool only if its work is known to have ended. Otherwise (an error, a cancelled
/// caller) it is closed, which rolls an open transaction back.
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
