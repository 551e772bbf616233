//! Delivery reports: Twilio's signed webhook, and polling of the other providers.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::ports::Clock;
use payments_core::sms::DeliveryState;
use payments_gateways::fakes::{FakeTwilio, FaultMode};
use payments_http::clock::SystemClock;
use payments_http::sms_reports::SmsReports;
use reqwest::Response;

use crate::provider_harness::{Gateway, Harness, SECRET, SENDERS_SECRET, Sender, secret_file};

const PATH: &str = "/sms/twilio/status/";
const URL: &str = "https://shop.example.com/sms/twilio/status/";
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

async fn states(harness: &Harness) -> Vec<(String, DeliveryState, u64)> {
    let counts = harness
        .app
        .state
        .sms_reports
        .sends
        .counts(DateTime::UNIX_EPOCH)
        .await;
    counts.expect("counts")
}

async fn post(harness: &Harness, body: &str, signature: &str) -> Response {
    let request = harness.app.request(reqwest::Method::POST, PATH);
    let request = request
        .header("content-type", FORM)
        .header("x-twilio-signature", signature);
    request
        .body(body.to_owned())
        .send()
        .await
        .expect("an answer")
}

#[tokio::test]
async fn twilios_signed_reports_are_stored_as_the_messages_state() {
    let twilio = FakeTwilio::new("AC0123", SECRET, "MAGAZA");
    let senders = vec![Sender::twilio(&twilio).await];
    let settings = [("http.public_url", "https://shop.example.com")];
    let harness = Harness::start_with(Gateway::start("iyzico").await, senders, &settings).await;
    assert_eq!(harness.ask_for_code("05551234567").await.status(), 204);
    let state = |state| vec![("twilio".to_owned(), state, 1)];
    assert_eq!(states(&harness).await, state(DeliveryState::OnItsWay));

    let message = &twilio.sent().all()[0];
    let (sent, signature) = twilio.report(URL, message, "sent");
    assert_eq!(post(&harness, &sent, &signature).await.status(), 204);
    assert_eq!(states(&harness).await, state(DeliveryState::OnItsWay));

    let (delivered, signature_of_delivered) = twilio.report(URL, message, "delivered");
    for (body, signature) in [
        (&delivered, ""),
        (&delivered, "bm90IGl0cyBzaWduYXR1cmU="),
        (&delivered, &signature),
        (
            &delivered.replace("delivered", "failed"),
            &signature_of_delivered,
        ),
    ] {
        assert_eq!(
            post(&harness, body, signature).await.status(),
            403,
            "{signature}"
        );
    }
    let (elsewhere, signature) = twilio.report("https://evil.example/", message, "delivered");
    assert_eq!(post(&harness, &elsewhere, &signature).await.status(), 403);
    assert_eq!(states(&harness).await, state(DeliveryState::OnItsWay));

    for _ in 0..2 {
        let taken = post(&harness, &delivered, &signature_of_delivered).await;
        assert_eq!(taken.status(), 204, "a repeated report is accepted too");
    }
    assert_eq!(states(&harness).await, state(DeliveryState::Delivered));
    // A late report changes nothing.
    assert_eq!(
        post(&harness, &sent, &twilio.report(URL, message, "sent").1)
            .await
            .status(),
        204
    );
    assert_eq!(states(&harness).await, state(DeliveryState::Delivered));
    assert!(
        !harness.database_holds("905551234567").await,
        "no phone is kept"
    );
}

#[tokio::test]
async fn a_report_that_cannot_be_read_is_refused_by_our_table() {
    let twilio = FakeTwilio::new("AC0123", SECRET, "MAGAZA");
    let senders = vec![Sender::twilio(&twilio).await];
    let settings = [("http.public_url", "https://shop.example.com")];
    let harness = Harness::start_with(Gateway::start("iyzico").await, senders, &settings).await;
    let get = harness.app.get(PATH).send().await.expect("an answer");
    assert_eq!(get.status(), 405);
    let request = harness.app.request(reqwest::Method::POST, PATH).body("{}");
    let json = request
        .header("content-type", "application/json")
        .send()
        .await;
    assert_eq!(json.expect("an answer").status(), 415);
    let large = "x".repeat(5_000);
    assert_eq!(post(&harness, &large, "").await.status(), 413);
    std::fs::remove_file(harness.secrets.path().join(SENDERS_SECRET)).expect("gone");
    let away = post(&harness, "MessageSid=SM1", "").await;
    assert_eq!(away.status(), 503, "Twilio calls again");
    secret_file(harness.secrets.path(), SECRET);
    assert!(states(&harness).await.is_empty());
}

#[tokio::test]
async fn reports_are_not_found_unless_twilio_is_a_sender() {
    let harness = Harness::start("iyzico", "netgsm").await;
    assert_eq!(post(&harness, "MessageSid=SM1", "").await.status(), 404);
}

struct InMinutes(i64);

impl Clock for InMinutes {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::minutes(self.0)
    }
}

/// The reports that another process reads some minutes later.
fn another_process(harness: &Harness, minutes: i64) -> SmsReports {
    let reports = &harness.app.state.sms_reports;
    SmsReports {
        sends: Arc::clone(&reports.sends),
        reporters: reports.reporters.clone(),
        clock: Arc::new(InMinutes(minutes)),
    }
}

#[tokio::test]
async fn netgsm_and_iletimerkezi_are_polled_by_one_process_at_a_time() {
    for sender in ["netgsm", "iletimerkezi"] {
        let harness = Harness::start("iyzico", sender).await;
        for _ in 0..2 {
            assert_eq!(harness.ask_for_code("05551234567").await.status(), 204);
        }
        let state = |state| vec![(sender.to_owned(), state, 2)];
        assert_eq!(states(&harness).await, state(DeliveryState::OnItsWay));
        let server = &harness.senders[0].server;

        server.put(FaultMode::Throttling);
        let asked = another_process(&harness, 2).poll().await;
        assert!(asked.is_err(), "asked too often");
        let waits = another_process(&harness, 2).poll().await;
        assert_eq!(waits.expect("not asked"), 0, "it is another one's turn");
        assert_eq!(states(&harness).await, state(DeliveryState::OnItsWay));

        server.put(FaultMode::Well);
        let asked = another_process(&harness, 4).poll().await;
        assert_eq!(asked.expect("asked"), 2);
        assert_eq!(states(&harness).await, state(DeliveryState::Delivered));
        let asked = another_process(&harness, 6).poll().await;
        assert_eq!(asked.expect("asked"), 0, "nothing is open any more");
    }
}
