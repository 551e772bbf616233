//! Who is not signed in, and what is said.

use std::time::Duration;

use payments_gateways::fakes::{FaultMode, IdTokenFault};
use reqwest::Method;
use serde_json::json;

use super::{BEGIN, CALLBACK, PENDING, Store, cookie};
use crate::console::{COOKIE, send_token};
use crate::manage::running::{Answer, TOKEN};

#[tokio::test]
async fn an_id_token_of_another_sign_in_is_rejected() {
    let store = Store::open(&[]).await;
    for fault in [
        IdTokenFault::OtherNonce,
        IdTokenFault::OtherAudience,
        IdTokenFault::TwoAudiences,
        IdTokenFault::OtherParty,
        IdTokenFault::OtherIssuer,
        IdTokenFault::Expired,
        IdTokenFault::Future,
        IdTokenFault::Unsigned,
        IdTokenFault::PublicKeyAsSecret,
        IdTokenFault::OtherSigner,
        IdTokenFault::UnknownKey,
        IdTokenFault::Changed,
    ] {
        store.provider.put(fault);
        let refused = store.sign_in().await;
        assert_eq!(refused.status, 502, "{fault:?}: {refused:?}");
        assert!(cookie(&refused, COOKIE).is_none(), "{fault:?}");
        assert_eq!(cookie(&refused, PENDING).as_deref(), Some(""), "{fault:?}");
    }
    store.provider.put(IdTokenFault::None);
    assert_eq!(store.sign_in().await.status, 200);
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_fetched_but_not_for_every_unknown_one() {
    let store = Store::open(&[]).await;
    store.signed_in().await;
    assert_eq!(store.provider.key_sets_sent(), 1);
    store.signed_in().await;
    assert_eq!(store.provider.key_sets_sent(), 1, "it is kept");
    store.provider.put(IdTokenFault::UnknownKey);
    for _ in 0..3 {
        assert_eq!(store.sign_in().await.status, 502);
    }
    assert_eq!(store.provider.key_sets_sent(), 1, "at most once a minute");
}

#[tokio::test]
async fn a_provider_that_fails_is_reported_and_tokens_still_work() {
    let store = Store::open(&[]).await;
    let (pending, path) = store.at_the_provider(BEGIN).await;
    for fault in [
        FaultMode::ServerError,
        FaultMode::WebPage,
        FaultMode::Redirect,
        FaultMode::HangsUp,
        FaultMode::TenMegabytes,
        FaultMode::Slow(Duration::from_secs(3)),
    ] {
        store.server.put(fault);
        let failed = store.comes_back(&pending, &path).await;
        assert_eq!(failed.status, 502, "{fault:?}");
        assert!(
            failed
                .body
                .contains("The sign-in service cannot be used now."),
            "{fault:?}"
        );
        assert!(!failed.body.contains("code-"), "nothing is echoed");
    }
    let other = store
        .comes_back(
            &pending,
            &format!("{path}&iss=https%3A%2F%2Fanother.example"),
        )
        .await;
    assert_eq!(other.status, 400, "a parameter that is there twice");
    assert_eq!(send_token(&store.service, TOKEN).await.status, 303);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_at_the_beginning_is_reported() {
    let store = Store::open(&[]).await;
    store.server.put(FaultMode::HangsUp);
    let failed = Answer::of(store.service.anonymous(Method::GET, BEGIN)).await;
    assert_eq!(failed.status, 502);
    assert!(
        failed
            .body
            .contains("The sign-in service cannot be used now.")
    );
}

#[tokio::test]
async fn a_response_of_another_issuer_and_a_denial_are_rejected() {
    let store = Store::open(&[]).await;
    let (pending, path) = store.at_the_provider(BEGIN).await;
    let (before, _) = path.split_once("&iss=").unwrap();
    let mixed_up = store
        .comes_back(&pending, &format!("{before}&iss=https://another.example"))
        .await;
    assert_eq!(mixed_up.status, 502, "{mixed_up:?}");
    // The fake announces that it names itself.
    let unnamed = store.comes_back(&pending, before).await;
    assert_eq!(unnamed.status, 502, "{unnamed:?}");
    let (_, state) = before.split_once("&state=").unwrap();
    let denied = format!(
        "{CALLBACK}?error=access_denied&error_description=%3Cb%3E&state={state}&iss={}",
        store.server.base_url()
    );
    let denied = store.comes_back(&pending, &denied).await;
    assert_eq!(denied.status, 403);
    assert!(denied.body.contains("The sign-in was not completed."));
    assert!(!denied.body.contains("access_denied") && !denied.body.contains("<b>"));
}

#[tokio::test]
async fn a_person_without_a_role_or_with_the_name_of_a_token_is_refused() {
    let store = Store::open(&[]).await;
    for person in [
        json!({"sub": "ben"}),
        json!({"sub": "ben", "roles": []}),
        json!({"sub": "ben", "roles": ["cooks", "admin", "catalog"]}),
        json!({"sub": "back_office", "roles": "campaigns"}),
        json!({"sub": "demo", "roles": "campaigns"}),
        json!({"sub": "annas_laptop", "roles": "campaigns"}),
    ] {
        store.provider.identify(person.clone());
        let refused = store.sign_in().await;
        assert_eq!(refused.status, 403, "{person}");
        assert!(
            refused.body.contains("Your account has no role here."),
            "{person}"
        );
        assert!(cookie(&refused, COOKIE).is_none(), "{person}");
    }
    for person in [
        json!({"roles": "campaigns"}),
        json!({"sub": "Anna (approved by ben)", "roles": "campaigns"}),
    ] {
        store.provider.identify(person.clone());
        assert_eq!(store.sign_in().await.status, 502, "{person}");
    }
}

#[tokio::test]
async fn callbacks_of_an_address_are_limited_before_the_provider_is_called() {
    let store = Store::open(&[("manage.wrong_tokens_per_minute", "2")]).await;
    let (pending, path) = store.at_the_provider(BEGIN).await;
    assert_eq!(store.comes_back(&pending, &path).await.status, 200);
    assert_eq!(store.comes_back(&pending, &path).await.status, 403);
    let connections = store.server.connections();
    let refused = store.comes_back(&pending, &path).await;
    assert_eq!(refused.status, 429, "{refused:?}");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 60);
    assert!(
        refused
            .body
            .contains("Too many sign-ins from your address.")
    );
    assert_eq!(store.server.connections(), connections);
    assert_eq!(
        send_token(&store.service, TOKEN).await.status,
        303,
        "tokens work"
    );
}
