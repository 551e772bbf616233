//! The flow store on every kind of Redis.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use deadpool_redis::redis;
use payments_core::card::SealedCard;
use payments_core::card_storage::{FlowId, FlowKey, FlowState, Void};
use payments_core::ports::{HeldCardKey, Quota, QuotaAnswer, SaveFlowError, contract};
use payments_store::{FlowConcern, FlowSettings, Flows, OpenFlowsError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::ground::now;
use crate::servers::{OwnServers, flow_settings, flows, named};

const SINGLE: &str = "PAYMENTS_TEST_REDIS_URL";
const ENCRYPTED: &str = "PAYMENTS_TEST_REDIS_TLS_URL";
const EVICTING: &str = "PAYMENTS_TEST_REDIS_EVICTING_URL";
const CLUSTER: &str = "PAYMENTS_TEST_REDIS_CLUSTER_URL";
const SENTINEL: &str = "PAYMENTS_TEST_REDIS_SENTINEL_URL";
const AUTHORITY: &str = "PAYMENTS_TEST_CA_FILE";

/// Declares the suites of the three ports on a kind of Redis.
macro_rules! obligations_on {
    ($module:ident, $variable:ident) => {
        mod $module {
            use payments_core::ports::contract;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn flow_states_keep_their_obligations() {
                let (store, _) = super::flows(super::$variable).await;
                contract::flow_store(&*store.flows, super::now()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn held_cards_keep_their_obligations() {
                let (store, _) = super::flows(super::$variable).await;
                contract::held_cards(&*store.held_cards, super::now()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn quotas_keep_their_obligations() {
                let (store, _) = super::flows(super::$variable).await;
                contract::quotas(&*store.quotas, super::now()).await;
            }

            #[tokio::test]
            async fn the_servers_settings_are_as_they_should_be() {
                let (store, _) = super::flows(super::$variable).await;
                store.check().await.expect("an answer");
                assert_eq!(store.concerns().await.expect("an answer"), []);
                assert!(!store.is_in_memory());
            }
        }
    };
}

obligations_on!(on_a_single_server, SINGLE);
obligations_on!(on_a_cluster, CLUSTER);
obligations_on!(on_a_server_watched_by_sentinels, SENTINEL);

async fn refused(settings: &FlowSettings) -> OpenFlowsError {
    Flows::open(settings)
        .await
        .expect_err("no usable flow store")
}

fn flow(name: &str) -> FlowKey {
    FlowKey(name.to_owned())
}

fn held(name: &str) -> HeldCardKey {
    HeldCardKey {
        flow: flow(name),
        submission: "00".repeat(16),
    }
}

fn state() -> FlowState {
    FlowState::Void(Void {
        flow: FlowId([7; 16]),
        deadline: now() + TimeDelta::seconds(60),
    })
}

const ONE: Quota = Quota {
    limit: 1,
    window_seconds: 60,
};

/// Puts one entry of each kind.
async fn put_all(store: &Flows, name: &str) {
    let deadline = now() + TimeDelta::seconds(60);
    store
        .flows
        .save(&flow(name), None, &state(), deadline, now())
        .await
        .expect("a save");
    store
        .held_cards
        .put(&held(name), &SealedCard(vec![1, 2, 3]), deadline, now())
        .await
        .expect("a put");
    store
        .quotas
        .take(name, ONE, now())
        .await
        .expect("an answer");
}

async fn raw(url: &str) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(url).expect("a client");
    client
        .get_multiplexed_async_connection()
        .await
        .expect("a connection")
}

#[tokio::test]
async fn every_key_ends_by_itself_and_a_flows_keys_lie_together() {
    let (store, settings) = flows(SINGLE).await;
    put_all(&store, "abc").await;
    let mut raw = raw(&named(SINGLE)).await;
    let pattern = format!("{}:*", settings.key_prefix);
    let mut keys: Vec<String> = redis::cmd("KEYS")
        .arg(pattern)
        .query_async(&mut raw)
        .await
        .expect("keys");
    keys.sort();
    let prefix = &settings.key_prefix;
    let submission = "00".repeat(16);
    let expected = [
        format!("{prefix}:flow:{{abc}}"),
        format!("{prefix}:held:{{abc}}:{submission}"),
        format!("{prefix}:quota:{{abc}}"),
    ];
    assert_eq!(keys, expected);
    for key in keys {
        let left: i64 = redis::cmd("PTTL")
            .arg(&key)
            .query_async(&mut raw)
            .await
            .expect("a time to live");
        assert!((1..=60_000).contains(&left), "{key} lives {left} ms");
    }
}

#[tokio::test]
async fn a_link_is_encrypted_where_the_certificate_is_good() {
    let mut settings = flow_settings(&named(ENCRYPTED));
    let unknown = refused(&settings).await;
    assert!(
        matches!(unknown, OpenFlowsError::Unreachable(_)),
        "{unknown:?}"
    );
    settings.ca_file = Some(named(AUTHORITY).into());
    let store = Flows::open(&settings).await.expect("a flow store");
    contract::flow_store(&*store.flows, now()).await;
    settings.ca_file = Some("/no/such/file".into());
    assert!(
        refused(&settings)
            .await
            .to_string()
            .contains("flows.ca_file")
    );
}

#[tokio::test]
async fn a_server_that_evicts_is_a_concern() {
    let (store, _) = flows(EVICTING).await;
    let concerns = store.concerns().await.expect("an answer");
    assert!(
        matches!(&concerns[..], [FlowConcern::Evicts { policy }] if policy != "noeviction"),
        "{concerns:?}"
    );
    assert!(concerns[0].to_string().contains("flows.url"));
}

#[tokio::test]
async fn a_server_that_does_not_let_us_in_is_named_by_its_setting() {
    for variable in [SINGLE, CLUSTER, SENTINEL] {
        let url = named(variable).replace(":throw-away@", ":wrong-secret@");
        let error = refused(&flow_settings(&url)).await;
        assert!(matches!(error, OpenFlowsError::Unreachable(_)), "{error:?}");
        let words = error.to_string();
        assert!(
            words.contains("flows.url") && !words.contains("secret"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_by_its_setting_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let silent = silent.local_addr().expect("a port");
    for url in [
        "redis://:secret@127.0.0.1:1".to_owned(),
        "redis-cluster://:secret@127.0.0.1:1,127.0.0.1:2".to_owned(),
        "redis-sentinel://:secret@127.0.0.1:1/0?master=payments".to_owned(),
        named(SENTINEL).replace("master=payments", "master=another"),
        format!("redis://:secret@{silent}"),
    ] {
        let mut settings = flow_settings(&url);
        settings.wait_timeout = Duration::from_millis(200);
        let error = refused(&settings).await;
        assert!(
            matches!(error, OpenFlowsError::Unreachable(_)),
            "{url}: {error:?}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_url_that_makes_no_sense_is_refused_without_repeating_it() {
    for url in [
        "redis://:secret@host:port",
        "redis-sentinel://:secret@host",
        "redis-cluster://:secret@host/3",
    ] {
        let error = refused(&flow_settings(url)).await;
        assert!(
            matches!(error, OpenFlowsError::MalformedUrl(_)),
            "{error:?}"
        );
        assert!(
            error.to_string().starts_with("flows.url ") && !error.to_string().contains("secret"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn links_that_died_meanwhile_lose_nothing() {
    let mut servers = OwnServers::start("redis");
    let store = Flows::open(&flow_settings(&servers.variable(SINGLE)))
        .await
        .expect("a flow store");
    put_all(&store, "before").await;
    servers.order("stop redis");
    store.check().await.expect_err("it is away");
    let deadline = now() + TimeDelta::seconds(60);
    let lost = store
        .flows
        .save(&flow("away"), None, &state(), deadline, now())
        .await;
    assert!(
        matches!(lost, Err(SaveFlowError::Unavailable(_))),
        "{lost:?}"
    );
    servers.order("start redis");
    // Every pooled link is dead by now, and none of them costs a caller anything.
    put_all(&store, "after").await;
    let taken = store
        .held_cards
        .take(&held("after"), now())
        .await
        .expect("an answer");
    assert!(taken.is_some());
}

/// Passes everything on to a server, until it hears a command: that one still gets through, its reply does not.
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
                                // The server answers, and nobody is told.
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
    assert!(
        seen.flows
            .load(&flow("lost"), now())
            .await
            .expect("a load")
            .is_some(),
        "it was done"
    );

    cut.quotas
        .take("lost", Quota { limit: 2, ..ONE }, now())
        .await
        .expect_err("nobody knows");
    assert_eq!(heard.load(std::sync::atomic::Ordering::SeqCst), 2);
    let second = seen
        .quotas
        .take("lost", Quota { limit: 2, ..ONE }, now())
        .await
        .expect("an answer");
    assert_eq!(second, QuotaAnswer::Granted, "it was counted once");

    let (cut, heard) = open(b"GETDEL").await;
    seen.held_cards
        .put(&held("lost"), &SealedCard(vec![1]), deadline, now())
        .await
        .expect("a put");
    assert!(
        cut.held_cards.take(&held("lost"), now()).await.is_err(),
        "nobody knows"
    );
    assert_eq!(heard.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert!(
        seen.held_cards
            .take(&held("lost"), now())
            .await
            .expect("an answer")
            .is_none(),
        "it is gone for good"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_is_lived_through() {
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
    // The replica has it before its master dies.
    tokio::time::sleep(Duration::from_millis(300)).await;
    servers.order("kill redis-sentinel-master");
    #[expect(
        clippy::disallowed_methods,
        reason = "the servers live by the real clock"
    )]
    let died = tokio::time::Instant::now();
    let saved = loop {
        match store
            .flows
            .save(&key, Some(version), &state(), deadline, now())
            .await
        {
            Ok(version) => break version,
            Err(error) => assert!(
                died.elapsed() < Duration::from_mins(1) && !matches!(error, SaveFlowError::Stale),
                "{error:?} after {:?}",
                died.elapsed()
            ),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(saved > version);
    let stale = store
        .flows
        .save(&key, Some(version), &state(), deadline, now())
        .await;
    assert!(matches!(stale, Err(SaveFlowError::Stale)), "{stale:?}");
    store.check().await.expect("the new master answers");
}
