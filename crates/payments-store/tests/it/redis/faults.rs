//! Broken connections, lost replies, and failovers.

use std::cell::Cell;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use deadpool_redis::redis;
use futures_util::future::join_all;
use payments_core::card::SealedCard;
use payments_core::ports::{SaveFlowError, Version};
use payments_store::Flows;
use payments_store::testing::{OwnServers, named};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{CLUSTER, SENTINEL, SINGLE, flow, held, put_all, raw, state};
use crate::fixture::{eventually, now, within};
use crate::servers::flow_settings;

#[tokio::test]
async fn broken_connections_are_replaced_without_an_error() {
    let mut servers = OwnServers::start("redis");
    let store = Flows::open(&flow_settings(&servers.variable(SINGLE)))
        .await
        .expect("a flow store");
    put_all(&store, "before").await;
    let load = async |name| store.flows.load(&flow(name), now()).await;
    assert!(load("before").await.expect("an answer").is_some());
    servers.order("stop redis");
    servers.order("start redis");
    // Every connection is broken now, and no caller gets an error.
    assert!(load("before").await.expect("an answer").is_none());
    put_all(&store, "after").await;
    assert!(load("after").await.expect("an answer").is_some());
    let taken = store
        .held_cards
        .take(&held("after"), now())
        .await
        .expect("an answer");
    assert!(taken.is_some());
}

/// Waits until the replica of the sentinels' master has everything the master has.
async fn wait_for_replica(url: &str) {
    let sentinel = url.split_once('@').expect("a login").1;
    let sentinel = sentinel.split([',', '/']).next().expect("an address");
    let (host, port): (String, u16) = redis::cmd("SENTINEL")
        .arg(&["get-master-addr-by-name", "payments"])
        .query_async(&mut raw(&format!("redis://{sentinel}")).await)
        .await
        .expect("a master");
    let key = "replicated";
    let mut master = raw(&format!("redis://payments:throw-away@{host}:{port}")).await;
    let replicas: u32 = redis::pipe()
        .cmd("SET")
        .arg(&[key, "", "PX", "1000"])
        .ignore()
        .cmd("WAIT")
        .arg(&["1", "10000"])
        .query_async::<(u32,)>(&mut master)
        .await
        .expect("an acknowledgement")
        .0;
    assert_eq!(replicas, 1, "the replica has not caught up");
}

#[tokio::test]
async fn calls_fail_fast_during_an_outage_and_recover() {
    let mut servers = OwnServers::start("redis");
    let store = Flows::open(&flow_settings(&servers.variable(SINGLE)))
        .await
        .expect("a flow store");
    for order in ["stop redis", "kill redis"] {
        servers.order(order);
        save(&store, "away").await.expect_err("an outage");
        fails_fast(&store).await;
        servers.order("start redis");
        recovers(&store).await;
        put_all(&store, order).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_delays_only_the_first_callers_and_recovers() {
    let mut servers = OwnServers::start("redis");
    let mut impatient = flow_settings(&servers.variable(SINGLE));
    impatient.wait_timeout = Duration::from_secs(2);
    let store = Flows::open(&impatient).await.expect("a flow store");
    let many = || join_all((0..40).map(|number| save_of(&store, number)));
    assert!(many().await.iter().all(Result::is_ok));
    servers.order("pause redis");
    // More callers than links: some wait for a link, some for an answer, none for both twice.
    let first = timed(many()).await;
    assert!(first.0.iter().all(Result::is_err));
    assert!(first.1 < impatient.wait_timeout * 3, "{:?}", first.1);
    fails_fast(&store).await;
    servers.order("resume redis");
    recovers(&store).await;
    put_all(&store, "after").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_of_a_cluster_that_hangs_holds_up_its_own_keys_only() {
    let mut servers = OwnServers::start("redis-cluster");
    let mut impatient = flow_settings(&servers.variable(CLUSTER));
    impatient.wait_timeout = Duration::from_secs(2);
    let store = Flows::open(&impatient).await.expect("a flow store");
    let many = || join_all((0..40).map(|number| save_of(&store, number)));
    assert!(many().await.iter().all(Result::is_ok));
    servers.order("pause redis-cluster-1");
    let (saved, took) = timed(many()).await;
    assert!(took < impatient.wait_timeout * 3, "{took:?}");
    let refused = saved.iter().filter(|saved| saved.is_err()).count();
    assert!((1..40).contains(&refused), "{refused} of 40");
    servers.order("resume redis-cluster-1");
    recovers(&store).await;
    assert!(many().await.iter().all(Result::is_ok));
}

async fn save(store: &Flows, name: &str) -> Result<Version, SaveFlowError> {
    let deadline = now() + TimeDelta::seconds(60);
    let (key, state) = (flow(name), state());
    store.flows.save(&key, None, &state, deadline, now()).await
}

/// Saves the flow of this number, unless it is there.
async fn save_of(store: &Flows, number: u32) -> Result<(), SaveFlowError> {
    match save(store, &number.to_string()).await {
        Ok(_) | Err(SaveFlowError::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Callers do not wait for a server that is known to be down. The quickest of some tries counts: a busy machine may
/// interrupt any of them.
async fn fails_fast(store: &Flows) {
    let mut quickest = Duration::MAX;
    for _ in 0..10 {
        let (answers, took) = timed(async {
            store.check().await.expect_err("an outage");
            join_all((0..40).map(|number| save_of(store, number))).await
        })
        .await;
        assert!(answers.iter().all(Result::is_err));
        quickest = quickest.min(took);
    }
    assert!(quickest < Duration::from_millis(100), "{quickest:?}");
}

/// Waits until the store has recovered, with a timeout of seconds.
async fn recovers(store: &Flows) {
    let answers = async || store.check().await.is_ok();
    within("it answers again", Duration::from_secs(5), answers).await;
}

async fn timed<R>(work: impl Future<Output = R>) -> (R, Duration) {
    #[expect(clippy::disallowed_methods, reason = "how long it takes is the point")]
    let started = tokio::time::Instant::now();
    (work.await, started.elapsed())
}

/// Forwards everything to a server until a command arrives: the command is forwarded, its reply is not.
async fn cutting_proxy(
    server: String,
    command: &'static [u8],
) -> (String, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("a port").to_string();
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = heard.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (server, counter) = (server.clone(), counter.clone());
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.expect("the server");
                let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
                loop {
                    tokio::select! {
                        read = client.read(&mut up) => {
                            let Ok(length @ 1..) = read else { return };
                            server.write_all(&up[..length]).await.expect("the server");
                            if up[..length].windows(command.len()).any(|window| window == command) {
                                counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                                // The server's replies are lost.
                                drop(server.read(&mut down).await);
                                return;
                            }
                        }
                        read = server.read(&mut down) => {
                            let Ok(length @ 1..) = read else { return };
                            if client.write_all(&down[..length]).await.is_err() {
                                return;
                            }
                        }
                    }
                }
            });
        }
    });
    (address, heard)
}

/// The URL with another host.
fn through(url: &str, proxy: &str) -> (String, String) {
    let (before, rest) = url.split_once('@').expect("a password");
    let (host, path) = rest.split_once('/').expect("a database");
    (format!("{before}@{proxy}/{path}"), host.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_reply_was_lost_is_never_sent_again() {
    let direct = flow_settings(&named(SINGLE));
    let seen = Flows::open(&direct).await.expect("a flow store");
    let deadline = now() + TimeDelta::seconds(60);

    let open = async |command: &'static [u8]| {
        let (_, host) = through(&named(SINGLE), "");
        let (proxy, heard) = cutting_proxy(host, command).await;
        let mut settings = direct.clone();
        settings.url = through(&named(SINGLE), &proxy).0.into();
        (Flows::open(&settings).await.expect("a flow store"), heard)
    };

    let (cut, heard) = open(b"EVAL").await;
    let lost = cut
        .flows
        .save(&flow("lost"), None, &state(), deadline, now())
        .await;
    assert!(
        matches!(lost, Err(SaveFlowError::Unavailable(_))),
        "{lost:?}"
    );
    assert_eq!(heard.load(std::sync::atomic::Ordering::SeqCst), 1);
    // One broken connection does not mean that the server is down.
    recovers(&cut).await;
    assert!(
        seen.flows
            .load(&flow("lost"), now())
            .await
            .expect("a load")
            .is_some(),
        "it was done"
    );

    let (cut, heard) = open(b"GETDEL").await;
    seen.held_cards
        .put(&held("lost"), &SealedCard(vec![1]), deadline, now())
        .await
        .expect("a put");
    assert!(
        cut.held_cards.take(&held("lost"), now()).await.is_err(),
        "the outcome is unknown"
    );
    assert_eq!(heard.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert!(
        seen.held_cards
            .take(&held("lost"), now())
            .await
            .expect("an answer")
            .is_none(),
        "it is deleted"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_is_survived() {
    let mut servers = OwnServers::start("redis-sentinel");
    let store = Flows::open(&flow_settings(&servers.variable(SENTINEL)))
        .await
        .expect("a flow store");
    #[expect(
        clippy::disallowed_methods,
        reason = "the servers live by the real clock"
    )]
    let now = Utc::now;
    let key = flow("failover");
    let deadline = now() + TimeDelta::seconds(300);
    let version = store
        .flows
        .save(&key, None, &state(), deadline, now())
        .await
        .expect("a save");
    put_all(&store, "before").await;
    wait_for_replica(&servers.variable(SENTINEL)).await;
    servers.order("kill redis-sentinel-master");
    let saved = Cell::new(None);
    let has_saved = async || {
        let flows = &store.flows;
        match flows
            .save(&key, Some(version), &state(), deadline, now())
            .await
        {
            Ok(version) => saved.set(Some(version)),
            Err(error) => assert!(!matches!(error, SaveFlowError::Stale), "{error:?}"),
        }
        saved.get().is_some()
    };
    eventually("a save", has_saved).await;
    assert!(saved.get() > Some(version));
    let stale = store
        .flows
        .save(&key, Some(version), &state(), deadline, now())
        .await;
    assert!(matches!(stale, Err(SaveFlowError::Stale)), "{stale:?}");
    store.check().await.expect("the new master answers");
}
