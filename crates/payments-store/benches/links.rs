//! What a read of flow state costs over links to Redis that are checked out, and over one that is shared.
//!
//! `cargo xtask services --only redis` says where a server is; then `cargo bench -p payments-store`.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot be set up fails"
)]

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Pool, RecycleResult, Timeouts};
use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::{Client, RedisError, cmd};
use divan::Bencher;
use futures_util::future::join_all;
use payments_store::testing::{REDIS_URL, named};
use tokio::runtime::Runtime as Tokio;

/// Callers at the same time.
const CALLERS: [usize; 3] = [1, 16, 64];
/// As many links as `flows.pool_size` has by default.
const LINKS: usize = 16;

fn main() {
    divan::main();
}

fn tokio() -> Tokio {
    Tokio::new().expect("a runtime")
}

fn client() -> Client {
    Client::open(named(REDIS_URL)).expect("a URL")
}

async fn get(mut link: MultiplexedConnection) -> Option<Vec<u8>> {
    let answer = cmd("GET").arg("bench:{flow}").query_async(&mut link).await;
    answer.expect("an answer")
}

/// Hands a link out as it is.
struct Unasked(Client);

impl Manager for Unasked {
    type Type = MultiplexedConnection;
    type Error = RedisError;

    async fn create(&self) -> Result<MultiplexedConnection, RedisError> {
        self.0.get_multiplexed_async_connection().await
    }

    async fn recycle(
        &self,
        _link: &mut MultiplexedConnection,
        _metrics: &Metrics,
    ) -> RecycleResult<RedisError> {
        Ok(())
    }
}

fn pool<M: Manager>(manager: M) -> Pool<M> {
    let patience = Some(Duration::from_secs(5));
    let timeouts = Timeouts {
        wait: patience,
        create: patience,
        recycle: patience,
    };
    let builder = Pool::builder(manager).max_size(LINKS).timeouts(timeouts);
    builder.runtime(Runtime::Tokio1).build().expect("a pool")
}

fn measure_pool<M>(bencher: Bencher<'_, '_>, callers: usize, manager: M)
where
    M: Manager<Type = MultiplexedConnection, Error = RedisError>,
{
    let (tokio, pool) = (tokio(), pool(manager));
    let one = || async {
        let link = pool.get().await.expect("a link");
        get(link.clone()).await
    };
    let all = || tokio.block_on(join_all((0..callers).map(|_| one())));
    all();
    bencher.bench_local(all);
}

/// As commands that write are sent: the link says PING first.
#[divan::bench(args = CALLERS)]
fn checked_out_and_asked(bencher: Bencher<'_, '_>, callers: usize) {
    let manager = deadpool_redis::Manager::new(named(REDIS_URL)).expect("a URL");
    measure_pool(bencher, callers, manager);
}

#[divan::bench(args = CALLERS)]
fn checked_out(bencher: Bencher<'_, '_>, callers: usize) {
    measure_pool(bencher, callers, Unasked(client()));
}

#[divan::bench(args = CALLERS)]
fn shared(bencher: Bencher<'_, '_>, callers: usize) {
    let (tokio, client) = (tokio(), client());
    let link = tokio
        .block_on(client.get_multiplexed_async_connection())
        .expect("a link");
    bencher.bench_local(|| tokio.block_on(join_all((0..callers).map(|_| get(link.clone())))));
}
