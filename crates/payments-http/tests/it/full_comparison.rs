//! `payments reconcile --full`, on a database and a sandbox that differ.

use std::process::Output;

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, TestApp};
use crate::program;
use crate::saved_cards::saved;
use crate::setup::Fixture;

const LOST_TOKEN: &str = "sbx_card_lost";
const LOST_REFERENCE: &str = "00000000000000000000000000000001";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn entries(file: &str) -> Vec<Value> {
    let bytes = std::fs::read(file).expect("a ledger");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_printed_and_tokens_are_deleted_only_if_asked() {
    let fixture = Fixture::new().await;
    let ledger = fixture.path("tokens.json");
    let settings = [
        ("gateways.sandbox_ledger_file", &*ledger),
        ("reconciler.interval_seconds", "3600"),
        ("log.filter", "off"),
    ];
    let app = TestApp::start_on(fixture, &settings).await;
    let path = saved(&app).await;
    let run = |arguments: &[&str]| program::run(arguments, &app.fixture().settings(&settings));
    let check = |output: &Output, code: i32, expected: &[&str]| {
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        for one in expected {
            assert!(said.contains(one), "{one}: {said}");
        }
        assert!(!said.contains("sbx_"), "a token is shown: {said}");
    };
    let clean = run(&["reconcile", "--full"]);
    check(
        &clean,
        0,
        &["tokens: 1, 0 without a saved card, 0 not ours; saved cards: 1, 0 without a token\n"],
    );

    // A token that the database does not know, and a card whose token is gone.
    let mut tokens = entries(&ledger);
    let mut lost = tokens[0].clone();
    tokens[0]["live"] = false.into();
    lost["token"] = LOST_TOKEN.into();
    lost["reference"] = LOST_REFERENCE.into();
    tokens.push(lost);
    std::fs::write(&ledger, json!(tokens).to_string()).expect("written");
    let card = format!(
        "card {} of customer ",
        path.rsplit('/').nth(1).expect("a key")
    );
    let orphan = format!("token {LOST_REFERENCE}");
    let sums = "tokens: 1, 1 without a saved card, 0 not ours; saved cards: 1, 1 without a token\n";
    let found = run(&["reconcile", "--full"]);
    check(
        &found,
        1,
        &[
            &orphan,
            "no saved card has it",
            &card,
            "its token is gone",
            sums,
        ],
    );
    assert!(text(&found.stderr).contains("not settled"), "{found:?}");
    run(&["reconcile"]);
    assert_eq!(app.live_tokens().await, 1, "nothing was deleted");

    let queued = run(&["reconcile", "--full", "--delete"]);
    check(&queued, 1, &[&orphan, "queued for deletion", &card]);
    check(&run(&["reconcile"]), 0, &["tokens_deleted: 1"]);
    assert_eq!(app.live_tokens().await, 0);

    let deleted = app.as_session(CUSTOMER, Method::DELETE, &path).await;
    assert_eq!(deleted.send().await.expect("an answer").status(), 204);
    let clean = run(&["reconcile", "--full"]);
    check(
        &clean,
        0,
        &["tokens: 0, 0 without", "saved cards: 0, 0 without"],
    );
}

#[test]
fn deleting_is_only_for_a_full_comparison() {
    for arguments in [
        &["reconcile", "--delete"][..],
        &["reconcile", "--full", "--settled", "x"],
    ] {
        let refused = program::run(arguments, &[]);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
    }
}
