//! Which BINs of customers' cards no card of the catalog has.

use serde_json::json;

use super::running::Service;

#[tokio::test]
async fn typed_digits_are_counted_and_those_without_a_card_are_named() {
    let service = Service::demo().await;
    for digits in ["554960", "55496012", "979299", "97929900", "979298"] {
        let listed = service
            .get(&format!("/payments/cards/product/1/?bin={digits}"))
            .await;
        assert_eq!(listed.status, 200, "{digits}");
    }
    let refused = service.get("/payments/cards/product/1/?bin=12345").await;
    assert_eq!(refused.status, 400);
    // What support asks about is not a customer's card.
    let explained = service
        .get("/manage/v1/explain/?context=product&pk=1&bin=979297")
        .await;
    assert_eq!(explained.status, 200);
    for _ in 0..2 {
        let answer = service.get("/manage/v1/bin-coverage/?days=1").await;
        let mut coverage = answer.json();
        let from = coverage.as_object_mut().unwrap().remove("from").unwrap();
        assert_eq!(from.as_str().unwrap().len(), 10);
        let expected = json!({
            "is_complete": true, "counted": 5, "covered": 2,
            "missing": [{"bin": "979299", "count": 2}, {"bin": "979298", "count": 1}],
        });
        assert_eq!(coverage, expected);
    }
    let wrong = service.get("/manage/v1/bin-coverage/?days=31").await;
    assert_eq!(
        (wrong.status, &wrong.json()["errors"]),
        (400, &json!({"days": ["use a number from 1 to 30"]}))
    );
}
