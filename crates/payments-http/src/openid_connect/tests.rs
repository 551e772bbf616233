use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use payments_gateways::fakes::{FakeOpenIdProvider, FakeServer, FaultMode};
use payments_gateways::http::HttpSettings;
use payments_gateways::openid_connect::OpenIdError;
use payments_gateways::providers::http_client;
use serde_json::json;

use payments_core::ports::Clock as _;

use super::id_token::Invalid;
use super::pending::Pending;
use super::{KEPT, KEYS_AGAIN, NotSignedIn, OpenIdConnect, Person};
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
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
    settings.redirect_url = REDIRECT.to_owned();
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

/// Signs in at a moment.
async fn sign_in(provider: &OpenIdConnect, now: DateTime<Utc>) -> Result<Person, NotSignedIn> {
    let pending = Pending::begin(None, &SystemEntropy, now);
    let url = provider.authorization_url(&pending, now).await.unwrap();
    // The client needs a TLS provider although it never uses TLS here.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let sent = client.build().unwrap().get(url).send().await.unwrap();
    let back = sent.headers()["location"].to_str().unwrap().to_owned();
    let code = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    provider.person(&code, &pending, now).await
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_read_for_the_token_that_it_signed() {
    let (fake, _server, provider) = provider().await;
    let now = SystemClock.now();
    assert_eq!(sign_in(&provider, now).await.unwrap().name, "anna");
    fake.rotate_key();
    let within_a_minute = sign_in(&provider, now).await;
    assert!(matches!(
        within_a_minute,
        Err(NotSignedIn::IdToken(Invalid::UnknownKey))
    ));
    assert!(sign_in(&provider, now + KEYS_AGAIN).await.is_ok());
    assert_eq!(fake.key_sets_sent(), 2);
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
