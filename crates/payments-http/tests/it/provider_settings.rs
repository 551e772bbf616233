//! Invalid settings and points of sale of real providers: each is reported by its name, and nothing is sent.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::program::told_in_production as told;

#[test]
fn production_takes_a_sender_whose_secret_is_referred_to() {
    let (code, said) = told(&[("sms.settings.netgsm.usercode", "08500000000")]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("a good one"), "{said}");
}

#[test]
fn netgsm_is_refused_for_a_store_whose_numbers_are_of_another_country() {
    let (code, said) = told(&[("sms.country", "DE")]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("sms.country is not TR"), "{said}");
}

#[test]
fn an_unusable_sender_is_reported_by_its_setting() {
    let netgsm = |key: &'static str, value: &'static str| [(key, value)];
    let password = "sms.settings.netgsm.password";
    for (settings, words) in [
        (
            netgsm(password, "hunter2-itself"),
            "sms.settings.netgsm.password: it is a literal secret; use env:NAME",
        ),
        (
            netgsm(password, "env:NOT_SET_ANYWHERE"),
            "sms.settings.netgsm.password: the environment variable NOT_SET_ANYWHERE",
        ),
        (
            netgsm(password, "file:/not/there"),
            "sms.settings.netgsm.password: the file /not/there cannot be read",
        ),
        (
            netgsm("sms.settings.netgsm.header", ""),
            "sms.settings.netgsm.header: not a text, or an empty one",
        ),
        (
            netgsm("sms.settings.netgsm.pasword", "env:X"),
            "sms.settings.netgsm.pasword: no such key",
        ),
        (
            netgsm("sms.settings.netgms.password", "env:X"),
            "sms.settings: there is no provider \"netgms\"; there are netgsm",
        ),
        (
            netgsm("gateways.enabled", "iyzco"),
            "gateways.enabled: there is no provider \"iyzco\"; there are iyzico",
        ),
        (
            netgsm("sms.providers", "netgsm,stripe"),
            "sms.providers: there is no provider \"stripe\"",
        ),
        (
            netgsm("sms.settings.netgsm.base_url", "https://evil.example"),
            "sms.settings.netgsm.",
        ),
    ] {
        let (code, said) = told(&settings);
        assert_eq!(code, Some(2), "{words}: {said}");
        assert!(said.contains(words), "{words}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

async fn import(app: &TestApp, gateway: &str, config: Value) -> (u16, Value) {
    let pos = json!({"pk": 9, "name": "New", "slug": "new", "gateway": gateway, "is_active": true, "config": config});
    let request = app.request(Method::POST, "/manage/v1/import/");
    let request = request
        .header("authorization", "Bearer demo")
        .header("content-type", "application/json");
    let answer = request.body(json!({"pos": [pos]}).to_string()).send().await;
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    (status, crate::app::json(answer).await)
}

#[tokio::test]
async fn a_point_of_sale_is_checked_by_what_its_gateway_needs() {
    let app = TestApp::start_with(&[("demo.enabled", "true")]).await;
    for (gateway, config, key, words) in [
        (
            "iyzico",
            json!({"api_key": "env:IYZICO_A"}),
            "secret_key",
            "missing",
        ),
        ("iyzico", json!({}), "api_key", "missing"),
        (
            "iyzico",
            json!({"api_key": "env:IYZICO_A", "secret_key": "env:IYZICO_B", "secretkey": "env:IYZICO_C"}),
            "secretkey",
            "no such key",
        ),
        (
            "craftgate",
            json!({"api_key": "env:IYZICO_A"}),
            "secret_key",
            "missing",
        ),
        (
            "stripe",
            json!({"secret_key": "env:STRIPE_A", "base_url": "https://evil.example"}),
            "base_url",
            "a host that may be called",
        ),
        (
            "stripe",
            json!({"secret_key": "env:STRIPE_A", "base_url": "http://api.stripe.com"}),
            "base_url",
            "use https",
        ),
        (
            "iyzico",
            json!({"api_key": "env:PAYMENTS_KEY_RING", "secret_key": "env:IYZICO_B"}),
            "api_key",
            "use a variable that begins with: IYZICO_, CRAFTGATE_, STRIPE_",
        ),
        (
            "stripe",
            json!({"secret_key": "file:/etc/hostname"}),
            "secret_key",
            "use a file below: /run/secrets",
        ),
        (
            "stripe",
            json!({"secret_key": "file:/run/secrets/../../etc/hostname"}),
            "secret_key",
            "use a file below: /run/secrets",
        ),
        (
            "iyzico",
            json!({"api_key": "env:IYZICO_A", "secret_key": "env:IYZICO_B",
                   "accounts": {"old": {"api_key": "env:IYZICO_A", "secret_key": "env:HOME"}}}),
            "accounts/old/secret_key",
            "use a variable that begins with",
        ),
    ] {
        let (status, answer) = import(&app, gateway, config).await;
        assert_eq!(status, 400, "{gateway}, {key}: {answer}");
        let told = &answer["errors"][format!("/pos/0/config/{key}")][0];
        let told = told.as_str().unwrap_or_default();
        assert!(told.contains(words), "{gateway}, {key}: {answer}");
        assert!(!answer.to_string().contains("evil"), "{answer}");
    }
    // Secrets may be missing when a point of sale is written.
    let good =
        json!({"api_key": "env:IYZICO_NOT_SET", "secret_key": "file:/run/secrets/not/there"});
    assert_eq!(import(&app, "iyzico", good).await.0, 200);
    // Configurations of unknown gateways are not checked.
    assert_eq!(import(&app, "paytr", json!({"merchant": "1"})).await.0, 200);
}
