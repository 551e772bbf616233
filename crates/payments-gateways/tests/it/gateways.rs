//! The tokenizers, each against its fake.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use payments_core::card::{Brand, CardFacts, Expiry, StatedName};
use payments_core::catalog::Pos;
use payments_core::ports::{TokenizeFailure, Tokenizer};
use payments_core::tokenization::{CalledWith, RefusalReason};
use payments_gateways::context::ProviderContext;
use payments_gateways::craftgate::CraftgateTokenizer;
use payments_gateways::fakes::{
    Fake, FakeCraftgate, FakeIyzico, FakeServer, FakeStripe, FakeToken, FaultMode, IyzicoBehavior,
};
use payments_gateways::iyzico::IyzicoTokenizer;
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::provider;
use payments_gateways::stripe::StripeTokenizer;
use serde_json::{Value, json};

use crate::harness::{Counted, FAULT_MODES, context, issued, pos, reference, request};
use crate::tokenizer_contract::{self, Bench as _, GOOD, SILENT_BUT_MADE, tokenizer_contract};

pub(crate) struct Bench {
    gateway: &'static str,
    pub(crate) server: FakeServer,
    counted: Arc<Counted>,
    tokenizer: Arc<dyn Tokenizer>,
    tokens: Box<dyn Fn() -> Vec<FakeToken> + Send + Sync>,
}

pub(crate) const ACCOUNTS: [(&str, &str); 2] = [
    ("secret-of-KEY_1", "secret-of-SECRET_1"),
    ("secret-of-KEY_2", "secret-of-SECRET_2"),
];

async fn bench(
    gateway: &'static str,
    fake: Arc<dyn Fake>,
    make: fn(ProviderContext) -> Arc<dyn Tokenizer>,
    tokens: impl Fn() -> Vec<FakeToken> + Send + Sync + 'static,
) -> Bench {
    let server = FakeServer::start(([127, 0, 0, 1], 0).into(), fake)
        .await
        .unwrap();
    let counted = Arc::new(Counted::default());
    let tokenizer = make(context(&[server.authority()], counted.clone()));
    Bench {
        gateway,
        server,
        counted,
        tokenizer,
        tokens: Box::new(tokens),
    }
}

pub(crate) async fn iyzico() -> Bench {
    iyzico_bench(FakeIyzico::with_accounts(&ACCOUNTS)).await
}

/// iyzico with one account and behavior.
pub(crate) async fn iyzico_with(behavior: IyzicoBehavior) -> Bench {
    iyzico_bench(FakeIyzico::with_behavior(ACCOUNTS[0], behavior)).await
}

pub(crate) async fn iyzico_bench(fake: Arc<FakeIyzico>) -> Bench {
    bench(
        "iyzico",
        fake.clone(),
        |context| IyzicoTokenizer::new(context),
        move || fake.tokens().all(),
    )
    .await
}

pub(crate) async fn craftgate() -> Bench {
    craftgate_bench(FakeCraftgate::with_accounts(&ACCOUNTS)).await
}

pub(crate) async fn craftgate_bench(fake: Arc<FakeCraftgate>) -> Bench {
    bench(
        "craftgate",
        fake.clone(),
        |context| CraftgateTokenizer::new(context),
        move || fake.tokens().all(),
    )
    .await
}

pub(crate) async fn stripe() -> Bench {
    stripe_bench(FakeStripe::with_secret_keys(&ACCOUNTS.map(|one| one.1))).await
}

pub(crate) async fn stripe_bench(fake: Arc<FakeStripe>) -> Bench {
    bench(
        "stripe",
        fake.clone(),
        |context| StripeTokenizer::new(context),
        move || fake.tokens().all(),
    )
    .await
}

impl Bench {
    fn config(&self, pk: i64) -> Value {
        let mut config = json!({
            "base_url": self.server.base_url(),
            "secret_key": format!("env:SECRET_{pk}"),
        });
        if self.gateway != "stripe" {
            config["api_key"] = format!("env:KEY_{pk}").into();
        }
        config
    }

    fn live(&self) -> Vec<FakeToken> {
        (self.tokens)()
            .into_iter()
            .filter(|token| token.live)
            .collect()
    }

    /// Stores a customer's first card at the first point of sale.
    async fn store(&self, number: &str) -> Result<(), TokenizeFailure> {
        self.store_at(&self.pos(1), number).await
    }

    async fn store_at(&self, pos: &Pos, number: &str) -> Result<(), TokenizeFailure> {
        let request = request(number, &reference(1), None);
        self.tokenizer.tokenize(pos, request).await.map(|_| ())
    }

    /// How the calls so far ended.
    fn outcomes(&self) -> Vec<Outcome> {
        self.counted
            .0
            .lock()
            .unwrap()
            .iter()
            .map(|call| call.2)
            .collect()
    }
}

#[async_trait]
impl tokenizer_contract::Bench for Bench {
    fn tokenizer(&self) -> Arc<dyn Tokenizer> {
        self.tokenizer.clone()
    }

    fn pos(&self, pk: i64) -> Pos {
        pos(pk, self.gateway, &self.config(pk))
    }

    async fn live_tokens(&self) -> Vec<String> {
        self.live().into_iter().map(|token| token.token).collect()
    }
}

tokenizer_contract!(iyzico_contract, iyzico());
tokenizer_contract!(craftgate_contract, craftgate());
tokenizer_contract!(stripe_contract, stripe());

/// Stores a card with every fault of the fake, concurrently.
async fn with_every_fault(make_bench: impl AsyncFn() -> Bench) {
    // Everything is set up before the first call, which has a short timeout.
    let mut benches = Vec::new();
    for _ in FAULT_MODES {
        benches.push(make_bench().await);
    }
    let day = async |((fault, expected), bench): ((FaultMode, Outcome), Bench)| {
        bench.server.put(fault);
        let stored = bench.store(GOOD).await;
        assert_eq!(bench.outcomes(), [expected], "{fault:?}");
        assert_eq!(stored.is_ok(), expected == Outcome::Done, "{fault:?}");
        assert!(bench.live().len() <= 1, "{fault:?} stored the card twice");
    };
    join_all(FAULT_MODES.into_iter().zip(benches).map(day)).await;
}

#[tokio::test]
async fn faults_of_iyzico_end_in_the_right_outcome() {
    with_every_fault(iyzico).await;
}

#[tokio::test]
async fn faults_of_craftgate_end_in_the_right_outcome() {
    with_every_fault(craftgate).await;
}

#[tokio::test]
async fn faults_of_stripe_end_in_the_right_outcome() {
    with_every_fault(stripe).await;
}

/// Stores a card with an invalid configuration; returns the log.
async fn mistake(bench: &Bench, key: &str, value: Option<Value>) -> String {
    let mut config = bench.config(1);
    match value {
        Some(value) => config[key] = value,
        None => drop(config.as_object_mut().unwrap().remove(key)),
    }
    let refused = bench.store_at(&pos(1, bench.gateway, &config), GOOD).await;
    let Err(TokenizeFailure::Unavailable(unavailable)) = refused else {
        panic!("{}: a wrong {key} was not noticed", bench.gateway);
    };
    unavailable.source.unwrap().to_string()
}

#[tokio::test]
async fn a_wrong_configuration_is_reported_and_stores_nothing() {
    for bench in [iyzico().await, craftgate().await, stripe().await] {
        for (key, value) in [
            ("secret_key", None),
            ("secret_key", Some(json!("env:BAD"))),
            ("secret_key", Some(json!(5))),
            ("secret_key", Some(json!("env:OTHER"))),
            ("base_url", Some(json!("https://evil.example"))),
            ("base_url", Some(json!("http://api.iyzipay.com"))),
            ("misspelt", Some(json!("x"))),
        ] {
            let logged = mistake(&bench, key, value).await;
            assert!(logged.contains(key), "{}: {logged}", bench.gateway);
            assert!(!logged.contains("secret-of"), "{logged}");
        }
        assert!(
            bench
                .outcomes()
                .iter()
                .all(|outcome| *outcome == Outcome::Misconfigured)
        );
        assert!((bench.tokens)().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    for bench in [iyzico().await, craftgate().await, stripe().await] {
        let pos = bench.pos(1);
        drop(bench.server);
        tokio::task::yield_now().await;
        let request = request(GOOD, &reference(1), None);
        let refused = issued(bench.tokenizer.tokenize(&pos, request).await);
        assert!(
            matches!(refused, Err(TokenizeFailure::Unavailable(_))),
            "{}",
            bench.gateway
        );
    }
}

#[tokio::test]
async fn every_token_bears_our_reference() {
    for bench in [iyzico().await, craftgate().await, stripe().await] {
        bench.store(GOOD).await.unwrap();
        let stored = bench.live().remove(0);
        assert_eq!(stored.reference, reference(1).0);
        assert_eq!(stored.shown_digits, "5528790008");
    }
}

#[tokio::test]
async fn what_a_gateway_states_about_a_card_comes_with_its_token() {
    for (bench, family, bank, expiry) in [
        (iyzico().await, Some("Paraf"), Some("Halk Bankası"), None),
        (
            craftgate().await,
            Some("World"),
            Some("YAPI VE KREDİ BANKASI A.Ş."),
            None,
        ),
        (stripe().await, None, None, Expiry::new(1, 2031).ok()),
    ] {
        let name = |text: Option<&str>| text.map(|text| StatedName::parse(text).unwrap());
        let expected = CardFacts {
            brand: Some(Brand::Mastercard),
            family: name(family),
            bank: name(bank),
            expiry,
        };
        let card = request(GOOD, &reference(1), None);
        let issued = issued(bench.tokenizer.tokenize(&bench.pos(1), card).await).unwrap();
        assert_eq!(issued.facts, expected, "{}", bench.gateway);
    }
}

#[tokio::test]
async fn a_first_card_whose_answer_is_lost_is_found_without_a_customer_key() {
    for bench in [craftgate().await, stripe().await] {
        let lost = bench.store(SILENT_BUT_MADE).await;
        assert!(matches!(lost, Err(TokenizeFailure::Unknown)));
        let found = tokenizer_contract::find(&bench, 1, CalledWith::NoKey).await;
        let found = tokenizer_contract::tokens(&found);
        assert_eq!(found.len(), 1, "{}", bench.gateway);
        bench
            .tokenizer
            .delete(&bench.pos(1), &found[0])
            .await
            .unwrap();
        assert!(bench.live().is_empty());
    }
}

#[tokio::test]
async fn a_card_that_stripe_wants_authenticated_is_refused_clearly() {
    let bench = stripe().await;
    let Err(TokenizeFailure::Refused(refusal)) = bench.store("4000002500003155").await else {
        panic!("not refused");
    };
    assert_eq!(refusal.reason, RefusalReason::NotAllowed);
    assert_eq!(refusal.gateway_code.as_deref(), Some("requires_action"));
    assert!(bench.live().is_empty());
}

#[tokio::test]
async fn only_stripe_is_logged_the_cvv() {
    for (bench, expected) in [
        (iyzico().await, false),
        (craftgate().await, false),
        (stripe().await, true),
    ] {
        assert_eq!(
            bench.tokenizer.needs_cvv(&bench.pos(1)),
            expected,
            "{}",
            bench.gateway
        );
    }
}

#[tokio::test]
async fn a_check_distinguishes_valid_credentials_from_others() {
    for bench in [iyzico().await, craftgate().await, stripe().await] {
        let context = context(&[bench.server.authority()], bench.counted.clone());
        let provider = provider(bench.gateway).unwrap();
        let mut config = bench.config(1);
        let check = provider.check(config.as_object().unwrap(), &context).await;
        assert_eq!(
            (check.outcome, check.problem),
            (Outcome::Done, None),
            "{}",
            bench.gateway
        );

        config["secret_key"] = "env:ANOTHER".into();
        let check = provider.check(config.as_object().unwrap(), &context).await;
        assert_eq!(check.outcome, Outcome::Misconfigured, "{}", bench.gateway);
        assert!((bench.tokens)().is_empty(), "a check stores nothing");
    }
}
