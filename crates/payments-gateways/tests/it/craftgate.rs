//! Craftgate behind a proxy, and a customer's key that it does not know.

use std::sync::Arc;

use payments_core::card::ProviderCustomerKey;
use payments_core::ports::TokenizeFailure;
use payments_core::tokenization::RefusalReason;
use payments_gateways::fakes::FakeCraftgate;
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::provider;
use serde_json::json;

use crate::gateways::{ACCOUNTS, craftgate, craftgate_bench};
use crate::harness::{Counted, context, issued, reference, request};
use crate::tokenizer_contract::{Bench as _, GOOD};

/// A card that Craftgate refuses without asking the bank.
const REFUSED_BY_ITSELF: &str = "4012888888881881";
const OWN_URL: &str = "https://api.craftgate.io";

#[tokio::test]
async fn behind_a_proxy_the_url_that_craftgate_knows_is_signed() {
    let bench = craftgate_bench(FakeCraftgate::behind_a_proxy(ACCOUNTS[0], OWN_URL)).await;
    let context = context(&[bench.server.authority()], Arc::new(Counted::default()));
    let craftgate = provider("craftgate").unwrap();
    let mut config = bench.pos(1).config;
    let check = craftgate.check(&config, &context).await;
    assert_eq!(check.outcome, Outcome::Misconfigured);

    config.insert("signed_url".to_owned(), OWN_URL.into());
    let check = craftgate.check(&config, &context).await;
    assert_eq!((check.outcome, check.problem), (Outcome::Done, None));
}

#[tokio::test]
async fn a_signed_url_may_lead_anywhere_but_is_plain() {
    let bench = craftgate().await;
    let context = context(&[bench.server.authority()], Arc::new(Counted::default()));
    let check = |signed_url: &str| {
        let mut config = bench.pos(1).config;
        config.insert("signed_url".to_owned(), json!(signed_url));
        let craftgate = provider("craftgate").unwrap();
        craftgate.check_config(&config, context.config_scope())
    };
    check("https://api.white-label.example").unwrap();
    for wrong in ["api.craftgate.io", "http://api.craftgate.io", ""] {
        assert_eq!(check(wrong).unwrap_err().key, "signed_url", "{wrong}");
    }
}

#[tokio::test]
async fn a_refusal_with_a_key_of_a_customer_who_has_cards_stays_a_refusal() {
    let bench = craftgate().await;
    let first = request(GOOD, &reference(1), None);
    let stored = issued(bench.tokenizer().tokenize(&bench.pos(1), first).await);
    let key: ProviderCustomerKey = stored.unwrap().provider_customer_key.unwrap();

    let refused = request(REFUSED_BY_ITSELF, &reference(2), Some(key));
    let refused = issued(bench.tokenizer().tokenize(&bench.pos(1), refused).await);
    let Err(TokenizeFailure::Refused(refusal)) = refused else {
        panic!("not refused");
    };
    assert_eq!(refusal.reason, RefusalReason::Other, "not the bank's word");
    assert_eq!(bench.live_tokens().await.len(), 1);
}
