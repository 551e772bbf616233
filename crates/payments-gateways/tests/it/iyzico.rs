//! iyzico's settings, its system errors, and a deleted card.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::ports::{TokenizeFailure, Tokenizer};
use payments_gateways::fakes::{Fake, FakeServer, Received, Reply};
use payments_gateways::iyzico::IyzicoTokenizer;
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::provider;
use serde_json::json;

use crate::gateways::iyzico;
use crate::harness::{Counted, config, context, issued, pos, reference, request};
use crate::tokenizer_contract::{Bench as _, GOOD};

/// An iyzico that returns the same response to every request.
struct Always(u16, &'static str);

#[async_trait]
impl Fake for Always {
    async fn answer(&self, _: Received) -> Reply {
        Reply::text(self.0, "application/json", self.1)
    }
}

/// An adapter that calls it, a point of sale, and the calls' outcomes.
async fn calling(iyzico: Always) -> (FakeServer, Arc<dyn Tokenizer>, Pos, Arc<Counted>) {
    let server = FakeServer::start(([127, 0, 0, 1], 0).into(), Arc::new(iyzico))
        .await
        .unwrap();
    let counted = Arc::new(Counted::default());
    let tokenizer = IyzicoTokenizer::new(context(&[server.authority()], counted.clone()));
    let pos = pos(1, "iyzico", &config("iyzico", &server.base_url()));
    (server, tokenizer, pos, counted)
}

/// The outcome of storing a card, and whether it is certainly a refusal.
async fn stored_at(iyzico: Always) -> (Outcome, bool) {
    let (_server, tokenizer, pos, counted) = calling(iyzico).await;
    let key = ProviderCustomerKey::parse("cuk-1").unwrap();
    let card = request(GOOD, &reference(1), Some(key));
    let stored = issued(tokenizer.tokenize(&pos, card).await);
    let outcome = counted.0.lock().unwrap()[0].2;
    (outcome, matches!(stored, Err(TokenizeFailure::Refused(_))))
}

#[tokio::test]
async fn a_system_error_is_no_sure_refusal() {
    for failed in [
        Always(400, r#"{"status":"failure","errorCode":"1"}"#),
        Always(200, r#"{"status":"failure","errorCode":2}"#),
        Always(500, r#"{"status":"failure","errorCode":"10051"}"#),
        Always(503, r#"{"status":"failure"}"#),
    ] {
        let text = failed.1;
        assert_eq!(stored_at(failed).await, (Outcome::Unknown, false), "{text}");
    }
    let declined = Always(400, r#"{"status":"failure","errorCode":"10051"}"#);
    assert_eq!(stored_at(declined).await, (Outcome::Refused, true));
}

#[tokio::test]
async fn a_wrong_locale_or_address_is_refused_when_the_point_of_sale_is_written() {
    let bench = iyzico().await;
    let context = context(&[bench.server.authority()], Arc::new(Counted::default()));
    let iyzico = provider("iyzico").unwrap();
    let with = |key: &str, value: &str| {
        let mut config = bench.pos(1).config;
        config.insert(key.to_owned(), json!(value));
        config
    };
    for (key, wrong, right) in [
        ("locale", "zz", "en"),
        ("customer_email", "not-an-email", "c{customer}@shop.example"),
    ] {
        let refused = iyzico.check_config(&with(key, wrong), context.config_scope());
        assert_eq!(refused.unwrap_err().key, key);
        iyzico
            .check_config(&with(key, right), context.config_scope())
            .unwrap();
        let mut pos = bench.pos(1);
        pos.config = with(key, right);
        let card = request(GOOD, &reference(1), None);
        bench.tokenizer().tokenize(&pos, card).await.unwrap();
    }
}

#[tokio::test]
async fn whether_a_charge_requires_the_cvv_is_configured_as_true_or_false() {
    let bench = iyzico().await;
    let context = context(&[bench.server.authority()], Arc::new(Counted::default()));
    let iyzico = provider("iyzico").unwrap();
    let check = |value: serde_json::Value| {
        let mut config = bench.pos(1).config;
        config.insert("requires_cvv".to_owned(), value);
        iyzico.check_config(&config, context.config_scope())
    };
    for right in [json!(true), json!(false)] {
        check(right).unwrap();
    }
    for wrong in [json!("true"), json!(1), json!(null)] {
        assert_eq!(check(wrong).unwrap_err().key, "requires_cvv");
    }
}

#[tokio::test]
async fn a_card_that_iyzico_does_not_know_counts_as_deleted_without_another_look() {
    let token = StatedToken::parse("ct-gone", Some("cuk-1")).unwrap();
    for (code, is_deleted) in [("3006", true), ("3007", false)] {
        let refused = format!(r#"{{"status":"failure","errorCode":"{code}"}}"#);
        let (_server, tokenizer, pos, _) = calling(Always(400, refused.leak())).await;
        let deleted = tokenizer.delete(&pos, &token).await;
        assert_eq!(deleted.is_ok(), is_deleted, "{code}");
    }
}
