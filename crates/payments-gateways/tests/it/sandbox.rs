//! The sandbox: the contracts, and what is its own.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::catalog::Pos;
use payments_core::ports::{SmsSender, TokenizeFailure, Tokenizer};
use payments_core::tokenization::{
    CalledWith, ListOf, Listed, ListedToken, RefusalReason, TokenSearch,
};
use payments_gateways::sandbox::{Sandbox, SandboxSettings};
use serde_json::json;

use crate::harness::{
    CountingEntropy, StoppedClock, code_text, issued, phone, pos, reference, request,
};
use crate::sms_contract::{self, sms_contract};
use crate::tokenizer_contract::{self, GOOD, SILENT_BUT_MADE, texts, texts_of, tokenizer_contract};

struct Bench {
    sandbox: Sandbox,
    console: Arc<Mutex<Vec<String>>>,
}

fn bench_with(settings: &SandboxSettings) -> Bench {
    let console = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&console);
    let write = Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned()));
    let entropy = Arc::new(CountingEntropy::default());
    let sandbox = Sandbox::open(settings, Arc::new(StoppedClock), entropy, write).unwrap();
    Bench { sandbox, console }
}

fn impatient() -> SandboxSettings {
    SandboxSettings {
        timeout: Duration::from_millis(5),
        ..SandboxSettings::default()
    }
}

fn with_file(file: &Path) -> SandboxSettings {
    SandboxSettings {
        ledger_file: Some(file.to_owned()),
        ..impatient()
    }
}

fn bench() -> Bench {
    bench_with(&impatient())
}

#[async_trait]
impl tokenizer_contract::Bench for Bench {
    fn tokenizer(&self) -> Arc<dyn Tokenizer> {
        self.sandbox.tokenizer()
    }

    fn pos(&self, pk: i64) -> Pos {
        pos(pk, "sandbox", &json!({}))
    }

    async fn live_tokens(&self) -> Vec<String> {
        let tokens = self.sandbox.tokens().await;
        tokens
            .into_iter()
            .filter(|token| token.live)
            .map(|token| token.token)
            .collect()
    }
}

#[async_trait]
impl sms_contract::Bench for Bench {
    fn sender(&self) -> Arc<dyn SmsSender> {
        self.sandbox.sms()
    }

    async fn sent_to(&self, digits: &str) -> Vec<String> {
        let sent = self.sandbox.outbox();
        sent.into_iter()
            .filter(|sms| sms.to == digits)
            .map(|sms| sms.text)
            .collect()
    }
}

tokenizer_contract!(tokenizer, std::future::ready(bench()));
sms_contract!(sms, std::future::ready(bench()));

#[tokio::test]
async fn the_outbox_shows_the_last_messages_newest_first() {
    let bench = bench_with(&SandboxSettings {
        outbox_capacity: 2,
        ..impatient()
    });
    for digits in ["5551234561", "5551234562", "5551234563"] {
        bench
            .sandbox
            .sms()
            .send(&phone(digits), &code_text())
            .await
            .unwrap();
    }
    assert_eq!(
        serde_json::to_value(bench.sandbox.outbox()).unwrap(),
        json!([
            {"to": "5551234563", "text": "Doğrulama kodunuz: 123456", "sent_at": "2026-11-22T12:00:00Z"},
            {"to": "5551234562", "text": "Doğrulama kodunuz: 123456", "sent_at": "2026-11-22T12:00:00Z"},
        ])
    );
    assert_eq!(
        bench.console.lock().unwrap()[0],
        "SMS to …4561: Doğrulama kodunuz: 123456"
    );
}

#[tokio::test]
async fn the_ledger_shows_the_mask_and_never_the_number() {
    let bench = bench();
    let request = request(GOOD, &reference(1), None);
    let pos = pos(1, "sandbox", &json!({}));
    let made = bench.sandbox.tokenizer().tokenize(&pos, request).await;
    let made = issued(made).unwrap();
    assert_eq!(
        serde_json::to_value(bench.sandbox.tokens().await).unwrap(),
        json!([{
            "token": made.token.as_str(),
            "pos": 1,
            "reference": reference(1).0,
            "masked_card_number": "552879******0008",
            "live": true,
        }])
    );
}

#[tokio::test]
async fn tokens_never_look_like_card_numbers_whatever_the_random_bytes_are() {
    let bench = bench();
    let pos = pos(1, "sandbox", &json!({}));
    for number in 0..100 {
        let request = request(GOOD, &reference(number), None);
        let made = bench.sandbox.tokenizer().tokenize(&pos, request).await;
        issued(made).unwrap();
    }
    let listed = bench.sandbox.tokenizer();
    let listed = listed.list(&pos, &ListOf::Account, None).await.unwrap();
    let Listed::Page { tokens, .. } = listed else {
        panic!("the sandbox has a list");
    };
    assert_eq!(tokens.len(), 100);
    for ListedToken { token, .. } in tokens {
        assert!(!token.may_contain_number(), "{}", token.token());
    }
}

#[tokio::test]
async fn the_same_reference_gives_the_same_token() {
    let bench = bench();
    let pos = pos(1, "sandbox", &json!({}));
    let tokenizer = bench.sandbox.tokenizer();
    let first = issued(
        tokenizer
            .tokenize(&pos, request(GOOD, &reference(1), None))
            .await,
    )
    .unwrap();
    let again = issued(
        tokenizer
            .tokenize(&pos, request(GOOD, &reference(1), None))
            .await,
    )
    .unwrap();
    assert_eq!(first, again);
    assert_eq!(bench.sandbox.tokens().await.len(), 1);
}

#[tokio::test]
async fn a_pos_may_require_the_cvv() {
    let bench = bench();
    let tokenizer = bench.sandbox.tokenizer();
    let asking = pos(1, "sandbox", &json!({"needs_cvv": true}));
    assert!(tokenizer.needs_cvv(&asking));
    assert!(!tokenizer.needs_cvv(&pos(1, "sandbox", &json!({}))));
    assert!(!tokenizer.needs_cvv(&pos(1, "sandbox", &json!({"needs_cvv": "yes"}))));

    let mut without = request(GOOD, &reference(1), None);
    without.card.cvv = None;
    let Err(TokenizeFailure::Refused(refusal)) = tokenizer.tokenize(&asking, without).await else {
        panic!("not refused");
    };
    assert_eq!(refusal.reason, RefusalReason::InvalidCard);
}

#[tokio::test]
async fn tokens_outlive_the_process_when_the_ledger_has_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox/tokens.json");
    let pos = pos(1, "sandbox", &json!({}));

    let before = bench_with(&with_file(&file)).sandbox;
    let request_of = |run| request(GOOD, &reference(run), None);
    let kept = issued(before.tokenizer().tokenize(&pos, request_of(1)).await).unwrap();
    let gone = issued(before.tokenizer().tokenize(&pos, request_of(2)).await).unwrap();
    let gone = tokenizer_contract::stated(&gone);
    before.tokenizer().delete(&pos, &gone).await.unwrap();

    let after = bench_with(&with_file(&file)).sandbox;
    assert_eq!(after.tokens().await, before.tokens().await);
    let found = after.tokenizer().find(&pos, &search(1)).await.unwrap();
    assert_eq!(texts(&found), [texts_of(&kept)]);
    let text = std::fs::read_to_string(file).unwrap();
    assert!(!text.contains(GOOD));
}

fn search(run: u128) -> TokenSearch {
    TokenSearch {
        reference: reference(run),
        called_with: CalledWith::NoKey,
    }
}

#[tokio::test]
async fn processes_that_share_a_ledger_file_see_each_others_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let (server, reconciler) = (bench_with(&with_file(&file)), bench_with(&with_file(&file)));
    let (server, reconciler) = (server.sandbox, reconciler.sandbox);
    let pos = pos(1, "sandbox", &json!({}));
    let issue = async |run| {
        let request = request(GOOD, &reference(run), None);
        issued(server.tokenizer().tokenize(&pos, request).await).unwrap()
    };
    let first = issue(1).await;
    let found = reconciler.tokenizer().find(&pos, &search(1)).await;
    assert_eq!(texts(&found.unwrap()), [texts_of(&first)]);
    let first = tokenizer_contract::stated(&first);
    reconciler.tokenizer().delete(&pos, &first).await.unwrap();
    let second = issue(2).await;
    let tokens = server.tokens().await;
    let live = tokens.iter().filter(|token| token.live);
    assert_eq!(
        live.map(|token| token.token.as_str()).collect::<Vec<_>>(),
        [second.token.as_str()]
    );
    assert_eq!(tokens, reconciler.tokens().await);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_written_makes_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let sandbox = bench_with(&with_file(&file)).sandbox;
    std::fs::create_dir(file.with_extension("new")).unwrap();
    let pos = pos(1, "sandbox", &json!({}));
    let failed = sandbox
        .tokenizer()
        .tokenize(&pos, request(GOOD, &reference(1), None))
        .await;
    assert!(matches!(failed, Err(TokenizeFailure::Unavailable(_))));
    assert!(sandbox.tokens().await.is_empty());
}

#[test]
fn a_file_that_is_no_ledger_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    std::fs::write(&file, "not a ledger").unwrap();
    let console = Arc::new(|_: &str| {});
    let entropy = Arc::new(CountingEntropy::default());
    let opened = Sandbox::open(&with_file(&file), Arc::new(StoppedClock), entropy, console);
    let error = opened.err().unwrap().to_string();
    assert!(error.contains("tokens.json"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_lasts_for_the_configured_time() {
    let bench = bench_with(&SandboxSettings::default());
    let pos = pos(1, "sandbox", &json!({}));
    let tokenizer = bench.sandbox.tokenizer();
    let answer = async |run, milliseconds| {
        let request = request(SILENT_BUT_MADE, &reference(run), None);
        let limit = Duration::from_millis(milliseconds);
        tokio::time::timeout(limit, tokenizer.tokenize(&pos, request)).await
    };
    assert!(answer(1, 1_499).await.is_err(), "no answer yet");
    assert!(matches!(
        answer(2, 1_501).await,
        Ok(Err(TokenizeFailure::Unknown))
    ));
}
