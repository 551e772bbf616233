//! Cards that need 3-D Secure at Stripe.

use std::sync::Arc;

use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::ports::{Clock as _, TokenizeFailure};
use payments_core::tokenization::{
    ActionHandle, ActionOutcome, CalledWith, Found, GatewayAction, Notice, NoticeRefused,
    RefusalReason, Tokenized,
};
use payments_gateways::fakes::{FakeStripe, FaultMode};
use serde_json::json;

use crate::gateways::{ACCOUNTS, Bench, iyzico, stripe_bench};
use crate::harness::{StoppedClock, issued, reference, request};
use crate::tokenizer_contract::{Bench as _, GOOD, find};

const ASKING: &str = "4000002500003155";
const BACK: &str = "https://shop.example/a/return/";

async fn bench() -> (Bench, Arc<FakeStripe>) {
    let fake = FakeStripe::with_secret_keys(&ACCOUNTS.map(|one| one.1));
    (stripe_bench(fake.clone()).await, fake)
}

async fn tokenize(bench: &Bench, number: &str) -> Result<Tokenized, TokenizeFailure> {
    let mut request = request(number, &reference(1), None);
    request.return_url = Some(BACK.to_owned());
    bench.tokenizer().tokenize(&bench.pos(1), request).await
}

async fn asked(bench: &Bench) -> GatewayAction {
    match tokenize(bench, ASKING).await.unwrap() {
        Tokenized::ActionRequired(action) => action,
        Tokenized::Issued(_) => panic!("the cardholder has to authenticate"),
    }
}

async fn outcome(bench: &Bench, pk: i64, handle: &ActionHandle) -> ActionOutcome {
    let outcome = bench.tokenizer().action(&bench.pos(pk), handle).await;
    outcome.unwrap()
}

async fn cancelled(bench: &Bench, handle: &ActionHandle) -> ActionOutcome {
    let outcome = bench.tokenizer().cancel_action(&bench.pos(1), handle).await;
    outcome.unwrap()
}

fn reference_text() -> String {
    reference(1).0
}

fn refusal(outcome: ActionOutcome) -> (RefusalReason, Option<String>) {
    match outcome {
        ActionOutcome::Refused(refusal) => (refusal.reason, refusal.gateway_code),
        other @ (ActionOutcome::Pending | ActionOutcome::Issued(_)) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_a_return_url_the_card_is_refused_and_the_setup_intent_cancelled() {
    let (bench, fake) = bench().await;
    let card = request(ASKING, &reference(1), None);
    let refused = bench.tokenizer().tokenize(&bench.pos(1), card).await;
    let Err(TokenizeFailure::Refused(refusal)) = refused else {
        panic!("refused");
    };
    assert_eq!(refusal.reason, RefusalReason::NotAllowed);
    assert_eq!(refusal.gateway_code.as_deref(), Some("requires_action"));
    assert!(
        !fake.authenticate(&reference_text(), true),
        "it is cancelled"
    );
}

#[tokio::test]
async fn a_card_that_needs_no_authentication_is_issued_immediately() {
    let (bench, _) = bench().await;
    issued(tokenize(&bench, GOOD).await).unwrap();
}

#[tokio::test]
async fn a_cardholder_who_authenticates_gets_the_token_that_was_attached() {
    let (bench, fake) = bench().await;
    let action = asked(&bench).await;
    assert!(bench.tokenizer().is_own_url(&bench.pos(1), &action.url));
    assert_eq!(
        outcome(&bench, 1, &action.handle).await,
        ActionOutcome::Pending
    );
    assert!(bench.live_tokens().await.is_empty());
    assert!(fake.authenticate(&reference_text(), true));
    for _ in 0..2 {
        let ActionOutcome::Issued(issued) = outcome(&bench, 1, &action.handle).await else {
            panic!("a token");
        };
        assert_eq!(bench.live_tokens().await, [issued.token.as_str()]);
        let key = issued.provider_customer_key.clone().unwrap();
        let found = find(&bench, 1, CalledWith::Key(key)).await;
        assert!(matches!(found, Found::Tokens(_)), "by its reference too");
        assert_eq!(issued.facts.expiry.unwrap().year(), 2031);
    }
}

#[tokio::test]
async fn a_cardholder_who_fails_is_declined() {
    let (bench, fake) = bench().await;
    let action = asked(&bench).await;
    assert!(fake.authenticate(&reference_text(), false));
    let code = "setup_intent_authentication_failure".to_owned();
    assert_eq!(
        refusal(outcome(&bench, 1, &action.handle).await),
        (RefusalReason::Declined, Some(code))
    );
    assert!(
        !fake.confirm_with_another_card(&reference_text()),
        "it is cancelled before it counts as over"
    );
    assert!(bench.live_tokens().await.is_empty());
}

#[tokio::test]
async fn another_card_than_the_one_that_was_entered_is_refused_and_detached() {
    let (bench, fake) = bench().await;
    let action = asked(&bench).await;
    assert!(fake.confirm_with_another_card(&reference_text()));
    assert_eq!(bench.live_tokens().await.len(), 1);
    for _ in 0..2 {
        let (_, code) = refusal(outcome(&bench, 1, &action.handle).await);
        assert_eq!(code.as_deref(), Some("another_payment_method"));
        assert!(bench.live_tokens().await.is_empty());
    }
}

#[tokio::test]
async fn a_cancelled_setup_intent_makes_no_token_any_more() {
    let (bench, fake) = bench().await;
    let action = asked(&bench).await;
    for _ in 0..2 {
        let (_, code) = refusal(cancelled(&bench, &action.handle).await);
        assert_eq!(code.as_deref(), Some("canceled"));
    }
    assert!(!fake.authenticate(&reference_text(), true));
    let (_, code) = refusal(outcome(&bench, 1, &action.handle).await);
    assert_eq!(code.as_deref(), Some("canceled"));
}

#[tokio::test]
async fn a_setup_intent_that_has_succeeded_is_not_cancelled() {
    let (bench, fake) = bench().await;
    let action = asked(&bench).await;
    fake.authenticate(&reference_text(), true);
    let outcome = cancelled(&bench, &action.handle).await;
    assert!(matches!(outcome, ActionOutcome::Issued(_)));
}

#[tokio::test]
async fn another_account_does_not_find_it() {
    let (bench, _) = bench().await;
    let action = asked(&bench).await;
    let (reason, code) = refusal(outcome(&bench, 2, &action.handle).await);
    assert_eq!((reason, code), (RefusalReason::Other, None));
}

#[tokio::test]
async fn a_stripe_that_does_not_answer_says_neither_yes_nor_no() {
    let (bench, fake) = bench().await;
    let action = asked(&bench).await;
    fake.authenticate(&reference_text(), true);
    for fault in [
        FaultMode::ServerError,
        FaultMode::HangsUp,
        FaultMode::WebPage,
    ] {
        bench.server.put(fault);
        let (tokenizer, pos) = (bench.tokenizer(), bench.pos(1));
        assert!(tokenizer.action(&pos, &action.handle).await.is_err());
        assert!(tokenizer.cancel_action(&pos, &action.handle).await.is_err());
    }
}

fn pos_with_secret(bench: &Bench) -> Pos {
    let mut pos = bench.pos(1);
    let secret = json!("env:HOOK");
    pos.config.insert("webhook_secret".to_owned(), secret);
    pos
}

fn read(
    bench: &Bench,
    pos: &Pos,
    signature: &str,
    body: &str,
) -> Result<Option<IntentId>, NoticeRefused> {
    let notice = Notice {
        headers: vec![("stripe-signature".to_owned(), signature.to_owned())],
        body: body.as_bytes().to_vec(),
    };
    bench.tokenizer().read_notice(pos, &notice)
}

#[tokio::test]
async fn a_signed_event_names_its_call_and_any_other_is_refused() {
    let (bench, fake) = bench().await;
    asked(&bench).await;
    let (pos, now) = (pos_with_secret(&bench), StoppedClock.now().timestamp());
    let event = |secret: &str, at| fake.event(&reference_text(), secret, at).unwrap();
    let (signature, body) = event("secret-of-HOOK", now);
    assert_eq!(
        read(&bench, &pos, &signature, &body),
        Ok(Some(reference(1)))
    );
    let (forged, _) = event("another", now);
    assert_eq!(read(&bench, &pos, &forged, &body), Err(NoticeRefused));
    let (old, old_body) = event("secret-of-HOOK", now - 301);
    assert_eq!(read(&bench, &pos, &old, &old_body), Err(NoticeRefused));
    let changed = body.replace("seti", "sETI");
    assert_eq!(read(&bench, &pos, &signature, &changed), Err(NoticeRefused));
    let without = bench.pos(1);
    assert_eq!(
        read(&bench, &without, &signature, &body),
        Err(NoticeRefused)
    );
}

#[tokio::test]
async fn a_gateway_without_actions_finds_none() {
    let bench = iyzico().await;
    let handle = ActionHandle::parse("seti_1").unwrap();
    assert_eq!(
        refusal(outcome(&bench, 1, &handle).await),
        (RefusalReason::Other, None)
    );
    assert_eq!(
        refusal(cancelled(&bench, &handle).await),
        (RefusalReason::Other, None)
    );
    assert_eq!(read(&bench, &bench.pos(1), "t=1", "{}"), Err(NoticeRefused));
}
