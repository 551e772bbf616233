//! What Stripe takes in the version that is pinned, and lists of more than one page.

use std::sync::Arc;

use payments_core::card::ProviderCustomerKey;
use payments_core::tokenization::CalledWith;
use payments_gateways::fakes::{Fake, FakeStripe, Received, Reply};
use serde_json::Value;

use crate::gateways::{ACCOUNTS, stripe_bench};
use crate::harness::{issued, reference, request};
use crate::tokenizer_contract::{Bench as _, GOOD, find, texts};

const VERSION: &str = "2026-10-28.endive";

/// What the fake answers to a call with a good key.
async fn call(operation: &str, version: &str, body: &'static str) -> (u16, Value) {
    let fake: Arc<dyn Fake> = FakeStripe::with_secret_keys(&["sk"]);
    let (method, path) = operation.split_once(' ').unwrap();
    let headers = [
        ("authorization", "Bearer sk"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("idempotency-key", "1"),
        ("stripe-version", version),
    ];
    let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let reply = fake.answer(Received {
        method: method.to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: headers.into_iter().collect(),
        body: body.into(),
        origin: "https://api.stripe.com".to_owned(),
    });
    let Reply::Body { status, body, .. } = reply.await else {
        panic!("an answer with a body");
    };
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn the_fake_refuses_a_parameter_that_the_pinned_version_does_not_know() {
    for (operation, body, param) in [
        ("POST /v1/customers", "misspelt=1", "misspelt"),
        ("POST /v1/customers", "metadata=1", "metadata"),
        ("POST /v1/payment_methods", "card[holder]=A", "card[holder]"),
        (
            "POST /v1/setup_intents/seti_1/cancel",
            "confirm=true",
            "confirm",
        ),
    ] {
        let (status, answer) = call(operation, VERSION, body).await;
        assert_eq!(status, 400, "{operation} {body}");
        assert_eq!(answer["error"]["code"], "parameter_unknown");
        assert_eq!(answer["error"]["param"], param);
    }
    let known = "metadata[reference]=1&name=Ay%C5%9Fe&expand[]=sources";
    let (status, _) = call("POST /v1/customers", VERSION, known).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_fake_refuses_a_value_that_the_pinned_version_does_not_take() {
    let intent = "POST /v1/setup_intents";
    for (operation, body, param) in [
        (intent, "usage=always", "usage"),
        (intent, "confirm=yes", "confirm"),
        (
            intent,
            "allowed_payment_method_types[]=cheque",
            "allowed_payment_method_types[]",
        ),
        (
            "POST /v1/payment_methods",
            "card[exp_month]=Dec",
            "card[exp_month]",
        ),
    ] {
        let (status, answer) = call(operation, VERSION, body).await;
        assert_eq!(status, 400, "{operation} {body}");
        assert_eq!(answer["error"]["param"], param);
    }
}

#[tokio::test]
async fn the_fake_refuses_payment_method_types_as_stripe_does_since_it_was_removed() {
    let removed = "payment_method_types[]=card";
    let (status, answer) = call("POST /v1/setup_intents", VERSION, removed).await;
    assert_eq!(status, 400);
    let code = "payment_method_types_no_longer_supported";
    assert_eq!(answer["error"]["code"], code);
}

#[tokio::test]
async fn the_fake_speaks_one_version_and_knows_no_other_operation() {
    let (status, _) = call("POST /v1/customers", "2024-06-20", "").await;
    assert_eq!(status, 400);
    let (status, _) = call("POST /v1/charges", VERSION, "").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_card_is_found_among_many_cards_of_other_software() {
    let fake = FakeStripe::with_secret_keys(&ACCOUNTS.map(|one| one.1));
    let bench = stripe_bench(fake.clone()).await;
    let first = request(GOOD, &reference(1), None);
    let issued = issued(bench.tokenizer().tokenize(&bench.pos(1), first).await);
    let issued = issued.unwrap();
    let key: ProviderCustomerKey = issued.provider_customer_key.unwrap();
    // Newest first, so that ours is on the last page; one page of a hundred would be too long to be read.
    fake.attach_others_cards(key.as_str(), 99);
    let found = find(&bench, 1, CalledWith::Key(key)).await;
    let found: Vec<String> = texts(&found).into_iter().map(|text| text.0).collect();
    assert_eq!(found, [issued.token.as_str()]);
}
