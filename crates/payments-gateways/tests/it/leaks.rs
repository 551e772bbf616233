//! Logs, even at the trace level, contain no part of a request to a provider or of its response.

use std::io;
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use payments_core::ports::Clock;
use payments_core::tokenization::{CalledWith, TokenSearch};
use payments_gateways::context::ProviderContext;
use payments_gateways::fakes::{
    Fake, FakeCertificate, FakeCraftgate, FakeIletiMerkezi, FakeIyzico, FakeNetgsm, FakeServer,
    FakeStripe, FakeTwilio, FaultMode,
};
use payments_gateways::http::{HttpSettings, Root};
use payments_gateways::provider::{Provider, ProviderKind};
use payments_gateways::providers::{PROVIDERS, http_client, sms_adapter, tokenizers};
use payments_gateways::sms::{NumberPlan, SmsAdapter};
use tracing_subscriber::filter::LevelFilter;

use crate::harness::{
    Counted, FAULT_MODES, StoppedClock, code_text, config, context, issued, phone, pos, reference,
    request,
};
use crate::tokenizer_contract::{DECLINED, GOOD, stated};

const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Everything that this process logs, by any library.
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

/// The provider's fake, with the account that configurations of tests name.
fn fake(name: &str) -> Arc<dyn Fake> {
    let accounts = [("secret-of-K", "secret-of-S")];
    match name {
        "iyzico" => FakeIyzico::with_accounts(&accounts),
        "craftgate" => FakeCraftgate::with_accounts(&accounts),
        "stripe" => FakeStripe::with_secret_keys(&["secret-of-S"]),
        "netgsm" => FakeNetgsm::new("u", "secret-of-P", "M"),
        "iletimerkezi" => FakeIletiMerkezi::new("secret-of-K", "secret-of-H", "M"),
        _ => FakeTwilio::new("AC", "secret-of-T", "M"),
    }
}

/// Sends a message and polls its report, which has the phone number.
async fn send_and_poll(adapter: SmsAdapter) {
    let sent = adapter
        .sender
        .send(&phone("5551234567"), &code_text())
        .await;
    if let (Ok(receipt), Some(reports)) = (sent, adapter.reports) {
        let ids: Vec<String> = receipt.message_id.into_iter().collect();
        drop(reports.poll(&ids, StoppedClock.now()).await);
    }
}

/// Makes every call of a provider; returns the issued tokens and customer keys.
async fn call(provider: Provider, url: &str, context: &ProviderContext) -> Vec<String> {
    let name = provider.name;
    let config = config(name, url);
    let values = config.as_object().cloned().unwrap();
    let check = format!("{:?}", provider.check(&values, context).await);
    assert!(!check.contains("secret-of-"), "{check}");
    if provider.kind() == ProviderKind::Sms {
        send_and_poll(sms_adapter(name, values, NumberPlan::default(), context.clone()).unwrap())
            .await;
        return Vec::new();
    }
    let pos = pos(1, name, &config);
    let tokenizer = tokenizers(context).of(&pos).cloned().unwrap();
    let mut tokens = Vec::new();
    for (run, number) in [(1, GOOD), (2, DECLINED)] {
        let reference = reference(run);
        let request = request(number, &reference, None);
        if let Ok(issued) = issued(tokenizer.tokenize(&pos, request).await) {
            let key = issued.provider_customer_key.clone();
            let called_with = key.map_or(CalledWith::NoKey, CalledWith::Key);
            let search = TokenSearch {
                reference,
                called_with,
            };
            drop(tokenizer.find(&pos, &search).await);
            drop(tokenizer.delete(&pos, &stated(&issued)).await);
            tokens.push(issued.token.as_str().to_owned());
            tokens.extend(
                issued
                    .provider_customer_key
                    .map(|key| key.as_str().to_owned()),
            );
        }
    }
    tokens
}

/// Calls a provider's fake with a fault.
async fn call_in(fault: FaultMode, provider: Provider) -> Vec<String> {
    let server = FakeServer::start(ANY_PORT.into(), fake(provider.name))
        .await
        .unwrap();
    server.put(fault);
    let context = context(&[server.authority()], Arc::new(Counted::default()));
    call(provider, &server.base_url(), &context).await
}

/// Calls a provider's fake with TLS, which adds its own log lines.
async fn call_with_tls(provider: Provider) -> Vec<String> {
    let certificate = FakeCertificate::new("localhost", 2020..2090).unwrap();
    let server = FakeServer::start_secured(ANY_PORT.into(), fake(provider.name), &certificate);
    let server = server.await.unwrap();
    let settings = HttpSettings {
        extra_hosts: vec![server.authority()],
        extra_roots: vec![Root(certificate.der().to_vec())],
        ..HttpSettings::default()
    };
    let context = ProviderContext {
        http: Arc::new(http_client(&settings).unwrap()),
        ..context(&[], Arc::new(Counted::default()))
    };
    let made = call(provider, &server.base_url(), &context).await;
    let is_tokenizer = provider.kind() == ProviderKind::Tokenizer;
    assert_eq!(!made.is_empty(), is_tokenizer, "{}", provider.name);
    made
}

/// Finds a secret in a log. Short ones may be part of a port or an address in memory, so they must be a whole word.
fn around<'a>(log: &'a str, secret: &str) -> Option<&'a str> {
    let joins = |one: Option<char>| one.is_some_and(|one| one.is_ascii_alphanumeric());
    let is_whole_word = |at: usize| {
        !joins(log[..at].chars().next_back()) && !joins(log[at + secret.len()..].chars().next())
    };
    let is_short = secret.len() <= 6 && secret.chars().all(|one| one.is_ascii_alphanumeric());
    let mut found = log.match_indices(secret).map(|(at, _)| at);
    let at = found.find(|at| !is_short || is_whole_word(*at))?;
    let line = log[..at].rfind('\n').map_or(0, |end| end + 1);
    log[line..].lines().next()
}

#[tokio::test]
async fn no_secret_is_logged_at_the_trace_level() {
    let logged = Logged::default();
    log::set_boxed_logger(Box::new(logged.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let writer = logged.clone();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For all threads: otherwise a callsite that another test reaches first would be disabled for this one.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let mut tokens = Vec::new();
    for provider in PROVIDERS {
        tokens.extend(call_with_tls(provider).await);
        let with_every_fault = FAULT_MODES.map(|(fault, _)| call_in(fault, provider));
        tokens.extend(join_all(with_every_fault).await.concat());
    }

    let logged = logged.0.lock().unwrap();
    for line in ["provider called", "reqwest", "hyper_util"] {
        assert!(logged.contains(line), "lines with {line} are there");
    }
    let card = [GOOD, DECLINED, "7391", "Yılmaz"];
    let message = ["5551234567", "123456", "kodunuz"];
    let account = ["secret-of-", "IYZWSv2", "Basic ", "Bearer "];
    let answer = tokens
        .iter()
        .map(String::as_str)
        .chain(["the provider's own words"]);
    for secret in answer.chain(card).chain(message).chain(account) {
        assert_eq!(around(&logged, secret), None, "{secret} was logged");
    }
}
