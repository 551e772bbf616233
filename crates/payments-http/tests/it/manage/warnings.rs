//! Warnings about rules that are written.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};

fn rule() -> Value {
    json!({"slug": "week", "name": "Week", "when": {"bank": ["garantii", "akbank"]}, "then": {"cap_installments": 3}})
}

fn warnings(pointer: &str) -> Value {
    json!({pointer: ["no bank has the slug garantii; did you mean garanti?"]})
}

#[tokio::test]
async fn an_import_warns_of_a_rule_that_names_an_unknown_bank_and_writes_it() {
    let service = Service::demo().await;
    let document = json!({"rules": [rule()]});
    let warnings = warnings("/rules/0/when/bank/0");
    let path = "/manage/v1/import/?dry_run=1";
    let dry = service.send(Method::POST, path, &document).await.json();
    assert_eq!(dry["warnings"], warnings);
    assert_eq!(dry["findings"][0]["pointer"], json!("/when/bank/0"));
    let answer = service.import(&document).await;
    assert_eq!(
        (answer.status, answer.json()),
        (
            200,
            json!({"rules": {"created": 1, "updated": 0}, "warnings": warnings})
        )
    );
    let mut bank = service.get("/manage/v1/banks/1/").await.json();
    bank["slug"] = json!("garantii");
    let both = json!({"banks": [bank], "rules": [rule()]});
    assert_eq!(service.import(&both).await.json().get("warnings"), None);
}

#[tokio::test]
async fn a_single_rule_is_answered_with_its_warnings_and_kept_without() {
    let service = Service::demo().await;
    let path = "/manage/v1/rules/week/";
    let mut expected = rule();
    for (field, value) in [
        ("is_active", json!(true)),
        ("valid_from", Value::Null),
        ("valid_until", Value::Null),
    ] {
        expected[field] = value;
    }
    let mut warned = expected.clone();
    warned["warnings"] = warnings("/when/bank/0");
    let put = service.put(path, &rule()).await;
    assert_eq!((put.status, put.json()), (201, warned.clone()));
    let kept = service.get(path).await;
    assert_eq!(kept.json(), expected);
    assert_eq!(put.header("etag"), kept.header("etag"));

    let changed = async |change: Value| {
        let request = service
            .request(Method::PATCH, path)
            .header("Content-Type", "application/merge-patch+json");
        Answer::of(request.body(change.to_string())).await
    };
    warned["name"] = json!("Weekend");
    assert_eq!(changed(json!({"name": "Weekend"})).await.json(), warned);
    let mended = changed(json!({"when": {"bank": ["garanti"]}})).await.json();
    assert_eq!(mended.get("warnings"), None, "{mended}");
}
