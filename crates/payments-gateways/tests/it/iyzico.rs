//! iyzico, against its fake.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::catalog::Pos;
use payments_core::ports::{TokenizeFailure, Tokenizer};
use payments_gateways::fakes::{FakeIyzico, FakeServer, Mood};
use payments_gateways::iyzico::IyzicoTokenizer;
use payments_gateways::outcome::Outcome;
use serde_json::json;

use crate::tokenizer_contract::{self, GOOD, SILENT_BUT_MADE, tokenizer_contract};
use crate::world::{Counted, pos, reference, request, wiring};

struct Bench {
    fake: Arc<FakeIyzico>,
    server: FakeServer,
    counted: Arc<Counted>,
    tokenizer: Arc<IyzicoTokenizer>,
}

async fn bench() -> Bench {
    let accounts = [
        ("secret-of-KEY_1", "secret-of-SECRET_1"),
        ("secret-of-KEY_2", "secret-of-SECRET_2"),
    ];
    let fake = FakeIyzico::with_accounts(&accounts);
    let server = FakeServer::start(([127, 0, 0, 1], 0).into(), fake.clone())
        .await
        .unwrap();
    let counted = Arc::new(Counted::default());
    let wiring = wiring(&[server.authority()], counted.clone());
    Bench {
        fake,
        server,
        counted,
        tokenizer: IyzicoTokenizer::new(wiring),
    }
}

#[async_trait]
impl tokenizer_contract::Bench for Bench {
    fn tokenizer(&self) -> Arc<dyn Tokenizer> {
        self.tokenizer.clone()
    }

    fn pos(&self, pk: i64) -> Pos {
        let config = json!({
            "base_url": self.server.base_url(),
            "api_key": format!("env:KEY_{pk}"),
            "secret_key": format!("env:SECRET_{pk}"),
        });
        pos(pk, "iyzico", &config)
    }

    async fn live_tokens(&self) -> Vec<String> {
        self.fake.tokens().live()
    }
}

tokenizer_contract!(contract, bench());

async fn store(bench: &Bench, number: &str) -> Result<(), TokenizeFailure> {
    use tokenizer_contract::Bench as _;
    let request = request(number, &reference(1), None);
    bench
        .tokenizer()
        .tokenize(&bench.pos(1), request)
        .await
        .map(|_| ())
}

#[tokio::test]
async fn a_first_card_whose_answer_is_lost_is_asked_for_again_and_stored_once() {
    let bench = bench().await;
    store(&bench, SILENT_BUT_MADE).await.unwrap();
    assert_eq!(bench.fake.tokens().live().len(), 1);
}

#[tokio::test]
async fn bad_days_end_in_the_right_outcome() {
    for (mood, expected) in [
        (Mood::ServerError, Outcome::Unknown),
        (Mood::Throttling, Outcome::RateLimited),
        (Mood::Redirect, Outcome::Unknown),
        (Mood::WebPage, Outcome::Unknown),
        (Mood::Truncated, Outcome::Unknown),
        (Mood::Cut, Outcome::Unknown),
        (Mood::HangsUp, Outcome::Unknown),
        (Mood::TenMegabytes, Outcome::Unknown),
        (Mood::Silent, Outcome::Unknown),
        (Mood::Slow(Duration::from_millis(50)), Outcome::Done),
    ] {
        let bench = bench().await;
        bench.server.put(mood);
        let stored = store(&bench, GOOD).await;
        assert_eq!(
            bench.counted.0.lock().unwrap()[..],
            [("iyzico", "tokenize", expected)],
            "{mood:?}"
        );
        assert_eq!(stored.is_ok(), expected == Outcome::Done, "{mood:?}");
        assert!(
            bench.fake.tokens().live().len() <= 1,
            "{mood:?} stored the card twice"
        );
    }
}

#[tokio::test]
async fn wrong_configuration_is_named_and_nothing_is_sent() {
    let bench = bench().await;
    let url = bench.server.base_url();
    for (config, named) in [
        (
            json!({"base_url": url, "secret_key": "env:SECRET_1"}),
            "api_key",
        ),
        (
            json!({"base_url": url, "api_key": "env:BAD", "secret_key": "env:SECRET_1"}),
            "api_key",
        ),
        (
            json!({"base_url": url, "api_key": "env:KEY_1", "secret_key": 5}),
            "secret_key",
        ),
        (
            json!({"base_url": "https://evil.example", "api_key": "env:KEY_1", "secret_key": "env:SECRET_1"}),
            "base_url",
        ),
        (
            json!({"base_ulr": url, "api_key": "env:KEY_1", "secret_key": "env:SECRET_1"}),
            "base_ulr",
        ),
        (
            json!({"base_url": url, "api_key": "env:KEY_1", "secret_key": "env:SECRET_2"}),
            "secret_key",
        ),
    ] {
        let pos = pos(1, "iyzico", &config);
        let refused = bench.tokenizer.as_ref();
        let refused = Tokenizer::tokenize(refused, &pos, request(GOOD, &reference(1), None)).await;
        let Err(TokenizeFailure::Unavailable(unavailable)) = refused else {
            panic!("{named}")
        };
        let source = unavailable.source.unwrap().to_string();
        assert!(source.contains(named), "{source}");
        assert!(!source.contains("secret-of"), "{source}");
    }
    assert!(bench.fake.tokens().all().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let bench = bench().await;
    let pos = tokenizer_contract::Bench::pos(&bench, 1);
    drop(bench.server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let refused =
        Tokenizer::tokenize(&*bench.tokenizer, &pos, request(GOOD, &reference(1), None)).await;
    assert!(matches!(refused, Err(TokenizeFailure::Unavailable(_))));
}
