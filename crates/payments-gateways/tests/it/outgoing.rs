//! The outgoing client: certificates, connections, limits and the breaker; and the providers by their names.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::ports::{SmsFailure, TokenizeFailure, Tokenizer};
use payments_gateways::context::ProviderContext;
use payments_gateways::fakes::{
    Fake, FakeCertificate, FakeIyzico, FakeServer, FaultMode, Received, Reply,
};
use payments_gateways::http::{BreakerSettings, HttpSettings, Link, Root};
use payments_gateways::iyzico::IyzicoTokenizer;
use payments_gateways::outcome::Outcome;
use payments_gateways::provider::Check;
use payments_gateways::providers::{PROVIDERS, http_client, provider, sms_sender};
use payments_gateways::sms::NumberPlan;
use serde_json::json;
use tokio::net::TcpListener;

use crate::harness::{Counted, code_text, config, context, phone, pos, reference, request};
use crate::tokenizer_contract::GOOD;

const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);
const GOOD_YEARS: Range<i32> = 2020..2090;

/// iyzico with an account `k`, secret `s`.
fn fake() -> Arc<FakeIyzico> {
    FakeIyzico::with_accounts(&[("k", "s")])
}

async fn serve(fake: Arc<dyn Fake>) -> FakeServer {
    FakeServer::start(ANY_PORT.into(), fake).await.unwrap()
}

/// The context of a client with its own settings, which may call a server.
fn context_with(server: &FakeServer, settings: HttpSettings) -> ProviderContext {
    let settings = HttpSettings {
        extra_hosts: vec![server.authority()],
        ..settings
    };
    ProviderContext {
        http: Arc::new(http_client(&settings).unwrap()),
        ..context(&[], Arc::new(Counted::default()))
    }
}

async fn check(name: &str, base_url: &str, context: &ProviderContext) -> Check {
    let config = json!({"base_url": base_url, "api_key": "k", "secret_key": "s"});
    let config = config.as_object().unwrap();
    provider(name).unwrap().check(config, context).await
}

/// Checks iyzico at a server with a certificate, trusting it or not.
async fn check_at(certificate: &FakeCertificate, trusted: bool) -> Check {
    let server = FakeServer::start_secured(ANY_PORT.into(), fake(), certificate)
        .await
        .unwrap();
    let root = Root(certificate.der().to_vec());
    let settings = HttpSettings {
        extra_roots: if trusted { vec![root] } else { Vec::new() },
        ..HttpSettings::default()
    };
    check(
        "iyzico",
        &server.base_url(),
        &context_with(&server, settings),
    )
    .await
}

#[tokio::test]
async fn a_trusted_certificate_is_accepted() {
    let good = FakeCertificate::new("localhost", GOOD_YEARS).unwrap();
    let checked = check_at(&good, true).await;
    assert_eq!((checked.outcome, checked.problem), (Outcome::Done, None));
}

#[test]
fn authorities_are_read_from_a_pem_file_with_at_least_one() {
    let good = FakeCertificate::new("localhost", GOOD_YEARS).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let read = || Root::of_pem_file(&file).map_err(|error| error.to_string());
    let missing = read().unwrap_err();
    assert!(missing.contains("ca.pem"), "{missing}");
    let another = good.pem().replace("CERTIFICATE", "PRIVATE KEY");
    for nothing in ["", "not a certificate", &another] {
        std::fs::write(&file, nothing).unwrap();
        assert!(read().is_err(), "{nothing}");
    }
    std::fs::write(&file, good.pem().repeat(2)).unwrap();
    let root = Root(good.der().to_vec());
    assert_eq!(read(), Ok(vec![root.clone(), root]));
}

#[tokio::test]
async fn certificates_that_are_self_signed_expired_or_anothers_are_refused() {
    for (host, years, trusted, words) in [
        ("localhost", GOOD_YEARS, false, "certificate is self-signed"),
        ("localhost", 2020..2021, true, "certificate is expired"),
        ("localhost", 2080..2090, true, "not valid yet"),
        ("another.example", GOOD_YEARS, true, "another host's"),
    ] {
        let bad = FakeCertificate::new(host, years).unwrap();
        let checked = check_at(&bad, trusted).await;
        assert_eq!(checked.outcome, Outcome::Unavailable, "nothing was sent");
        assert_eq!(checked.link, Link::TlsRefused);
        let problem = checked.problem.unwrap();
        assert!(problem.contains(words), "{problem}");
    }
}

#[tokio::test]
async fn a_connection_that_does_not_open_is_given_up_long_before_the_whole_call() {
    // It accepts connections and never starts TLS.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = format!("localhost:{}", listener.local_addr().unwrap().port());
    let settings = HttpSettings {
        connect_timeout: Duration::from_millis(200),
        total_timeout: Duration::from_mins(1),
        extra_hosts: vec![authority.clone()],
        ..HttpSettings::default()
    };
    let context = ProviderContext {
        http: Arc::new(http_client(&settings).unwrap()),
        ..context(&[], Arc::new(Counted::default()))
    };
    let checked = check("iyzico", &format!("https://{authority}"), &context).await;
    assert_eq!(checked.link, Link::Unreachable);
    assert!(checked.problem.unwrap().contains("no connection in time"));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = serve(fake()).await;
    let context = context_with(&server, HttpSettings::default());
    for _ in 0..5 {
        let checked = check("iyzico", &server.base_url(), &context).await;
        assert_eq!(checked.outcome, Outcome::Done);
    }
    assert_eq!(server.connections(), 1);
}

/// A success response of this many bytes.
struct Padded(usize);

#[async_trait]
impl Fake for Padded {
    async fn answer(&self, _: Received) -> Reply {
        let mut body = br#"{"status":"success"}"#.to_vec();
        body.resize(self.0, b' ');
        Reply::text(200, "application/json", body)
    }
}

#[tokio::test]
async fn an_answer_of_64_kib_is_taken_and_not_a_byte_more() {
    for (size, expected) in [(65_536, Outcome::Done), (65_537, Outcome::Unknown)] {
        let server = serve(Arc::new(Padded(size))).await;
        let context = context_with(&server, HttpSettings::default());
        let checked = check("iyzico", &server.base_url(), &context).await;
        assert_eq!(checked.outcome, expected, "{size}");
    }
}

#[tokio::test]
async fn a_circuit_breaker_opens_after_many_failures_and_closes_again_later() {
    let server = serve(fake()).await;
    let breaker = BreakerSettings {
        calls: 4,
        failing_share: 0.5,
        open_for: Duration::from_secs(2),
        probes: 1,
    };
    let settings = HttpSettings {
        breaker,
        ..HttpSettings::default()
    };
    let context = context_with(&server, settings);
    let url = server.base_url();
    let of = async |name: &str| check(name, &url, &context).await;
    let until = async |outcome| {
        let seen = async { while of("iyzico").await.outcome != outcome {} };
        let seen = tokio::time::timeout(Duration::from_secs(30), seen);
        seen.await.unwrap();
    };

    server.put(FaultMode::ServerError);
    for _ in 0..5 {
        assert_eq!(of("iyzico").await.outcome, Outcome::Unknown);
    }
    let rejected = of("iyzico").await;
    assert_eq!(rejected.outcome, Outcome::Unavailable);
    assert!(rejected.problem.unwrap().contains("circuit breaker"));
    let another = of("craftgate").await.outcome;
    assert_eq!(another, Outcome::Unknown, "each provider for itself");
    let open = [("craftgate", false), ("iyzico", true)];
    assert_eq!(
        context.http.breakers().into_iter().collect::<Vec<_>>(),
        open
    );

    // The pause is over: the next call still fails, and the breaker opens again.
    until(Outcome::Unknown).await;
    let mut tried = 1;
    while tried <= 3 && of("iyzico").await.outcome == Outcome::Unknown {
        tried += 1;
    }
    assert!(tried <= 3, "a probe or two, not all callers: {tried}");

    server.put(FaultMode::Well);
    assert_eq!(of("iyzico").await.outcome, Outcome::Unavailable, "not yet");
    until(Outcome::Done).await;
    assert!(!context.http.breakers()["iyzico"]);
}

#[tokio::test]
async fn every_provider_can_be_set_up_by_its_name_and_its_configuration_checked() {
    let context = context(&["127.0.0.1:9".to_owned()], Arc::new(Counted::default()));
    for provider in PROVIDERS {
        let good = config(provider.name, "http://127.0.0.1:9")
            .as_object()
            .cloned()
            .unwrap();
        provider
            .check_config(&good, context.config_scope())
            .unwrap();
        for key in provider.keys {
            let mut without = good.clone();
            without.remove(key.name);
            let is_needed = !key.is_optional() || key.name == "from";
            let named = provider
                .check_config(&without, context.config_scope())
                .err()
                .map(|error| error.key);
            assert_eq!(
                named,
                is_needed.then(|| key.name.to_owned()),
                "{} {}",
                provider.name,
                key.name
            );
        }
        let check = provider.check(&good, &context).await;
        assert_eq!(
            check.outcome,
            Outcome::Unavailable,
            "{}: no server",
            provider.name
        );
    }
    let unknown = sms_sender(
        "carrier-pigeon",
        serde_json::Map::new(),
        NumberPlan::default(),
        context,
    );
    assert!(
        unknown
            .err()
            .unwrap()
            .to_string()
            .contains("netgsm, iletimerkezi, twilio")
    );
}

#[tokio::test]
async fn an_unreachable_provider_has_sent_nothing() {
    let context = context(&["127.0.0.1:9".to_owned()], Arc::new(Counted::default()));
    let pos = pos(1, "iyzico", &config("iyzico", "http://127.0.0.1:9"));
    let tokenizer = IyzicoTokenizer::new(context.clone());
    let failed = Tokenizer::tokenize(&*tokenizer, &pos, request(GOOD, &reference(1), None)).await;
    assert!(matches!(failed, Err(TokenizeFailure::Unavailable(_))));
    let config = config("twilio", "http://127.0.0.1:9")
        .as_object()
        .cloned()
        .unwrap();
    let sender = sms_sender("twilio", config, NumberPlan::default(), context).unwrap();
    let failed = sender.send(&phone("5551234567"), &code_text()).await;
    assert!(matches!(failed, Err(SmsFailure::Unavailable(_))));
}

#[test]
fn each_provider_has_a_page_that_explains_its_keys() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/providers");
    for provider in PROVIDERS {
        let page = std::fs::read_to_string(format!("{folder}/{}.md", provider.name)).unwrap();
        for key in provider.keys {
            let row = page
                .lines()
                .find(|line| line.starts_with(&format!("| `{}` |", key.name)));
            let row =
                row.unwrap_or_else(|| panic!("{}.md does not explain {}", provider.name, key.name));
            let is_secret = key.is_secret();
            assert_eq!(
                row.contains("secret"),
                is_secret,
                "{}.md: {row}",
                provider.name
            );
        }
    }
}
