//! The metrics.

use std::time::Duration;

use payments_core::card_storage::Reconciled;
use payments_core::catalog::GatewayAccount;
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::Intent;
use payments_core::slug::Slug;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{CUSTOMER, GOOD_NUMBER, PHONE, TestApp};

async fn metrics(app: &TestApp) -> String {
    let answer = app.get("/metrics").send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().expect("text");
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    answer.text().await.expect("a body")
}

/// The value of the only line that contains all these words.
#[track_caller]
fn value<'m>(metrics: &'m str, words: &[&str]) -> &'m str {
    let has_all = |line: &&str| words.iter().all(|word| line.contains(word));
    let lines: Vec<&str> = metrics
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter(has_all)
        .collect();
    assert_eq!(lines.len(), 1, "{words:?} in {metrics}");
    lines[0].rsplit(' ').next().expect("a value")
}

#[tokio::test]
async fn requests_steps_catalog_and_pools_are_counted_without_naming_customers() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        let listing = app.get("/payments/cards/product/1/").send().await;
        assert_eq!(listing.expect("an answer").status(), 200);
    }
    let missing = app.get("/payments/cards/product/999999/").send().await;
    assert_eq!(missing.expect("an answer").status(), 404);
    let nowhere = app.get("/no-such-path-of-mallory/").send().await;
    assert_eq!(nowhere.expect("an answer").status(), 404);
    let card = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": GOOD_NUMBER, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "consent": true,
    });
    app.post(CUSTOMER, "/payments/stored-cards/card/", card)
        .await;
    let wrong = json!({ "otp": "123456" });
    app.post(CUSTOMER, "/payments/stored-cards/otp/", wrong)
        .await;
    let metrics = metrics(&app).await;
    let listed = |status| {
        let (name, route) = (
            "payments_http_requests_total{",
            "route=\"/payments/cards/product/",
        );
        value(&metrics, &[name, "method=\"GET\"", route, status])
    };
    assert_eq!(listed("status=\"200\""), "2");
    assert_eq!(listed("status=\"404\""), "1");
    let times = "payments_http_request_duration_seconds_count{";
    assert_eq!(value(&metrics, &[times, "/payments/cards/product/"]), "3");
    let steps = "payments_card_storage_steps_total{";
    assert_eq!(
        value(&metrics, &[steps, "step=\"card\"", "outcome=\"done\""]),
        "1"
    );
    assert_eq!(
        value(
            &metrics,
            &[steps, "step=\"otp\"", "outcome=\"no-code-sent\""]
        ),
        "1"
    );
    let version = app.state.snapshots.current().catalog.version().0;
    assert_eq!(
        value(&metrics, &["payments_catalog_version "]),
        version.to_string()
    );
    assert_eq!(value(&metrics, &["payments_catalog_load_is_failing "]), "0");
    value(&metrics, &["payments_catalog_age_seconds "]);
    value(
        &metrics,
        &[
            "payments_store_connections{",
            "store=\"database\"",
            "state=\"most\"",
        ],
    );
    assert_eq!(value(&metrics, &["payments_build_info{"]), "1");
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    for secret in [CUSTOMER, GOOD_NUMBER, PHONE, "mallory", "Ay"] {
        assert!(!metrics.contains(secret), "{secret} in {metrics}");
    }
}

#[tokio::test]
async fn intents_that_the_reconciler_cannot_settle_are_counted() {
    let app = TestApp::start().await;
    for still_open in [2, 1] {
        app.state.metrics.reconciled(Reconciled {
            intents_closed: 1,
            still_open,
            revealing_left: 1,
            ..Reconciled::default()
        });
    }
    let metrics = metrics(&app).await;
    let looks = |outcome| value(&metrics, &["payments_reconciler_looks_total{", outcome]);
    assert_eq!(looks("outcome=\"still_open\""), "3");
    assert_eq!(looks("outcome=\"closed\""), "2");
    assert_eq!(looks("outcome=\"deleted\""), "0");
    assert_eq!(looks("outcome=\"revealing\""), "2");
}

#[tokio::test]
async fn metrics_have_an_address_of_their_own_or_none_where_the_settings_say_so() {
    let status = async |url: String| {
        let client = crate::app::client();
        let answer = client.get(url).send().await.expect("an answer");
        answer.status().as_u16()
    };
    let app = TestApp::start_with(&[("metrics.bind", "127.0.0.1:0")]).await;
    assert_eq!(status(format!("{}/metrics", app.url)).await, 404);
    let own = format!("http://127.0.0.1:{}", app.metrics_port.expect("a port"));
    assert_eq!(status(format!("{own}/metrics")).await, 200);
    assert_eq!(
        status(format!("{own}/payments/cards/product/1/")).await,
        404
    );
    assert_eq!(status(format!("{own}/manage/v1/export/")).await, 404);
    let app = TestApp::start_with(&[("metrics.enabled", "false")]).await;
    assert_eq!(status(format!("{}/metrics", app.url)).await, 404);
    assert!(app.metrics_port.is_none());
}

#[tokio::test]
async fn the_reconcilers_backlog_is_counted_with_its_age() {
    let app = TestApp::start().await;
    let customer = CustomerId::new(7).expect("a key");
    let pos = PosId::new(1).expect("a key");
    for number in 1..=3 {
        let account = GatewayAccount {
            gateway: Slug::parse("sandbox").expect("a name"),
            label: Slug::parse("main").expect("a label"),
        };
        let intent = Intent::new(FlowId([number; 16]).intent(), customer, pos, account, None);
        let recorded = app.state.database.intents.record(&intent).await;
        recorded.expect("a record");
    }
    let is_counted = async {
        loop {
            app.state.reconcile_soon.notify_one();
            let metrics = metrics(&app).await;
            let number = |what, kind| {
                let line = format!("payments_reconciler_{what}{{kind=\"{kind}\"}} ");
                let number = metrics
                    .lines()
                    .find_map(|found| found.strip_prefix(&line))?;
                number.parse::<u64>().ok()
            };
            let age = |kind| number("oldest_waiting_seconds", kind);
            if number("waiting", "intent") == Some(3) && age("intent") > Some(0) {
                break (number("waiting", "deletion"), age("deletion"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let deletions = tokio::time::timeout(Duration::from_secs(20), is_counted).await;
    assert_eq!(deletions, Ok((Some(0), Some(0))));
}

#[tokio::test]
async fn kept_listings_refused_connections_and_the_process_are_counted() {
    let app = TestApp::start_with(&[("listings.keep_milliseconds", "1000")]).await;
    for _ in 0..3 {
        let listing = app.get("/payments/cards/product/1/").send().await;
        assert_eq!(listing.expect("an answer").status(), 200);
    }
    let address = app.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(b"nonsense\n").await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let metrics = metrics(&app).await;
    let lookups = |result| {
        value(
            &metrics,
            &["payments_product_listing_lookups_total{", result],
        )
    };
    assert_eq!((lookups("\"hit\""), lookups("\"miss\"")), ("2", "1"));
    let refused = ["payments_connections_refused_total{", "\"malformed\""];
    assert_eq!(value(&metrics, &refused), "1");
    if cfg!(target_os = "linux") {
        let of_process = |name| value(&metrics, &[name]).parse::<i64>().expect("a number");
        assert!(
            of_process("process_resident_memory_bytes ") > 1 << 20,
            "{metrics}"
        );
        let (open, most) = (
            of_process("process_open_fds "),
            of_process("process_max_fds "),
        );
        assert!(3 < open && open <= most, "{open} of {most}");
    }
}
