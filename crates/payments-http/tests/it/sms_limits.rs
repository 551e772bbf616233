//! Limits on sending codes.

use payments_http::settings::{Sources, load};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, NEIGHBOUR, TestApp};

const PHONE_NUMBER: &str = "/payments/stored-cards/phone-number/";

async fn ask(app: &TestApp, session: &str, phone: &str) -> Response {
    let body = json!({ "phone_number": phone });
    app.post(session, PHONE_NUMBER, body).await
}

fn retry_after(response: &Response) -> u32 {
    let header = response.headers()["retry-after"].to_str().expect("text");
    header.parse().expect("seconds")
}

async fn body(response: Response) -> Value {
    let text = response.text().await.expect("text");
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn the_next_code_waits_for_the_cooldown() {
    let app = TestApp::start_with(&[("otp.cooldown_seconds", "60")]).await;
    assert_eq!(ask(&app, CUSTOMER, "05551234567").await.status(), 204);
    for (session, phone) in [
        (CUSTOMER, "05551234567"),
        (CUSTOMER, "05557654321"),
        (NEIGHBOUR, "00905551234567"),
    ] {
        let refused = ask(&app, session, phone).await;
        assert_eq!(refused.status(), 429, "{session} {phone}");
        assert!((55..=60).contains(&retry_after(&refused)));
    }
    assert_eq!(ask(&app, NEIGHBOUR, "05557654321").await.status(), 204);
    assert_eq!(app.messages(), 2);
    let metrics = app.get("/metrics").send().await.expect("an answer");
    let metrics = metrics.text().await.expect("text");
    let counted = r#"payments_sms_refusals_total{limit="cooldown"} 3"#;
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn the_customers_of_an_address_block_share_its_limit() {
    let settings = [
        ("http.trusted_proxies", "127.0.0.1"),
        ("otp.codes_per_address_block_hour", "2"),
    ];
    let app = TestApp::start_with(&settings).await;
    let ask_from = async |address: &str, session: &str, phone: &str| {
        let request = app.as_session(session, Method::POST, PHONE_NUMBER).await;
        let request = request.header("x-forwarded-for", address);
        let body = json!({ "phone_number": phone });
        let request = request.header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await;
        answer.expect("an answer")
    };
    for (address, session, phone, status) in [
        ("203.0.113.9", CUSTOMER, "05551234567", 204),
        ("203.0.113.10", CUSTOMER, "05551234567", 204),
        ("203.0.113.200", NEIGHBOUR, "05557654321", 429),
        ("192.0.2.1, 203.0.113.200", NEIGHBOUR, "05557654321", 429),
        ("198.51.100.1", NEIGHBOUR, "05557654321", 204),
    ] {
        let answer = ask_from(address, session, phone).await;
        assert_eq!(answer.status(), status, "{address}");
        assert_eq!(answer.headers().contains_key("retry-after"), status == 429);
    }
    let metrics = app.get("/metrics").send().await.expect("an answer");
    let metrics = metrics.text().await.expect("text");
    let counted = r#"payments_sms_refusals_total{limit="address_block"} 2"#;
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn no_code_is_sent_to_another_country_or_to_a_landline() {
    let app = TestApp::start_with(&[("otp.codes_per_customer_hour", "1")]).await;
    let country =
        "Codes cannot be sent to phone numbers of this country. Please enter another number.";
    let mobile = "Enter a mobile phone number.";
    for (phone, sentence) in [
        ("4915112345678", country),
        ("12025550123", country),
        ("02121234567", mobile),
        ("4491234567890", mobile),
    ] {
        let refused = ask(&app, CUSTOMER, phone).await;
        assert_eq!(refused.status(), 400, "{phone}");
        assert_eq!(
            body(refused).await["errors"],
            json!({ "phone_number": [sentence] })
        );
    }
    // The refused requests do not count.
    assert_eq!(ask(&app, CUSTOMER, "05551234567").await.status(), 204);
    assert_eq!(app.messages(), 1);
}

#[tokio::test]
async fn other_countries_are_allowed_by_name() {
    let app = TestApp::start_with(&[("sms.allowed_countries", "TR,DE")]).await;
    assert_eq!(ask(&app, CUSTOMER, "4915112345678").await.status(), 204);
    assert_eq!(ask(&app, CUSTOMER, "12025550123").await.status(), 400);
}

#[tokio::test]
async fn an_exhausted_budget_is_not_reported_as_the_customers_mistake() {
    let app = TestApp::start_with(&[("sms.daily_budget", "4")]).await;
    for _ in 0..2 {
        assert_eq!(ask(&app, CUSTOMER, "05551234567").await.status(), 204);
    }
    let refused = ask(&app, NEIGHBOUR, "05557654321").await;
    assert_eq!(refused.status(), 503);
    assert!((1..=86_400).contains(&retry_after(&refused)));
    let sentence = "Codes cannot be sent for a while. Please try again later.";
    assert_eq!(body(refused).await["detail"], sentence);
    assert_eq!(app.messages(), 2);
}

#[tokio::test]
async fn an_outage_counts_against_no_limit() {
    let settings = [
        ("otp.cooldown_seconds", "60"),
        ("otp.codes_per_customer_day", "1"),
        ("sms.daily_budget", "4"),
    ];
    let app = TestApp::start_with(&settings).await;
    // The sandbox fails for this number.
    for _ in 0..3 {
        let failed = ask(&app, CUSTOMER, "5559999042").await;
        assert_eq!(failed.status(), 503);
        assert_eq!(retry_after(&failed), 5);
    }
    assert_eq!(ask(&app, CUSTOMER, "05551234567").await.status(), 204);
    assert_eq!(ask(&app, CUSTOMER, "05551234567").await.status(), 429);
}

#[test]
fn bad_limits_are_named() {
    for (variable, value, key) in [
        (
            "PAYMENTS__OTP__COOLDOWN_SECONDS",
            "3601",
            "otp.cooldown_seconds must be 0 to 3600",
        ),
        (
            "PAYMENTS__OTP__CODES_PER_ADDRESS_BLOCK_DAY",
            "0",
            "otp.codes_per_address_block_day",
        ),
        ("PAYMENTS__SMS__DAILY_BUDGET", "1", "sms.daily_budget"),
        (
            "PAYMENTS__SMS__BREAKER_CODES",
            "9",
            "sms.breaker_codes must be 10 to 1000",
        ),
        ("PAYMENTS__SMS__COUNTRY", "90", "sms.country"),
        ("PAYMENTS__SMS__COUNTRY", "tr", "sms.country"),
        (
            "PAYMENTS__SMS__ALLOWED_COUNTRIES",
            "TR,XX",
            "sms.allowed_countries",
        ),
        ("PAYMENTS__SMS__CALLING_CODE", "90", "sms.calling_code"),
    ] {
        let sources = Sources {
            files: Vec::new(),
            environment: vec![(variable.to_owned(), value.to_owned())],
        };
        let error = load(&sources).expect_err(variable).to_string();
        assert!(error.contains(key), "{variable}: {error}");
    }
}
