//! The demo store.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test, like the test itself"
)]

use payments_core::catalog::Policy;
use payments_core::import::Document;
use payments_demo::{CUSTOMER_SESSION, MASTERPASS_HOSTS, STORE, VISITOR_SESSION};
use reqwest::Method;
use serde_json::{Value, json};

use crate::manage::running::{Answer, Service, settings};
use crate::setup::Fixture;

fn store() -> Value {
    serde_json::from_str(STORE).unwrap()
}

async fn listing(service: &Service, path: &str, session: &str) -> Value {
    let request = service.anonymous(Method::GET, path);
    let answer = Answer::of(request.header("Cookie", format!("osessionid={session}"))).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.json()
}

#[test]
fn the_demo_stores_document_has_no_mistakes() {
    let policy = Policy {
        literal_secrets: false,
        masterpass_hosts: MASTERPASS_HOSTS.map(str::to_owned).to_vec(),
    };
    Document::parse(STORE.as_bytes(), &policy).unwrap();
}

#[tokio::test]
async fn every_demo_listing_has_cards() {
    let service = Service::demo().await;
    for product in store()["products"].as_array().unwrap() {
        let path = format!("/payments/cards/product/{}/", product["pk"]);
        let answer = service.get(&path).await;
        if product["is_active"] == json!(false) {
            assert_eq!(answer.status, 404, "{path}");
        } else {
            assert_ne!(answer.json()["count"], json!(0), "{path}");
        }
    }
    for (path, session) in [
        ("/payments/cards/basket/", CUSTOMER_SESSION),
        ("/payments/cards/pre-order/", CUSTOMER_SESSION),
        ("/payments/cards/basket/", VISITOR_SESSION),
    ] {
        assert_ne!(
            listing(&service, path, session).await["count"],
            json!(0),
            "{path}"
        );
    }
    let none = listing(&service, "/payments/cards/pre-order/", VISITOR_SESSION).await;
    assert_eq!(
        none,
        json!({"count": 0, "next": null, "previous": null, "results": []})
    );
    assert_eq!(
        service.get("/masterpass-js/").await.json()["client_id"],
        json!("10000001")
    );
}

#[tokio::test]
async fn the_contracts_recorded_answer_is_reproduced() {
    let service = Service::demo().await;
    let answer = service.get("/payments/cards/product/1/").await;
    // As text, because a float would hide a figure such as 19.489999999.
    for figures in [
        r#""installment_count":1,"interest_rate":0,"label":"Single payment","is_active":true,"amount":19.49,"interest_amount":0.00,"total_amount":19.49,"single_installment_amount":19.49}"#,
        r#""installment_count":2,"interest_rate":1,"label":"2 installments","is_active":true,"amount":19.49,"interest_amount":0.20,"total_amount":19.69,"single_installment_amount":9.85}"#,
        r#""installment_count":3,"interest_rate":5,"label":"3 installments","is_active":true,"amount":19.49,"interest_amount":0.98,"total_amount":20.47,"single_installment_amount":6.83}"#,
    ] {
        assert!(answer.body.contains(figures), "{figures}");
    }
}

#[tokio::test]
async fn changes_survive_a_restart() {
    let data = Fixture::new().await;
    let service = Service::over(settings(&data, true)).await;
    let renamed = json!({"name": "Renamed", "slug": "garanti"});
    assert_eq!(
        service.put("/manage/v1/banks/1/", &renamed).await.status,
        200
    );
    assert_eq!(service.delete("/manage/v1/products/30/").await.status, 204);
    let before = service.export().await;
    service.stop().await;
    let service = Service::over(settings(&data, true)).await;
    assert_eq!(service.export().await, before);
    assert_eq!(before["banks"][0]["name"], json!("Renamed"));
}

#[tokio::test]
async fn without_the_demo_the_store_is_empty_and_its_sessions_are_nobodys() {
    let service = Service::empty().await;
    for (part, objects) in service.export().await.as_object().unwrap() {
        assert_eq!(objects, &json!([]), "{part}");
    }
    let none = listing(&service, "/payments/cards/basket/", CUSTOMER_SESSION).await;
    assert_eq!(none["count"], json!(0));
    assert_eq!(service.get("/payments/cards/product/1/").await.status, 404);
}

/// Runs these lines in a shell.
#[tokio::test(flavor = "multi_thread")]
async fn the_banners_lines_do_what_they_say() {
    let service = Service::demo().await;
    let lines = payments_http::banner::lines(&service.url, "osessionid");
    let is_run = |line: &&str| line.starts_with("curl ") || line.contains("=$(");
    let lines: Vec<&str> = lines.lines().filter(is_run).collect();
    let script = lines.join("\necho\n");
    let run = move || {
        std::process::Command::new("bash")
            .args(["-eu", "-c", &script])
            .output()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("\"detail\":\"A"), "{text}");
    let answers: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let statuses: Vec<&&str> = answers.iter().filter(|line| line.len() == 3).collect();
    assert_eq!(statuses, [&"204", &"204", &"200"], "{text}");
    assert!(text.contains("552879******0008"), "{text}");
    assert!(
        text.contains("10000001") && text.contains("left_out"),
        "{text}"
    );
}
