//! What a draft would change, and the analysis of its rules.

use payments_demo::STORE;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::Service;
use crate::program::run;

const WHAT_IF: &str = "/manage/v1/what-if/";
const LINT: &str = "/manage/v1/lint-rules/";

fn rule(slug: &str, when: &Value, then: &Value) -> Value {
    json!({"slug": slug, "name": slug, "when": when, "then": then})
}

/// A rule that leaves one card without plans.
fn exclusion() -> Value {
    rule(
        "no-bonus",
        &json!({"card": ["bonus-card"]}),
        &json!({"exclude": true}),
    )
}

async fn post(service: &Service, path: &str, document: &Value) -> Value {
    let answer = service.send(Method::POST, path, document).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_draft_is_compared_over_the_stores_purchases_and_not_written() {
    let service = Service::demo().await;
    let before = service.export().await;
    let compared = post(&service, WHAT_IF, &json!({"rules": [exclusion()]})).await;
    assert_eq!(service.export().await, before);
    let count = |part: &str| before[part].as_array().unwrap().len() as u64;
    let purchases = &compared["purchases"];
    assert_eq!(purchases["is_complete"], json!(true));
    assert_eq!(purchases["baskets"], json!(count("baskets")));
    assert_eq!(purchases["pre_orders"], json!(count("pre_orders")));
    let products = before["products"].as_array().unwrap().iter();
    let active = products.filter(|product| product["is_active"] == json!(true));
    assert_eq!(purchases["products"], json!(active.count()));
    let number = |name: &str| compared[name].as_u64().unwrap();
    let changed: u64 = ["gains", "loses", "gains_and_loses", "figures"]
        .iter()
        .map(|one| compared[*one]["purchases"].as_u64().unwrap())
        .sum();
    assert_eq!(number("compared"), number("unchanged") + changed);
    let loses = &compared["loses"];
    assert_eq!(loses["purchases"], json!(changed));
    let example = &loses["examples"][0];
    assert_eq!(example["card_count"], json!(1));
    let path = format!(
        "/manage/v1/matrix/?context={}&pk={}&bank=garanti",
        example["context"].as_str().unwrap(),
        example["pk"]
    );
    let shown = service.get(&path).await.json();
    let row = |matrix: &Value| {
        let rows = matrix["results"].as_array().unwrap().clone();
        let mut bonus = rows.into_iter();
        bonus.find(|row| row["card_slug"] == json!("bonus-card"))
    };
    assert_eq!(row(&example["in_force"]), row(&shown));
    let draft = row(&example["draft"]).unwrap();
    for cell in draft["cells"].as_array().unwrap() {
        let mut reasons = cell["left_out"].as_array().unwrap().iter();
        let is_named = reasons.any(|left| left["reason"]["rule"] == json!("no-bonus"));
        assert!(is_named, "{cell}");
    }
}

#[tokio::test]
async fn a_campaign_changes_something_only_at_its_time() {
    let service = Service::demo().await;
    let mut campaign = exclusion();
    campaign["valid_from"] = json!("2099-01-01T00:00:00Z");
    campaign["valid_until"] = json!("2099-02-01T00:00:00Z");
    let document = json!({"rules": [campaign]});
    for (query, is_changed) in [
        ("", false),
        ("?at=2099-01-15T00:00:00Z", true),
        ("?at=2099-02-01T00:00:00Z", false),
    ] {
        let compared = post(&service, &format!("{WHAT_IF}{query}"), &document).await;
        assert_eq!(
            compared["unchanged"] != compared["compared"],
            is_changed,
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_draft_that_cannot_be_imported_is_refused_as_an_import_is() {
    let service = Service::demo().await;
    for document in [
        json!({"rules": [{"slug": "x"}]}),
        json!({"cards": [{"pk": 1}]}),
        json!({"banks": [{"pk": 900, "name": "A", "slug": "akbank"}]}),
    ] {
        let expected = service.import(&document).await;
        assert_eq!(expected.status, 400);
        for path in [WHAT_IF, LINT] {
            let refused = service.send(Method::POST, path, &document).await;
            assert_eq!((refused.status, &refused.body), (400, &expected.body));
        }
    }
    let broken = service
        .request(Method::POST, LINT)
        .header("Content-Type", "application/json")
        .body("{\"rules\": [");
    assert_eq!(super::running::Answer::of(broken).await.status, 400);
}

#[tokio::test]
async fn the_analysis_says_what_a_draft_adds_and_the_dry_run_of_an_import_says_it_too() {
    let service = Service::demo().await;
    let wrong = rule(
        "typo",
        &json!({"category": ["phnes"]}),
        &json!({"cap_installments": 2}),
    );
    let document = json!({"rules": [wrong]});
    let linted = post(&service, LINT, &document).await;
    let findings = linted["findings"].as_array().unwrap();
    let (new, old): (Vec<&Value>, Vec<&Value>) = findings
        .iter()
        .partition(|finding| finding["is_new"] == json!(true));
    assert_eq!(new.len(), 1, "{new:?}");
    assert_eq!(new[0]["kind"], json!("unknown_value"));
    assert_eq!(new[0]["pointer"], json!("/when/category/0"));
    assert_eq!(
        new[0]["message"],
        json!("no product is in the category phnes")
    );
    let in_force = post(&service, LINT, &json!({})).await;
    assert_eq!(in_force["findings"].as_array().unwrap().len(), old.len());
    assert_eq!(in_force["not_compared"], json!([]));
    let previewed = post(&service, "/manage/v1/import/?dry_run=1", &document).await;
    assert_eq!(previewed["rules"]["created"], json!(["typo"]));
    let mut expected = new[0].clone();
    expected.as_object_mut().unwrap().remove("is_new");
    assert_eq!(previewed["findings"], json!([expected]));
    // A document that brings the category itself has nothing wrong.
    let mut with_product = document.clone();
    with_product["products"] = json!([{"pk": 900, "name": "P", "price": "1", "currency": "TRY",
        "categories": ["phnes/dumb"]}]);
    let linted = post(&service, LINT, &with_product).await;
    assert_eq!(linted["findings"].as_array().unwrap().len(), old.len());
}

#[test]
fn the_commands_print_the_same_and_lint_fails_if_a_document_adds_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let whole = write("store.json", STORE);
    let typo = rule(
        "typo",
        &json!({"category": ["phnes"]}),
        &json!({"cap_installments": 2}),
    );
    let typo = write("typo.json", &json!({"rules": [typo]}).to_string());
    let fine = write("fine.json", &json!({"rules": [exclusion()]}).to_string());
    let url = format!("sqlite:{}", folder.path().join("payments.db").display());
    let keys = folder.path().join("keys").display().to_string();
    let settings = [
        ("database.url", &*url),
        ("security.key_folder", &*keys),
        ("demo.enabled", "false"),
    ];
    let done = |arguments: &[&str]| {
        let output = run(arguments, &settings);
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    assert_eq!(done(&["import", &whole]).0, Some(0));
    let (code, text) = done(&["lint", &typo]);
    assert_eq!(code, Some(1), "{text}");
    let line = "typo/when/category/0: new unknown_value: no product is in the category phnes\n";
    assert!(text.contains(line), "{text}");
    let (code, text) = done(&["lint", &fine, "--json"]);
    let linted: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &linted["undecided"]),
        (Some(0), &json!([])),
        "{text}"
    );
    let stored = done(&["lint"]);
    assert_eq!(stored.0 == Some(0), stored.1.is_empty(), "{}", stored.1);
    let (code, text) = done(&["what-if", &fine, "--at", "2099-01-01"]);
    let compared: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(compared["at"], json!("2099-01-01T00:00:00Z"));
    assert_ne!(compared["loses"]["purchases"], json!(0));
}
