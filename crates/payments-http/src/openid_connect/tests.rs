use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use payments_gateways::fakes::{FakeOpenIdProvider, FakeServer, FaultMode};
use payments_gateways::http::HttpSettings;
use payments_gateways::openid_connect::OpenIdError;
use payments_gateways::providers::http_client;
use serde_json::json;

use super::{KEPT, KEYS_AGAIN, OpenIdConnect};
use crate::manage_tokens::Attempts;
use crate::settings::{BadSettings, Sources, read};

const REDIRECT: &str = "http://127.0.0.1/console/openid-connect/callback/";

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

async fn provider() -> (Arc<FakeOpenIdProvider>, FakeServer, OpenIdConnect) {
    let fake = FakeOpenIdProvider::new("payments", "", REDIRECT, json!({"sub": "anna"}));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = FakeServer::start(address, Arc::clone(&fake) as _).await;
    let server = server.unwrap();
    let mut settings = read(&Sources::default())
        .unwrap()
        .settings
        .console
        .openid_connect;
    settings.issuer = server.base_url();
    settings.client_id = "payments".to_owned();
    let client = || Ok(Arc::new(http_client(&HttpSettings::default()).unwrap()));
    let provider = OpenIdConnect::of::<BadSettings>(&settings, Attempts::new(1), client).unwrap();
    (fake, server, provider.unwrap())
}

#[tokio::test]
async fn the_providers_keys_are_kept_for_an_hour_and_read_again_after_a_minute_if_one_is_missing() {
    let (fake, _server, provider) = provider().await;
    let metadata = provider.metadata(at(0)).await.unwrap();
    let mut sent = 0;
    for (seconds, oldest, is_read) in [
        (0, KEPT, true),
        (59, KEYS_AGAIN, false),
        (60, KEYS_AGAIN, true),
        (60 + 3_599, KEPT, false),
        (60 + 3_600, KEPT, true),
    ] {
        provider.keys(&metadata, at(seconds), oldest).await.unwrap();
        sent += usize::from(is_read);
        assert_eq!(fake.key_sets_sent(), sent, "after {seconds} s");
    }
}

#[tokio::test]
async fn after_the_provider_changed_its_key_the_new_one_is_read() {
    let (fake, _server, provider) = provider().await;
    let metadata = provider.metadata(at(0)).await.unwrap();
    let before = provider.keys(&metadata, at(0), KEPT).await.unwrap();
    fake.rotate_key();
    let after = provider.keys(&metadata, at(61), KEYS_AGAIN).await.unwrap();
    assert_ne!(format!("{before:?}"), format!("{after:?}"));
}

#[tokio::test]
async fn metadata_are_kept_for_an_hour_and_a_failure_for_a_moment() {
    let (_fake, server, provider) = provider().await;
    server.put(FaultMode::HangsUp);
    let failed = provider.metadata(at(0)).await;
    assert_eq!(failed.unwrap_err(), OpenIdError::Unavailable);
    server.put(FaultMode::Well);
    let again = provider.metadata(at(4)).await;
    assert!(again.is_err(), "everybody who waited would wait again");
    provider.metadata(at(5)).await.unwrap();
    server.put(FaultMode::HangsUp);
    let almost = at(5) + KEPT - TimeDelta::seconds(1);
    assert!(provider.metadata(almost).await.is_ok());
    assert!(provider.metadata(at(5) + KEPT).await.is_err());
}
