//! Settings and points of sale of real providers that cannot be used: each is told by its name, and nothing is sent.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::program::run;

/// What production needs besides its providers.
const PRODUCTION: [(&str, &str); 11] = [
    ("environment", "production"),
    ("http.public_url", "https://shop.example.com"),
    ("demo.enabled", "false"),
    ("security.key_ring", "env:RING"),
    ("security.lasting_key", "env:LASTING"),
    ("gateways.enabled", "iyzico"),
    ("metrics.enabled", "false"),
    ("manage.bind", "public"),
    ("manage.tokens.erp.scopes", "catalog,purchases"),
    (
        "manage.tokens.erp.sha256",
        "abababababababababababababababababababababababababababababababab",
    ),
    ("flows.accept_concerns", "true"),
];

/// What `payments check-settings` says of settings in production, and its exit code.
fn told(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        format!("file:{}", path.display())
    };
    let key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    let (ring, lasting) = (file("ring", &format!("1:{key}")), file("lasting", key));
    let secret = file("secret", "a good one");
    let base = PRODUCTION.iter().chain(settings).map(|(key, value)| {
        let value = match *value {
            "env:RING" => ring.clone(),
            "env:LASTING" => lasting.clone(),
            "the secret" => secret.clone(),
            other => other.to_owned(),
        };
        (*key, value)
    });
    let owned: Vec<_> = base.collect();
    let borrowed: Vec<_> = owned
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let output = run(&["check-settings"], &borrowed);
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn production_takes_a_sender_whose_secret_is_referred_to() {
    let (code, said) = told(&[
        ("sms.providers", "netgsm"),
        ("sms.settings.netgsm.usercode", "08500000000"),
        ("sms.settings.netgsm.header", "MAGAZA"),
        ("sms.settings.netgsm.password", "the secret"),
    ]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("a good one"), "{said}");
}

#[test]
fn netgsm_is_refused_for_a_store_whose_numbers_are_of_another_country() {
    let (code, said) = told(&[
        ("sms.providers", "netgsm"),
        ("sms.calling_code", "49"),
        ("sms.settings.netgsm.usercode", "8500000000"),
        ("sms.settings.netgsm.header", "MAGAZA"),
        ("sms.settings.netgsm.password", "the secret"),
    ]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("sms.calling_code is not 90"), "{said}");
}

#[test]
fn a_sender_that_cannot_be_used_is_told_by_its_setting() {
    let netgsm = |key: &'static str, value: &'static str| {
        let mut settings = vec![
            ("sms.providers", "netgsm"),
            ("sms.settings.netgsm.usercode", "8500000000"),
            ("sms.settings.netgsm.header", "MAGAZA"),
        ];
        settings.push((key, value));
        settings
    };
    let password = "sms.settings.netgsm.password";
    for (settings, words) in [
        (
            netgsm(password, "hunter2-itself"),
            "sms.settings.netgsm.password: it is written out; use env:NAME",
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
            netgsm("sms.settings.netgsm.app_name", "shop"),
            "sms.settings.netgsm.password: missing",
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
            json!({"api_key": "env:A"}),
            "secret_key",
            "missing",
        ),
        ("iyzico", json!({}), "api_key", "missing"),
        (
            "iyzico",
            json!({"api_key": "env:A", "secret_key": "env:B", "secretkey": "env:C"}),
            "secretkey",
            "no such key",
        ),
        (
            "craftgate",
            json!({"api_key": "env:A"}),
            "secret_key",
            "missing",
        ),
        (
            "stripe",
            json!({"secret_key": "env:A", "base_url": "https://evil.example"}),
            "base_url",
            "a host that may be called",
        ),
        (
            "stripe",
            json!({"secret_key": "env:A", "base_url": "http://api.stripe.com"}),
            "base_url",
            "use https",
        ),
    ] {
        let (status, answer) = import(&app, gateway, config).await;
        assert_eq!(status, 400, "{gateway}, {key}: {answer}");
        let told = &answer["errors"][format!("/pos/0/config/{key}")][0];
        let told = told.as_str().unwrap_or_default();
        assert!(told.contains(words), "{gateway}, {key}: {answer}");
        assert!(!answer.to_string().contains("evil"), "{answer}");
    }
    // Its secrets need not be here yet.
    let good = json!({"api_key": "env:NOT_SET_ANYWHERE", "secret_key": "file:/not/there"});
    assert_eq!(import(&app, "iyzico", good).await.0, 200);
    // What nobody here knows is left to whoever does.
    assert_eq!(import(&app, "paytr", json!({"merchant": "1"})).await.0, 200);
}
