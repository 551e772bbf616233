//! Gateways and senders at hosts that cannot be called: an invalid certificate, nothing listening, a host that is
//! not allowed. Nothing is sent to them, nothing is lost, and each is reported by its setting.

use std::ops::Range;
use std::path::Path;

use payments_gateways::fakes::FakeCertificate;
use tempfile::TempDir;

use crate::app::GOOD_NUMBER;
use crate::provider_harness::{Gateway, Harness, SECRET, Sender, secret_file};

const GOOD_YEARS: Range<i32> = 2020..2090;

/// Invalid certificates, whether their CA is trusted, and the reported problem.
const BAD: [(&str, Range<i32>, bool, &str); 3] = [
    ("localhost", GOOD_YEARS, false, "certificate is self-signed"),
    ("localhost", 2020..2021, true, "certificate is expired"),
    (
        "another.example",
        GOOD_YEARS,
        true,
        "certificate is another host's",
    ),
];

fn certificate(host: &str, years: Range<i32>) -> FakeCertificate {
    FakeCertificate::new(host, years).expect("a certificate")
}

/// The path of a CA file with the certificate, or an empty text.
fn ca_file(folder: &Path, certificate: &FakeCertificate, is_trusted: bool) -> String {
    if !is_trusted {
        return String::new();
    }
    let file = folder.join("ca.pem");
    std::fs::write(&file, certificate.pem()).expect("written");
    file.display().to_string()
}

#[tokio::test]
async fn a_card_is_saved_over_tls_under_an_authority_of_the_settings() {
    let folder = TempDir::new().expect("a folder");
    let good = certificate("localhost", GOOD_YEARS);
    let gateway = Gateway::start_under("craftgate", Some(&good)).await;
    let senders = vec![Sender::start_under("netgsm", Some(&good)).await];
    let ca_file = ca_file(folder.path(), &good, true);
    let harness = Harness::start_with(gateway, senders, &[("gateways.ca_file", &ca_file)]).await;
    assert_eq!(harness.save(GOOD_NUMBER).await.0, 200);
    assert_eq!(harness.gateway.live().len(), 1);
}

#[tokio::test]
async fn a_gateway_with_a_bad_certificate_receives_nothing() {
    for (host, years, is_trusted, words) in BAD {
        let folder = TempDir::new().expect("a folder");
        let bad = certificate(host, years);
        let gateway = Gateway::start_under("iyzico", Some(&bad)).await;
        let senders = vec![Sender::start("netgsm").await];
        let ca_file = ca_file(folder.path(), &bad, is_trusted);
        let harness =
            Harness::start_with(gateway, senders, &[("gateways.ca_file", &ca_file)]).await;
        let (status, answer) = harness.save(GOOD_NUMBER).await;
        assert_eq!(status, 400, "{words}: {answer}");
        let detail = answer["detail"].as_str().expect("a detail");
        assert!(detail.contains("not saved"), "{words}: {detail}");
        assert!(!detail.contains("certificate"), "{words}: {detail}");
        harness.come_to_rest().await;
        let left = (harness.saved().await.len(), harness.gateway.live().len());
        assert_eq!(left, (0, 0), "{words}");
    }
}

#[tokio::test]
async fn a_sender_with_a_bad_certificate_costs_no_held_card() {
    let folder = TempDir::new().expect("a folder");
    let bad = certificate("another.example", GOOD_YEARS);
    let ca_file = ca_file(folder.path(), &bad, true);
    let senders = vec![Sender::start_under("netgsm", Some(&bad)).await];
    let gateway = Gateway::start("craftgate").await;
    let harness = Harness::start_with(gateway, senders, &[("gateways.ca_file", &ca_file)]).await;
    assert_eq!(harness.hold(GOOD_NUMBER).await.status(), 204);
    let away = harness.ask_for_code("05551234567").await;
    assert_eq!(away.status(), 503);
    assert!(away.headers().contains_key("retry-after"));
    assert!(harness.senders[0].sent().is_empty());

    // The fallback sends instead.
    let senders = vec![
        Sender::start_under("netgsm", Some(&bad)).await,
        Sender::start("twilio").await,
    ];
    let gateway = Gateway::start("craftgate").await;
    let harness = Harness::start_with(gateway, senders, &[("gateways.ca_file", &ca_file)]).await;
    assert_eq!(harness.ask_for_code("05551234567").await.status(), 204);
    assert_eq!(harness.senders[1].sent().len(), 1);
}

/// A URL where nothing listens.
const UNUSED: &str = "127.0.0.1:9";

#[tokio::test]
async fn providers_that_are_not_there_are_called_again_when_they_are_back() {
    let (gateway, senders) = (
        Gateway::start("craftgate").await,
        vec![Sender::start("netgsm").await],
    );
    let hosts = [gateway.server.authority(), senders[0].server.authority()].join(",");
    let hosts = format!("{hosts},{UNUSED}");
    let settings = [("gateways.extra_hosts", hosts.as_str())];
    let harness = Harness::start_with(gateway, senders, &settings).await;
    let there = harness
        .gateway
        .document(&secret_file(harness.secrets.path(), SECRET));
    let mut away = there.clone();
    away["pos"][0]["config"]["base_url"] = format!("http://{UNUSED}").into();
    harness.put(&away).await;
    let (status, answer) = harness.save(GOOD_NUMBER).await;
    assert_eq!(status, 400, "{answer}");
    let detail = answer["detail"].as_str().expect("a detail");
    assert!(detail.contains("cannot be reached"), "{detail}");
    harness.come_to_rest().await;
    harness.put(&there).await;
    assert_eq!(harness.save(GOOD_NUMBER).await.0, 200);
    assert_eq!(harness.gateway.live().len(), 1);
}

#[tokio::test]
async fn a_code_waits_for_a_sender_that_is_not_there() {
    let senders = vec![Sender::start("netgsm").await];
    let url = format!("http://{UNUSED}");
    let gateway = Gateway::start("craftgate").await;
    let hosts = [UNUSED, &gateway.server.authority()].join(",");
    let settings = [
        ("sms.settings.netgsm.base_url", url.as_str()),
        ("gateways.extra_hosts", &hosts),
    ];
    let harness = Harness::start_with(gateway, senders, &settings).await;
    assert_eq!(harness.hold(GOOD_NUMBER).await.status(), 204);
    let away = harness.ask_for_code("05551234567").await;
    assert_eq!(away.status(), 503);
    assert!(away.headers().contains_key("retry-after"));
}
