//! What support sees of a customer's flows and audit log, and that each look is recorded.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{conforms, get, hold, save, send, send_code, start};
use crate::app::{CUSTOMER, CUSTOMER_ELSEWHERE, GOOD_NUMBER, NEIGHBOUR, PHONE, TestApp};

const FLOWS: &str = "/manage/v1/customers/7/flows/";
const CARDS: &str = "/manage/v1/customers/7/saved-cards/";
const AUDIT: &str = "/manage/v1/customers/7/audit/";

async fn steps(app: &TestApp) -> Vec<String> {
    let flows = get(app, FLOWS).await;
    let results = flows["results"].as_array().unwrap().clone();
    let step = |flow: &Value| flow["step"].as_str().unwrap().to_owned();
    results.iter().map(step).collect()
}

/// The outcomes of the customer's records, the newest first, each with the principal.
async fn records(app: &TestApp, path: &str) -> Vec<(String, Value)> {
    let page = get(app, path).await;
    let results = page["results"].as_array().unwrap().clone();
    let one = |record: &Value| {
        let outcome = record["outcome"].as_str().unwrap().to_owned();
        (outcome, record["principal"].clone())
    };
    results.iter().map(one).collect()
}

#[tokio::test]
async fn each_flow_of_a_customer_is_seen_with_its_step_until_it_is_over() {
    let app = start().await;
    assert!(steps(&app).await.is_empty());
    hold(&app, CUSTOMER, GOOD_NUMBER).await;
    assert_eq!(steps(&app).await, ["phone_number"]);
    let code = send_code(&app, CUSTOMER).await;
    let wrong = json!({"otp": if code["otp"] == "000000" { "000001" } else { "000000" }});
    app.post(CUSTOMER, "/payments/stored-cards/otp/", wrong)
        .await;
    let flows = get(&app, FLOWS).await;
    conforms("CustomerFlowList", &flows);
    let flow = &flows["results"][0];
    assert_eq!(
        (&flow["step"], &flow["tries_left"]),
        (&json!("otp"), &json!(4))
    );
    assert!(flow["seconds_left"].as_u64().unwrap() > 0, "{flow}");
    assert_eq!(flows["is_complete"], json!(true));
    let saved = app.post(CUSTOMER, "/payments/stored-cards/otp/", code);
    assert_eq!(saved.await.status(), 200);
    assert_eq!(steps(&app).await, ["saved"]);
    let intent = get(&app, FLOWS).await["results"][0]["intent"].clone();
    let trail = get(&app, AUDIT).await;
    let saved = trail["results"].as_array().unwrap().iter();
    let mut saved = saved.filter(|record| record["outcome"] == "saved");
    assert_eq!(
        saved.next().unwrap()["intent"],
        intent,
        "it leads to the record"
    );
}

#[tokio::test]
async fn a_flow_is_shown_without_what_was_entered_or_sent() {
    let app = start().await;
    hold(&app, CUSTOMER, GOOD_NUMBER).await;
    let code = send_code(&app, CUSTOMER).await;
    let shown = send(&app, Method::GET, FLOWS).await;
    let keys: Vec<_> = shown.json()["results"][0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(keys, ["intent", "seconds_left", "step", "tries_left"]);
    for secret in [
        GOOD_NUMBER,
        "552879",
        "0008",
        PHONE,
        &PHONE[4..],
        code["otp"].as_str().unwrap(),
    ] {
        assert!(!shown.body.contains(secret), "{secret}: {}", shown.body);
    }
    assert_eq!(shown.header("cache-control"), "no-store");
}

#[tokio::test]
async fn flows_of_other_customers_and_of_ended_sessions_are_not_shown() {
    let app = start().await;
    hold(&app, NEIGHBOUR, GOOD_NUMBER).await;
    assert!(steps(&app).await.is_empty(), "the neighbour's flow");
    hold(&app, CUSTOMER, GOOD_NUMBER).await;
    hold(&app, CUSTOMER_ELSEWHERE, GOOD_NUMBER).await;
    assert_eq!(steps(&app).await, ["phone_number", "phone_number"]);
    let sessions = "/manage/v1/customers/7/sessions/";
    assert_eq!(send(&app, Method::DELETE, sessions).await.status, 200);
    assert!(steps(&app).await.is_empty());
}

#[tokio::test]
async fn every_look_at_a_customer_is_recorded_with_who_looked() {
    let app = start().await;
    save(&app, CUSTOMER, GOOD_NUMBER).await;
    get(&app, CARDS).await;
    get(&app, FLOWS).await;
    get(&app, "/manage/v1/audit/?customer=7").await;
    let who = json!("back_office");
    let look = |outcome: &str| (outcome.to_owned(), who.clone());
    let seen = records(&app, AUDIT).await;
    assert_eq!(
        seen[..4],
        [
            look("audit_viewed"),
            look("audit_viewed"),
            look("flows_viewed"),
            look("saved_cards_viewed")
        ]
    );
    assert_eq!(seen[4], ("saved".to_owned(), json!(null)));
    let request = get(&app, AUDIT).await["results"][0]["request_id"].clone();
    assert!(request.is_string(), "the request log has the same id");
    let neighbours = records(&app, "/manage/v1/customers/8/audit/").await;
    let looks = neighbours
        .iter()
        .filter(|(outcome, _)| outcome.ends_with("_viewed"));
    assert_eq!(
        looks.count(),
        1,
        "only what is about that customer: {neighbours:?}"
    );
}

#[tokio::test]
async fn pages_of_a_customers_records_lead_on_to_the_next() {
    let app = start().await;
    for _ in 0..3 {
        get(&app, CARDS).await;
    }
    let first = get(&app, "/manage/v1/customers/7/audit/?page_size=3").await;
    conforms("AuditPage", &first);
    let next = first["next"].as_str().expect("there is a fourth record");
    let path = &next[next.find("/manage/").unwrap()..];
    assert!(path.starts_with(AUDIT), "{path}");
    let outcomes = records(&app, path).await;
    let outcomes: Vec<&str> = outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    // The look at the second page is newer than the pages.
    assert_eq!(outcomes[0], "saved_cards_viewed");
    let refused = send(
        &app,
        Method::GET,
        "/manage/v1/customers/7/audit/?customer=8",
    )
    .await;
    assert_eq!(refused.status, 400, "the path names the customer");
}
