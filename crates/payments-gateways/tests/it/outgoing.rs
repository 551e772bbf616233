//! The outgoing client: certificates, the breaker, and what the logs are told.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments_core::ports::{SmsFailure, TokenizeFailure, Tokenizer};
use payments_gateways::fakes::{FakeIyzico, FakeServer, Mood};
use payments_gateways::http::{BreakerSettings, HttpSettings, Outgoing, Root};
use payments_gateways::iyzico::IyzicoTokenizer;
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::{PROVIDERS, provider, sms_sender, tokenizers};
use payments_gateways::sms::NumberPlan;
use payments_gateways::wiring::Wiring;
use rcgen::{CertificateParams, CertifiedKey, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::tokenizer_contract::GOOD;
use crate::world::{Counted, code_text, phone, pos, reference, request, wiring};

/// A certificate for this machine, valid in the years given.
fn certificate(names: &[&str], years: (i32, i32)) -> CertifiedKey<KeyPair> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    let signing_key = KeyPair::generate().unwrap();
    let cert = params.self_signed(&signing_key).unwrap();
    CertifiedKey { cert, signing_key }
}

/// A server that answers everything with iyzico's `success`, under a certificate.
async fn tls_server(certified: &CertifiedKey<KeyPair>) -> SocketAddr {
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(answer(&acceptor, stream).await);
        }
    });
    address
}

async fn answer(acceptor: &TlsAcceptor, stream: tokio::net::TcpStream) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut request = [0; 4096];
    let _head = stream.read(&mut request).await?;
    let body = r#"{"status":"success","cardDetails":[]}"#;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await
}

/// Checks iyzico at a server with a certificate, trusting it or not.
async fn check_at(certified: &CertifiedKey<KeyPair>, trusted: bool) -> (Outcome, String) {
    let address = tls_server(certified).await;
    let authority = format!("localhost:{}", address.port());
    let root = Root(certified.cert.der().to_vec());
    let settings = HttpSettings {
        extra_hosts: vec![authority.clone()],
        extra_roots: if trusted { vec![root] } else { Vec::new() },
        ..HttpSettings::default()
    };
    let http = Arc::new(Outgoing::new(&settings).unwrap());
    let wiring = Wiring {
        http,
        ..wiring(&[], Arc::new(Counted::default()))
    };
    let config =
        json!({"base_url": format!("https://{authority}"), "api_key": "k", "secret_key": "s"});
    let iyzico = provider("iyzico").unwrap();
    let check = iyzico.check(config.as_object().unwrap(), &wiring).await;
    (check.outcome, check.problem.unwrap_or_default())
}

#[tokio::test]
async fn a_trusted_certificate_is_accepted() {
    let good = certificate(&["localhost"], (2020, 2090));
    assert_eq!(check_at(&good, true).await, (Outcome::Done, String::new()));
}

#[test]
fn authorities_are_read_from_a_pem_file_with_at_least_one() {
    let good = certificate(&["localhost"], (2020, 2090));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let read = || Root::of_pem_file(&file).map_err(|error| error.to_string());
    let missing = read().unwrap_err();
    assert!(missing.contains("ca.pem"), "{missing}");
    for nothing in ["", "not a certificate", &good.signing_key.serialize_pem()] {
        std::fs::write(&file, nothing).unwrap();
        assert!(read().is_err(), "{nothing}");
    }
    std::fs::write(&file, good.cert.pem().repeat(2)).unwrap();
    let root = Root(good.cert.der().to_vec());
    assert_eq!(read(), Ok(vec![root.clone(), root]));
}

#[tokio::test]
async fn certificates_that_are_self_signed_expired_or_anothers_are_refused() {
    for (certified, trusted) in [
        (certificate(&["localhost"], (2020, 2090)), false),
        (certificate(&["localhost"], (2020, 2021)), true),
        (certificate(&["another.example"], (2020, 2090)), true),
    ] {
        let (outcome, problem) = check_at(&certified, trusted).await;
        assert_eq!(outcome, Outcome::Unavailable, "nothing was sent");
        assert!(problem.contains("certificate"), "{problem}");
    }
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_left_alone_and_tried_again_later() {
    let fake = FakeIyzico::with_accounts(&[("k", "s")]);
    let server = FakeServer::start(([127, 0, 0, 1], 0).into(), fake)
        .await
        .unwrap();
    let breaker = BreakerSettings {
        calls: 4,
        failing_share: 0.5,
        left_alone_for: Duration::from_millis(200),
        probes: 1,
    };
    let settings = HttpSettings {
        extra_hosts: vec![server.authority()],
        breaker,
        ..HttpSettings::default()
    };
    let http = Arc::new(Outgoing::new(&settings).unwrap());
    let wiring = Wiring {
        http,
        ..wiring(&[], Arc::new(Counted::default()))
    };
    let config = json!({"base_url": server.base_url(), "api_key": "k", "secret_key": "s"});
    let iyzico = provider("iyzico").unwrap();
    let check = async || iyzico.check(config.as_object().unwrap(), &wiring).await;

    server.put(Mood::ServerError);
    for _ in 0..5 {
        assert_eq!(check().await.outcome, Outcome::Unknown);
    }
    let left_alone = check().await;
    assert_eq!(left_alone.outcome, Outcome::Unavailable);
    assert!(left_alone.problem.unwrap().contains("left alone"));

    server.put(Mood::Well);
    assert_eq!(check().await.outcome, Outcome::Unavailable, "not yet");
    let later = async { while check().await.outcome != Outcome::Done {} };
    tokio::time::timeout(Duration::from_secs(10), later)
        .await
        .unwrap();
}

/// Everything that is logged in this process, by whichever library.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<String>>);

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.0.lock().unwrap().push_str(&line);
    }

    fn flush(&self) {}
}

impl io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap()
            .push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One configuration that reaches the server, whatever the provider.
fn config(name: &str, base_url: &str) -> Value {
    match name {
        "stripe" => json!({"base_url": base_url, "secret_key": "env:S"}),
        "netgsm" => {
            json!({"base_url": base_url, "usercode": "u", "password": "env:P", "header": "M"})
        }
        "iletimerkezi" => {
            json!({"base_url": base_url, "key": "env:K", "hash": "env:H", "sender": "M"})
        }
        "twilio" => {
            json!({"base_url": base_url, "account_sid": "AC", "auth_token": "env:T", "from": "M"})
        }
        _ => json!({"base_url": base_url, "api_key": "env:K", "secret_key": "env:S"}),
    }
}

#[tokio::test]
async fn nothing_secret_is_logged_at_the_highest_level() {
    let logged = Logged::default();
    log::set_boxed_logger(Box::new(logged.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let writer = logged.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    for mood in [
        Mood::Well,
        Mood::Truncated,
        Mood::ServerError,
        Mood::HangsUp,
    ] {
        let fake = FakeIyzico::with_accounts(&[("secret-of-K", "secret-of-S")]);
        let server = FakeServer::start(([127, 0, 0, 1], 0).into(), fake)
            .await
            .unwrap();
        server.put(mood);
        let wiring = wiring(&[server.authority()], Arc::new(Counted::default()));
        for gateway in ["iyzico", "craftgate", "stripe"] {
            let pos = pos(1, gateway, &config(gateway, &server.base_url()));
            let tokenizer = tokenizers(&wiring).of(&pos).cloned().unwrap();
            drop(
                tokenizer
                    .tokenize(&pos, request(GOOD, &reference(1), None))
                    .await,
            );
        }
        for name in ["netgsm", "iletimerkezi", "twilio"] {
            let config = config(name, &server.base_url())
                .as_object()
                .cloned()
                .unwrap();
            let sender = sms_sender(name, config, NumberPlan::default(), wiring.clone()).unwrap();
            drop(sender.send(&phone("5551234567"), &code_text()).await);
        }
    }
    drop(guard);

    let logged = logged.0.lock().unwrap();
    assert!(logged.contains("provider called"), "our own line is there");
    assert!(
        logged.contains("hyper_util"),
        "the libraries' lines are there"
    );
    for secret in [
        GOOD,
        "secret-of-",
        "5551234567",
        "123456 ",
        "kodunuz",
        "Yılmaz",
        "IYZWSv2",
        "Basic ",
    ] {
        assert!(!logged.contains(secret), "{secret} was logged");
    }
}

#[tokio::test]
async fn every_provider_can_be_set_up_by_its_name_and_its_configuration_checked() {
    let wiring = wiring(&["127.0.0.1:9".to_owned()], Arc::new(Counted::default()));
    for provider in PROVIDERS {
        let good = config(provider.name, "http://127.0.0.1:9")
            .as_object()
            .cloned()
            .unwrap();
        provider.check_config(&good, &wiring).unwrap();
        for key in provider.keys {
            let mut without = good.clone();
            without.remove(key.name);
            let is_needed =
                key.need != payments_gateways::config::Need::Optional || key.name == "from";
            let named = provider
                .check_config(&without, &wiring)
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
        let check = provider.check(&good, &wiring).await;
        assert_eq!(
            check.outcome,
            Outcome::Unavailable,
            "{}: nobody is there",
            provider.name
        );
    }
    let unknown = sms_sender(
        "carrier-pigeon",
        serde_json::Map::new(),
        NumberPlan::default(),
        wiring,
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
    let wiring = wiring(&["127.0.0.1:9".to_owned()], Arc::new(Counted::default()));
    let pos = pos(1, "iyzico", &config("iyzico", "http://127.0.0.1:9"));
    let tokenizer = IyzicoTokenizer::new(wiring.clone());
    let failed = Tokenizer::tokenize(&*tokenizer, &pos, request(GOOD, &reference(1), None)).await;
    assert!(matches!(failed, Err(TokenizeFailure::Unavailable(_))));
    let config = config("twilio", "http://127.0.0.1:9")
        .as_object()
        .cloned()
        .unwrap();
    let sender = sms_sender("twilio", config, NumberPlan::default(), wiring).unwrap();
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
            let is_secret = key.need == payments_gateways::config::Need::Secret;
            assert_eq!(
                row.contains("secret"),
                is_secret,
                "{}.md: {row}",
                provider.name
            );
        }
    }
}
