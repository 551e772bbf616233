//! Traces of the program, against a collector.

mod collector;
mod witness;

use std::time::{Duration, Instant};

use payments_spans::ATTRIBUTES;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::SETUP;
use crate::app::{GOOD_NUMBER, client, json as json_of};
use crate::program::Program;
use crate::provider_harness::{SECRET, Sender, THEIR_WORDS, secret_file, senders_secret};
use crate::setup::{Fixture, Setup};

use collector::{Collector, Span};
use witness::Witness;

const SESSION: &str = "demo_customer_0000000000000000001";
/// The caller's span of each request, in a trace of its own.
const CALLER: &str = "00f067aa0ba902b7";
const SERVER: i32 = 2;
const CLIENT: i32 = 3;

/// A trace id by its number, with letters only where a card number could be.
fn trace(number: u8) -> String {
    format!("4bf92f3577b34da6a3ce929d0e0e47{number:02x}")
}

/// A customer of the program.
struct Customer<'p> {
    program: &'p Program,
    client: Client,
}

impl Customer<'_> {
    /// A request whose caller has a trace; it does not ask for sampling.
    fn request(&self, method: Method, path: &str, number: u8) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.program.url))
            .header("cookie", format!("osessionid={SESSION}"))
            .header("content-type", "application/json")
            .header("traceparent", format!("00-{}-{CALLER}-00", trace(number)))
            .header("tracestate", "vendor=their-own-text")
    }

    async fn csrf_token(&self) -> String {
        let asked = self.request(Method::GET, "/csrf_token/", 0x10).send().await;
        let token = json_of(asked.expect("an answer")).await;
        token["csrf_token"].as_str().expect("a token").to_owned()
    }

    async fn post(&self, path: &str, number: u8, token: &str, body: &Value) -> u16 {
        let request = self.request(Method::POST, path, number);
        let request = request.header("x-csrftoken", token).body(body.to_string());
        request.send().await.expect("an answer").status().as_u16()
    }
}

/// What was said and seen while a card was saved.
struct Journey {
    secrets: Vec<String>,
    /// `traceparent` of the calls of the gateway.
    parents: Vec<String>,
    log: Vec<String>,
}

async fn save_a_card(collector: &Collector) -> Journey {
    let (gateway, witness) = Witness::start().await;
    let sender = Sender::start("twilio").await;
    let folder = TempDir::new().expect("a folder");
    let secret = secret_file(folder.path(), SECRET);
    let hosts = [gateway.server.authority(), sender.server.authority()].join(",");
    let (endpoint, folders) = (collector.url(), folder.path().display().to_string());
    let senders = sender.settings(&senders_secret(folder.path()));
    let mut settings = vec![
        ("traces.endpoint", &*endpoint),
        ("traces.headers", "x-vendor=its key"),
        ("traces.sample_ratio", "1"),
        ("sms.providers", sender.name),
        ("gateways.enabled", gateway.name),
        ("gateways.extra_hosts", &hosts),
        ("gateways.secret_folders", &folders),
    ];
    settings.extend(senders.iter().map(|(key, value)| (&**key, &**value)));
    let fixture = Fixture::new().await;
    let program = Program::start(&fixture.settings(&settings));
    let customer = Customer {
        program: &program,
        client: client(),
    };
    let imported = customer
        .request(Method::POST, "/manage/v1/import/", 0x11)
        .header("authorization", "Bearer demo")
        .body(gateway.document(&secret).to_string());
    assert_eq!(imported.send().await.expect("an answer").status(), 200);
    let token = customer.csrf_token().await;
    let card = json!({"card_holder": "Ayse Gizli", "card_number": GOOD_NUMBER, "card_month": "12",
        "card_year": "2035", "card_cvv": "7373", "consent": true});
    let path = "/payments/stored-cards/card/?card_number=5528790000000008";
    assert_eq!(customer.post(path, CARD, &token, &card).await, 204);
    let phone = json!({"phone_number": "05559876543"});
    let path = "/payments/stored-cards/phone-number/";
    assert_eq!(customer.post(path, PHONE, &token, &phone).await, 204);
    let code = sender.newest_code();
    let path = "/payments/stored-cards/otp/";
    assert_eq!(
        customer
            .post(path, OTP, &token, &json!({"otp": code}))
            .await,
        200
    );
    let listed = customer.request(Method::GET, "/payments/cards/basket/", LISTING);
    assert_eq!(listed.send().await.expect("an answer").status(), 200);
    let strange = customer.client.get(format!("{}/health/live", program.url));
    let strange = strange.header("traceparent", "00-55287900000000080000000000000000-x-01");
    assert_eq!(strange.send().await.expect("an answer").status(), 200);
    let live = gateway.live();
    assert_eq!(live.len(), 1);
    let texts = [
        "7373",
        "05559876543",
        "5559876543",
        "Gizli",
        SECRET,
        SESSION,
        &token,
        &code,
        THEIR_WORDS,
        GOOD_NUMBER,
        &GOOD_NUMBER[..8],
        "Bearer demo",
        "card_number",
        "their-own-text",
    ];
    drop(customer);
    Journey {
        secrets: texts.map(str::to_owned).into_iter().chain(live).collect(),
        parents: witness.parents(),
        log: program.stop(),
    }
}

const CARD: u8 = 0x21;
const PHONE: u8 = 0x22;
const OTP: u8 = 0x23;
const LISTING: u8 = 0x24;

/// The spans of a trace, the request's first.
fn of_trace(spans: &[Span], number: u8) -> (&Span, Vec<&Span>) {
    let id = trace(number);
    let of_trace: Vec<&Span> = spans.iter().filter(|span| span.trace == id).collect();
    let (requests, rest): (Vec<&Span>, _) =
        of_trace.into_iter().partition(|span| span.parent == CALLER);
    let [request] = requests[..] else {
        panic!("one request continues the caller's trace: {requests:?}");
    };
    for span in &rest {
        let mut parents = rest.iter().chain([&request]);
        let has_parent = parents.any(|one| one.id == span.parent);
        assert!(has_parent, "{span:?} has no parent in its trace");
    }
    (request, rest)
}

fn named<'s>(spans: &[&'s Span], name: &str) -> &'s Span {
    let mut found = spans.iter().filter(|span| span.name == name);
    found
        .next()
        .unwrap_or_else(|| panic!("no {name} in {spans:#?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_card_is_traced_from_the_caller_to_the_providers_without_anything_secret() {
    let collector = Collector::start().await;
    let journey = save_a_card(&collector).await;
    let spans = collector.spans();
    requests_queries_commands_and_calls_are_spans(&spans, &journey);
    jobs_are_traces_of_their_own(&spans);
    let listing = of_trace(&spans, LISTING);
    assert_eq!(listing.0.name, "GET /payments/cards/basket/");
    named(&listing.1, "SessionBaskets.run");
    let health = spans.iter().find(|span| span.name == "GET /health/live");
    let health = health.expect("a request with an invalid traceparent is traced");
    assert_eq!(health.parent, "", "and begins a trace");
    assert!(
        collector
            .headers("x-vendor")
            .iter()
            .all(|value| value == "its key")
    );
    nothing_secret_is_exported(&spans, &collector.bytes(), &journey);
}

fn requests_queries_commands_and_calls_are_spans(spans: &[Span], journey: &Journey) {
    let (request, within) = of_trace(spans, OTP);
    assert_eq!(request.name, "POST /payments/stored-cards/otp/");
    assert_eq!((request.kind, request.is_error), (SERVER, false));
    assert_eq!(request.attribute("http.request.method"), "POST");
    assert_eq!(
        request.attribute("http.route"),
        "/payments/stored-cards/otp/"
    );
    assert_eq!(request.attribute("http.response.status_code"), "200");
    let system = match SETUP {
        Setup::Embedded => "sqlite",
        Setup::Servers => "postgresql",
    };
    let query = named(&within, "Sessions.find");
    assert_eq!(query.kind, CLIENT);
    assert_eq!(query.attribute("db.system.name"), system);
    assert_eq!(query.attribute("db.operation.name"), "read");
    assert_eq!(query.attribute("db.query.summary"), "Sessions.find");
    let writes = within
        .iter()
        .filter(|span| span.attribute("db.operation.name") == "write");
    assert!(
        writes.count() >= 2,
        "the intent, and the saved card: {within:#?}"
    );
    if SETUP == Setup::Servers {
        let command = named(&within, "GETDEL");
        assert_eq!(
            (command.kind, command.attribute("db.system.name")),
            (CLIENT, "redis")
        );
    }
    let operation = named(&within, "iyzico tokenize");
    assert_eq!(operation.attribute("payments.operation"), "tokenize");
    let calls = within.iter().filter(|span| span.parent == operation.id);
    let calls: Vec<&&Span> = calls.collect();
    let [call, ..] = calls[..] else {
        panic!("no call in {within:#?}");
    };
    assert_eq!((call.kind, &*call.name), (CLIENT, "POST"));
    assert_eq!(call.attribute("payments.provider"), "iyzico");
    assert_eq!(call.attribute("server.address"), "127.0.0.1");
    assert_eq!(call.attribute("http.response.status_code"), "200");
    let seen = &journey.parents;
    for call in calls {
        let sent = format!("00-{}-{}-01", trace(OTP), call.id);
        assert!(
            seen.contains(&sent),
            "the gateway sees the call's span: {seen:?}"
        );
    }
    let (_, within) = of_trace(spans, PHONE);
    named(&within, "twilio send");
    let has_trace =
        |line: &&String| line.contains("/payments/stored-cards/otp/") && line.contains(&trace(OTP));
    assert!(
        journey.log.iter().any(|line| has_trace(&line)),
        "{:?}",
        journey.log
    );
}

fn jobs_are_traces_of_their_own(spans: &[Span]) {
    let job = spans.iter().find(|span| span.name == "reconcile");
    let job = job.expect("the reconciler ran");
    assert_eq!(job.parent, "");
    let within: Vec<_> = spans
        .iter()
        .filter(|span| span.trace == job.trace)
        .collect();
    assert!(
        within.iter().any(|span| span.parent == job.id),
        "{within:?}"
    );
}

/// Attributes are those on the list, names are words of the program, and no secret is in any byte, in text or as digits
/// packed into an id.
fn nothing_secret_is_exported(spans: &[Span], bytes: &[u8], journey: &Journey) {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
    };
    for span in spans {
        assert_eq!(span.excess, Vec::<String>::new(), "{span:?}");
        for key in span.attributes.keys() {
            assert!(ATTRIBUTES.contains(&&**key), "{span:?}");
        }
        let query = span.attribute("db.query.summary");
        assert!(
            query.is_empty() || query.split('.').all(is_word),
            "{span:?}"
        );
        assert_eq!(span.attributes.get("db.query.text"), None);
    }
    let contains = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    for secret in &journey.secrets {
        // Few digits can be part of a port.
        if secret.len() > 5 || secret.parse::<u32>().is_err() {
            assert!(!contains(secret.as_bytes()), "{secret} is exported");
        }
        let values = spans.iter().flat_map(|span| span.attributes.values());
        let mut texts = values.chain(spans.iter().map(|span| &span.name));
        assert!(!texts.any(|text| text == secret), "{secret} is exported");
    }
    let packed = hex::decode(GOOD_NUMBER).expect("digits");
    assert!(!contains(&packed), "the number's digits are exported");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test measures with its own watch"
)]
fn now() -> Instant {
    Instant::now()
}

/// Requests until the metrics say that spans were lost in this way.
async fn lose_spans(settings: &[(&str, &str)], how: &str) {
    let fixture = Fixture::new().await;
    let program = Program::start(&fixture.settings(settings));
    let client = client();
    let began = now();
    let quickest = loop {
        let mut quickest = Duration::MAX;
        for _ in 0..20 {
            let asked = now();
            let url = format!("{}/payments/cards/product/1/", program.url);
            let answer = client.get(url).send().await.expect("an answer");
            assert_eq!(answer.status(), 200);
            quickest = quickest.min(asked.elapsed());
        }
        let metrics = client.get(format!("{}/metrics", program.url)).send().await;
        let metrics = metrics.expect("an answer").text().await.expect("a body");
        let series = format!("payments_trace_spans_total{{result=\"{how}\"}} ");
        let count = metrics.lines().find_map(|line| line.strip_prefix(&series));
        if count.expect("a count") != "0" {
            break quickest;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "{metrics}");
    };
    assert!(
        quickest < Duration::from_millis(500),
        "requests wait: {quickest:?}"
    );
    drop(client);
    let log = program.stop();
    assert!(
        log.iter().any(|line| line.contains("spans are lost")),
        "{log:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_collector_requests_are_answered_and_the_lost_spans_counted() {
    let unused = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", unused.local_addr().expect("its address"));
    drop(unused);
    let settings = [
        ("traces.endpoint", &*endpoint),
        ("traces.sample_ratio", "1"),
    ];
    lose_spans(&settings, "failed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_collector_that_does_not_answer_the_queue_is_full_and_requests_are_answered() {
    // It accepts connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", silent.local_addr().expect("its address"));
    let settings = [
        ("traces.endpoint", &*endpoint),
        ("traces.sample_ratio", "1"),
        ("traces.queue_size", "2"),
        ("traces.timeout_seconds", "1"),
    ];
    lose_spans(&settings, "dropped").await;
}
