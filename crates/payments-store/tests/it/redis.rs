//! The flow store on every kind of Redis.

mod faults;
mod migrating;
mod process_reports;
mod shared_keys;

use std::time::Duration;

use chrono::TimeDelta;
use deadpool_redis::redis;
use payments_core::card::SealedCard;
use payments_core::card_storage::FlowState;
use payments_core::flow::{FlowKey, HeldCardKey};
use payments_core::testkit::{contract, sample};
use payments_store::testing::{OwnServers, named};
use payments_store::{FlowConfigIssue, FlowSettings, Flows, OpenFlowsError};
use tokio::net::TcpListener;

use crate::fixture::now;
use crate::servers::{flow_settings, flows};

const SINGLE: &str = "PAYMENTS_TEST_REDIS_URL";
const ENCRYPTED: &str = "PAYMENTS_TEST_REDIS_TLS_URL";
const SENTINEL_ENCRYPTED: &str = "PAYMENTS_TEST_REDIS_SENTINEL_TLS_URL";
const EVICTING: &str = "PAYMENTS_TEST_REDIS_EVICTING_URL";
const CLUSTER: &str = "PAYMENTS_TEST_REDIS_CLUSTER_URL";
const SENTINEL: &str = "PAYMENTS_TEST_REDIS_SENTINEL_URL";
const AUTHORITY: &str = "PAYMENTS_TEST_CA_FILE";

/// Declares the suites of both ports on a kind of Redis.
macro_rules! obligations_on {
    ($module:ident, $variable:ident) => {
        mod $module {
            use payments_core::testkit::contract;

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

            #[tokio::test]
            async fn the_servers_settings_are_as_they_should_be() {
                let (store, _) = super::flows(super::$variable).await;
                store.check().await.expect("an answer");
                assert_eq!(store.audit_config().await.expect("an answer"), []);
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
    sample::flow_state(now() + TimeDelta::seconds(60))
}

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
}

async fn raw(url: &str) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(url).expect("a client");
    client
        .get_multiplexed_async_connection()
        .await
        .expect("a connection")
}

#[tokio::test]
async fn every_key_expires_and_the_keys_of_a_flow_share_a_slot() {
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
async fn a_connection_is_encrypted_if_the_certificate_is_valid() {
    for variable in [ENCRYPTED, SENTINEL_ENCRYPTED] {
        let mut settings = flow_settings(&named(variable));
        // A program built for tests shakes hands slowly.
        settings.wait_timeout = Duration::from_secs(5);
        let unknown = refused(&settings).await;
        assert!(
            matches!(unknown, OpenFlowsError::Unreachable(_)),
            "{unknown:?}"
        );
        settings.ca_file = Some(named(AUTHORITY).into());
        let store = Flows::open(&settings).await.expect("a flow store");
        contract::flow_store(&*store.flows, now()).await;
        for unusable in [
            "/no/such/file",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ] {
            settings.ca_file = Some(unusable.into());
            let words = refused(&settings).await.to_string();
            assert!(words.starts_with("flows.ca_file "), "{words}");
        }
    }
}

#[tokio::test]
async fn a_server_that_evicts_is_a_concern() {
    let (store, _) = flows(EVICTING).await;
    let issues = store.audit_config().await.expect("an answer");
    assert!(
        matches!(&issues[..], [FlowConfigIssue::Evicts { policy }] if policy != "noeviction"),
        "{issues:?}"
    );
    assert!(issues[0].to_string().contains("flows.url"));
}

#[tokio::test]
async fn a_server_that_persists_or_refuses_config_get_is_reported() {
    let servers = OwnServers::start("redis");
    let url = servers.variable(SINGLE);
    let mut raw = raw(&url).await;
    let issues_at = async |url: &str| {
        let store = Flows::open(&flow_settings(url)).await;
        let issues = store.expect("a flow store").audit_config().await;
        issues.expect("an answer")
    };
    for (setting, on, off) in [("save", "3600 1", ""), ("appendonly", "yes", "no")] {
        for (value, issues) in [
            (on, vec![FlowConfigIssue::Persists { setting }]),
            (off, vec![]),
        ] {
            let mut set = redis::cmd("CONFIG");
            set.arg("SET").arg(setting).arg(value);
            set.exec_async(&mut raw).await.expect("a setting");
            assert_eq!(issues_at(&url).await, issues, "{setting} {value}");
        }
    }
    let mut quiet = redis::cmd("ACL");
    quiet.arg(&[
        "SETUSER",
        "quiet",
        "on",
        ">throw-away",
        "~*",
        "&*",
        "+@all",
        "-config",
    ]);
    quiet.exec_async(&mut raw).await.expect("a user");
    let quiet = url.replace("payments:", "quiet:");
    assert_eq!(issues_at(&quiet).await, [FlowConfigIssue::Unknown]);
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
