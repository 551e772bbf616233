//! The service's status, and the check of its providers.

use payments_core::catalog::GatewayAccount;
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::Intent;
use payments_core::slug::Slug;
use payments_gateways::fakes::FaultMode;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, TOKEN};
use crate::app::{CUSTOMER, GOOD_NUMBER, PHONE, TestApp};
use crate::openapi::{check_value, document};
use crate::provider_harness::{Gateway, Harness, SECRET, Sender};
use crate::saved_cards::saved;

/// SHA-256 of [`TOKEN`].
pub(crate) const TOKEN_SETTING: (&str, &str) = (
    "manage.tokens.back_office",
    "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a",
);

async fn send(app: &TestApp, method: Method, path: &str) -> Answer {
    let path = format!("/manage/v1/status/{path}");
    let request = app.request(method, &path).bearer_auth(TOKEN);
    Answer::of(request.header("accept-language", "en")).await
}

/// The status, which is as described.
async fn status(app: &TestApp) -> Value {
    let answer = send(app, Method::GET, "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let status = answer.json();
    let document = document();
    let schema = &document["components"]["schemas"]["ServiceStatus"];
    check_value(&document, "status", schema, &status);
    status
}

/// What happened in the last hour, by name.
pub(crate) async fn last_hour(app: &TestApp) -> Value {
    sums(&status(app).await["minutes"])
}

/// The sum of each list.
fn sums(minutes: &Value) -> Value {
    let lists = minutes.as_object().unwrap().iter();
    let lists = lists.filter_map(|(name, list)| Some((name, list.as_array()?)));
    let sum = |list: &Vec<Value>| list.iter().filter_map(Value::as_u64).sum::<u64>();
    lists
        .map(|(name, list)| (name.clone(), json!(sum(list))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn the_last_hour_is_counted_without_naming_customers() {
    let app = TestApp::start_with(&[TOKEN_SETTING]).await;
    for (path, status) in [
        ("/payments/cards/product/1/", 200),
        ("/payments/cards/basket", 200),
        ("/payments/cards/products/?pk=1,2", 200),
        ("/payments/cards/product/999999/", 404),
        ("/masterpass-js/", 200),
    ] {
        let answer = app.get(path).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    saved(&app).await;
    let wrong = json!({ "otp": "123456" });
    let refused = app.post(CUSTOMER, "/payments/stored-cards/otp/", wrong);
    assert_eq!(refused.await.status(), 400);
    let status = status(&app).await;
    let expected = json!({
        "listings": 3, "listings_failed": 0, "codes_sent": 1, "cards_saved": 1, "steps_refused": 1,
    });
    assert_eq!(sums(&status["minutes"]), expected);
    assert_eq!(status["minutes"]["listings"].as_array().unwrap().len(), 60);
    let [process] = &status["processes"].as_array().unwrap()[..] else {
        panic!("one process: {status}");
    };
    assert_eq!(process["process"], app.state.this_process.name);
    let report = &process["report"];
    assert_eq!(sums(&report["minutes"]), expected);
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    let version = app.state.snapshots.current().catalog.version().0;
    assert_eq!(report["catalog"]["version"], version);
    assert_eq!(report["catalog"]["is_failing"], false);
    assert_eq!(status["unavailable"], json!([]));
    for store in ["database", "flows"] {
        assert_eq!(status["stores"][store]["is_reachable"], true, "{status}");
    }
    let budget = &status["sms"]["daily_budget"]["verified"];
    let left = budget["left"].as_u64().unwrap();
    assert_eq!(left + 1, budget["budget"].as_u64().unwrap(), "{status}");
    assert_eq!(status["providers"], json!([]), "the sandbox is none");
    let waiting = json!({"count": 0, "oldest_seconds": null});
    let backlog = json!({"intents": waiting, "deletions": waiting, "stuck": []});
    assert_eq!(status["backlog"], backlog);
    let text = status.to_string();
    for secret in [
        CUSTOMER,
        GOOD_NUMBER,
        "552879",
        PHONE,
        TOKEN,
        "Yılmaz",
        "sbx_",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// An open intent of the customer at craftgate.
async fn record_intent(harness: &Harness, number: u8) {
    let account = GatewayAccount {
        gateway: Slug::parse("craftgate").unwrap(),
        label: Slug::parse("main").unwrap(),
    };
    let id = FlowId([number; 16]).intent();
    let (customer, pos) = (CustomerId::new(7).unwrap(), PosId::new(1).unwrap());
    let intent = Intent::new(id, customer, pos, account, None);
    let recorded = harness.app.state.database.intents.record(&intent).await;
    recorded.unwrap();
}

/// A gateway that keeps failing, and a sender that works.
async fn with_a_failing_gateway() -> Harness {
    let senders = vec![Sender::start("netgsm").await];
    let gateway = Gateway::start("craftgate").await;
    let harness = Harness::start_with(gateway, senders, &[TOKEN_SETTING]).await;
    for number in 0..30 {
        record_intent(&harness, number).await;
    }
    harness.gateway.server.put(FaultMode::ServerError);
    let (later, intents) = harness.later();
    intents.advance(1_000);
    let catalog = &harness.app.state.snapshots.current().catalog;
    let done = later.reconcile(catalog, 100).await.unwrap();
    assert_eq!(done.still_open, 30);
    harness
}

#[tokio::test]
async fn an_open_breaker_and_stuck_entries_are_shown() {
    let harness = with_a_failing_gateway().await;
    let sent = harness.ask_for_code("05551234567").await;
    assert_eq!(sent.status(), 204);
    let status = status(&harness.app).await;
    let [craftgate, netgsm] = &status["providers"].as_array().unwrap()[..] else {
        panic!("two providers: {status}");
    };
    assert_eq!(craftgate["provider"], "craftgate");
    assert_eq!(craftgate["breaker_is_open"], true);
    assert_eq!(craftgate["last_success_at"], json!(null));
    let calls = craftgate["calls"].as_object().unwrap();
    assert!(!calls.contains_key("done"), "{craftgate}");
    let failed: u64 = calls.values().filter_map(Value::as_u64).sum();
    assert_eq!(failed, 30, "{craftgate}");
    assert_eq!(netgsm["provider"], "netgsm");
    assert_eq!(netgsm["breaker_is_open"], false);
    assert_eq!(netgsm["calls"], json!({"done": 1}));
    assert!(netgsm["last_success_at"].is_string(), "{netgsm}");
    assert_eq!(
        status["sms"]["senders"],
        json!([{"sender": "netgsm", "sent": 1, "on_its_way": 1, "delivered": 0, "failed": 0}])
    );
    let backlog = &status["backlog"];
    assert_eq!(backlog["intents"]["count"], 30);
    let stuck = backlog["stuck"].as_array().unwrap();
    assert_eq!(stuck.len(), 30);
    for entry in stuck {
        assert_eq!(entry["kind"], "intent");
        assert_eq!(entry["gateway"], "craftgate");
        assert_eq!(entry["attempts"], 1);
        assert_eq!(entry["reason"], "gateway_unavailable");
        assert!(entry["next_try_at"].is_string(), "{entry}");
    }
    let text = status.to_string();
    for secret in [CUSTOMER, PHONE, SECRET, "the-account"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn providers_are_checked_one_check_at_a_time_also_while_a_breaker_is_open() {
    let harness = with_a_failing_gateway().await;
    let app = &harness.app;
    let check = async || send(app, Method::POST, "check-providers/").await;
    let checked = check().await;
    assert_eq!(checked.status, 200, "{checked:?}");
    let checked = checked.json();
    let document = document();
    let schema = &document["components"]["schemas"]["ProviderChecks"];
    check_value(&document, "checks", schema, &checked);
    let [netgsm, craftgate] = &checked["results"].as_array().unwrap()[..] else {
        panic!("two providers: {checked}");
    };
    let facts = |one: &Value| {
        let place = one["place"].as_str().unwrap().to_owned();
        (place, one["is_ok"] == true, one["is_reached"] == true)
    };
    assert_eq!(facts(netgsm), ("sms".to_owned(), true, true));
    let pos = "pos sandbox".to_owned();
    assert_eq!(facts(craftgate), (pos.clone(), false, true), "{craftgate}");
    assert!(craftgate["problem"].is_string(), "{craftgate}");
    assert_eq!(craftgate["tls"], "none");

    harness.gateway.server.put(FaultMode::Well);
    let checked = check().await.json();
    let craftgate = &checked["results"][1];
    assert_eq!(facts(craftgate), (pos, true, true), "{craftgate}");
    assert_eq!(craftgate["credentials"], "ok");
    let text = checked.to_string();
    assert!(!text.contains(SECRET), "{text}");

    let running = app.state.provider_check.lock().await;
    let refused = check().await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
    drop(running);
    assert_eq!(check().await.status, 200);
}
