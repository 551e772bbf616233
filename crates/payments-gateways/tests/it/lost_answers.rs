//! Lost responses and their retries, and invalid tokens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::ports::{TokenizeFailure, Tokenizer};
use payments_core::tokenization::{CalledWith, RefusalReason, TokenSearch};
use payments_gateways::fakes::{
    Fake, FakeCraftgate, FakeIyzico, FakeServer, FakeStripe, IyzicoBehavior, Received, Reply,
};
use payments_gateways::providers::tokenizer;

use crate::harness::{Counted, config, context, pos, reference, request};
use crate::tokenizer_contract::{GOOD, tokens};

const ACCOUNT: (&str, &str) = ("secret-of-K", "secret-of-S");

/// How a call ends.
#[derive(Clone, Copy)]
enum Fate {
    Answered,
    /// It is executed, and its response is lost.
    Lost,
    /// It is not executed; the response has this status and body.
    Instead(u16, &'static str),
}

use Fate::{Answered, Instead, Lost};

const THROTTLED: Fate = Instead(429, "");

/// A gateway with these faults, one for each call, and none after that.
struct Fated {
    gateway: Arc<dyn Fake>,
    fates: Mutex<VecDeque<Fate>>,
}

#[async_trait]
impl Fake for Fated {
    async fn answer(&self, request: Received) -> Reply {
        let fate = self.fates.lock().unwrap().pop_front().unwrap_or(Answered);
        match fate {
            Instead(status, body) => Reply::text(status, "application/json", body),
            Answered => self.gateway.answer(request).await,
            Lost => {
                self.gateway.answer(request).await;
                Reply::HangUp
            }
        }
    }
}

/// A gateway's running fake, and the adapter that calls it.
struct Bench {
    _server: FakeServer,
    tokenizer: Arc<dyn Tokenizer>,
    pos: Pos,
}

impl Bench {
    async fn of(name: &str, fake: Arc<dyn Fake>) -> Self {
        let server = FakeServer::start(([127, 0, 0, 1], 0).into(), fake)
            .await
            .unwrap();
        let context = context(&[server.authority()], Arc::new(Counted::default()));
        Self {
            pos: pos(1, name, &config(name, &server.base_url())),
            tokenizer: tokenizer(name, context).unwrap(),
            _server: server,
        }
    }

    /// Stores a customer's first card.
    async fn store(&self) -> Result<(), TokenizeFailure> {
        let card = request(GOOD, &reference(1), None);
        self.tokenizer.tokenize(&self.pos, card).await.map(|_| ())
    }
}

/// Stores a customer's first card at a gateway whose calls end like this.
async fn store(name: &str, gateway: Arc<dyn Fake>, fates: &[Fate]) -> Result<(), TokenizeFailure> {
    let fates = Mutex::new(fates.iter().copied().collect());
    let behind = Arc::new(Fated { gateway, fates });
    Bench::of(name, behind).await.store().await
}

async fn store_at_iyzico(behavior: IyzicoBehavior, fates: &[Fate]) -> (bool, usize) {
    let iyzico = FakeIyzico::with_behavior(ACCOUNT, behavior);
    let stored = store("iyzico", iyzico.clone(), fates).await;
    if let Err(failure) = &stored {
        assert!(matches!(failure, TokenizeFailure::Unknown), "{failure}");
    }
    (stored.is_ok(), iyzico.tokens().live().len())
}

#[tokio::test]
async fn a_first_card_of_iyzico_is_retried_while_its_number_is_held() {
    let behavior = IyzicoBehavior::default();
    let stored_once = (true, 1);
    assert_eq!(store_at_iyzico(behavior, &[Lost]).await, stored_once);
    assert_eq!(store_at_iyzico(behavior, &[Lost; 3]).await, stored_once);
    let away = [Lost, THROTTLED, Instead(503, "")];
    assert_eq!(store_at_iyzico(behavior, &away).await, stored_once);
    let never = (false, 1);
    assert_eq!(store_at_iyzico(behavior, &[Lost; 4]).await, never);
}

#[tokio::test]
async fn a_retry_that_is_not_executed_proves_nothing_about_a_lost_response() {
    let refused = Instead(400, r#"{"status":"failure","errorCode":"10051"}"#);
    let misconfigured = Instead(400, r#"{"status":"failure","errorCode":"1000"}"#);
    for fate in [THROTTLED, refused, misconfigured] {
        let fates = [Lost, fate, fate, fate];
        let unknown = (false, 1);
        assert_eq!(
            store_at_iyzico(IyzicoBehavior::default(), &fates).await,
            unknown
        );
    }
    let unauthorized = Instead(401, "");
    for fate in [THROTTLED, unauthorized] {
        let stripe = FakeStripe::with_secret_keys(&[ACCOUNT.1]);
        // The customer, the card, and the setup intent that attaches it.
        let fates = [Answered, Answered, Lost, fate];
        let stored = store("stripe", stripe.clone(), &fates).await;
        assert!(matches!(stored, Err(TokenizeFailure::Unknown)));
        assert_eq!(
            stripe.tokens().live().len(),
            1,
            "for the reconciler to find"
        );
    }
}

#[tokio::test]
async fn what_stripe_says_under_the_same_key_counts() {
    let declined = r#"{"error":{"type":"card_error","decline_code":"do_not_honor"}}"#;
    let stripe = FakeStripe::with_secret_keys(&[ACCOUNT.1]);
    let lost_refusal = [Answered, Answered, Instead(502, ""), Instead(402, declined)];
    let stored = store("stripe", stripe.clone(), &lost_refusal).await;
    let Err(TokenizeFailure::Refused(refusal)) = stored else {
        panic!("not refused");
    };
    assert_eq!(refusal.reason, RefusalReason::Declined);
    for at in 0..3 {
        let stripe = FakeStripe::with_secret_keys(&[ACCOUNT.1]);
        let mut fates = [Answered; 3];
        fates[at] = Lost;
        store("stripe", stripe.clone(), &fates).await.unwrap();
        assert_eq!(
            stripe.tokens().live().len(),
            1,
            "the same key, the same card"
        );
    }
}

#[tokio::test]
async fn a_card_that_iyzico_stores_twice_is_deleted_once() {
    let behavior = IyzicoBehavior {
        keeps_external_ids: false,
        keeps_emails: true,
    };
    assert_eq!(store_at_iyzico(behavior, &[Lost, Lost]).await, (true, 1));
}

/// A gateway that returns a card number in place of its token.
struct Revealing {
    gateway: Arc<dyn Fake>,
    token: &'static str,
    number: &'static str,
}

#[async_trait]
impl Fake for Revealing {
    async fn answer(&self, request: Received) -> Reply {
        match self.gateway.answer(request).await {
            Reply::Body { status, body, .. } => {
                let text = String::from_utf8_lossy(&body).replace(self.token, self.number);
                Reply::text(status, "application/json", text)
            }
            other @ (Reply::Redirect(_)
            | Reply::Late(..)
            | Reply::Cut(_)
            | Reply::HangUp
            | Reply::Silence) => other,
        }
    }
}

#[tokio::test]
async fn a_card_number_is_never_taken_for_a_token() {
    let gateway = |name: &str| -> Arc<dyn Fake> {
        match name {
            "iyzico" => FakeIyzico::with_accounts(&[ACCOUNT]),
            "craftgate" => FakeCraftgate::with_accounts(&[ACCOUNT]),
            _ => FakeStripe::with_secret_keys(&[ACCOUNT.1]),
        }
    };
    for (name, token, customer) in [
        ("iyzico", "ct-secret-of-K-0", "cuk-secret-of-K-0"),
        (
            "craftgate",
            "11a078c4-secret-of-K-0",
            "fac377f2-secret-of-K-0",
        ),
        ("stripe", "pm_0", "cus_0"),
    ] {
        for number in ["4222222222222", GOOD, "6304000000000000000"] {
            let revealing = Arc::new(Revealing {
                gateway: gateway(name),
                token,
                number,
            });
            let bench = Bench::of(name, revealing).await;
            let stored = bench.store().await;
            assert!(matches!(stored, Err(TokenizeFailure::Unknown)), "{name}");
            let called_with = CalledWith::Key(ProviderCustomerKey::parse(customer).unwrap());
            let reference = reference(1);
            let search = TokenSearch {
                reference,
                called_with,
            };
            let found = bench.tokenizer.find(&bench.pos, &search).await.unwrap();
            // Stripe's method has no customer yet; at the others the number could be queued for deletion.
            let found = tokens(&found);
            let found: Vec<&str> = found.iter().map(StatedToken::token).collect();
            let expected: &[&str] = if name == "stripe" { &[] } else { &[number] };
            assert_eq!(found, expected, "{name}");
        }
    }
}
