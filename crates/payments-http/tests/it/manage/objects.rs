//! Single objects and pages.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};

/// Every part: its path, an unused key, and an object without the key.
pub(super) fn one_of_each() -> Vec<(&'static str, &'static str, Value)> {
    let instant = "2031-01-01T00:00:00Z";
    vec![
        (
            "banks",
            "901",
            json!({"name": "B", "slug": "b-901", "logo": null, "logo_path": null}),
        ),
        (
            "card-types",
            "901",
            json!({"name": "T", "slug": "t-901", "logo": null, "logo_path": null}),
        ),
        (
            "pos",
            "901",
            json!({"name": "P", "slug": "p-901", "gateway": "sandbox", "is_active": true, "config": {"terminal": 7}}),
        ),
        (
            "cards",
            "901",
            json!({
                "name": "C", "slug": "c-901", "card_payment_type": "debit", "bank": 901, "card_type": 901, "pos": 901,
                "sort_order": -1, "is_active": true, "is_commercial": true, "is_fallback": false, "bins": ["99990001"],
                "installments": [{"pk": 99_001, "installment_count": 1, "interest_rate": "-0.0001", "label": {"de": "Einmal"}, "is_active": true}],
            }),
        ),
        (
            "payment-options",
            "901",
            json!({"name": "O", "slug": "o-901", "payment_type": "wallet", "pos": 901, "is_active": false, "sort_order": 9}),
        ),
        (
            "rules",
            "r-901",
            json!({"name": "R", "when": {"amount": {"min": "10"}}, "then": {"cap_installments": 2}, "is_active": false, "valid_from": instant, "valid_until": null}),
        ),
        (
            "products",
            "901",
            json!({"name": "Ü", "price": "0.05", "currency": "TRY", "categories": ["a/b"], "attributes": {"x": 1.5}, "is_active": true}),
        ),
        (
            "customers",
            "901",
            json!({"phone_number": "0 5551112233", "segments": ["a", "b"], "is_active": true}),
        ),
        (
            "baskets",
            "901",
            json!({"customer": 901, "state": "open", "currency": "TRY", "total": "0.10", "items": [{"product": 901, "quantity": 2, "price": "0.05"}]}),
        ),
        (
            "pre-orders",
            "901",
            json!({"basket": 901, "state": "waiting", "currency": "TRY", "total": "1.10"}),
        ),
        (
            "sessions",
            "test_session_0000000000000001",
            json!({"customer": 901, "basket": 901, "pre_order": 901, "expires_at": instant}),
        ),
    ]
}

#[tokio::test]
async fn every_part_is_written_read_replaced_paged_and_deleted() {
    let service = Service::empty().await;
    for (part, key, object) in one_of_each() {
        let path = format!("/manage/v1/{part}/{key}/");
        assert_eq!(service.get(&path).await.status, 404, "{part}");
        assert_eq!(service.delete(&path).await.status, 404, "{part}");
        let created = service.put(&path, &object).await;
        assert_eq!(created.status, 201, "{part}: {created:?}");
        let mut expected = object.clone();
        match part {
            "sessions" => {}
            "rules" => expected["slug"] = json!(key),
            _ => expected["pk"] = json!(key.parse::<i64>().unwrap()),
        }
        assert_eq!(created.json(), expected, "{part}");
        assert_eq!(service.get(&path).await.json(), expected, "{part}");
        assert_eq!(
            service.get(path.trim_end_matches('/')).await.json(),
            expected,
            "{part}"
        );
        let replaced = service.put(&path, &object).await;
        assert_eq!(
            (replaced.status, replaced.json()),
            (200, expected.clone()),
            "{part}"
        );
        let page = service.get(&format!("/manage/v1/{part}/")).await.json();
        let whole = json!({"count": 1, "next": null, "previous": null, "results": [expected]});
        assert_eq!(page, whole, "{part}");
    }
    for (part, key, _) in one_of_each().into_iter().rev() {
        let path = format!("/manage/v1/{part}/{key}/");
        let deleted = service.delete(&path).await;
        assert_eq!((deleted.status, deleted.body.as_str()), (204, ""), "{part}");
        assert_eq!(service.get(&path).await.status, 404, "{part}");
    }
}

#[tokio::test]
async fn a_referenced_object_is_not_deleted_and_the_response_names_the_referrer() {
    let service = Service::demo().await;
    let answer = service.delete("/manage/v1/card-types/7/").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    409
    content-type: application/json
    cache-control: no-store
    {"code":"still_referenced","detail":"This cannot be deleted because other objects refer to it.","errors":{"/cards/7":["this refers to it"]}}
    "#);
    let refers = async |path: &str| {
        let answer = service.delete(path).await;
        assert_eq!(answer.status, 409, "{path}");
        answer.json()["errors"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert!(
        refers("/manage/v1/pos/2/")
            .await
            .contains(&"/payment-options/2".to_owned())
    );
    assert_eq!(
        refers("/manage/v1/baskets/9/").await,
        ["/pre-orders/4", "/sessions"]
    );
    assert_eq!(
        refers("/manage/v1/customers/7/").await,
        ["/baskets/9", "/sessions"]
    );
    assert!(
        refers("/manage/v1/products/21/")
            .await
            .contains(&"/baskets/9".to_owned())
    );
}

#[tokio::test]
async fn a_bad_object_is_refused_by_pointer_and_changes_nothing() {
    let service = Service::demo().await;
    let before = service.get("/manage/v1/banks/1/").await.json();
    let answer = service
        .put("/manage/v1/banks/1/", &json!({"pk": 2, "slug": "akbank"}))
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {"code":"document_invalid","detail":"The document has errors; nothing was saved.","errors":{"/name":["this is required"],"/pk":["this is not the key in the path"]}}
    "#);
    let taken = service
        .put(
            "/manage/v1/banks/1/",
            &json!({"name": "A", "slug": "akbank"}),
        )
        .await;
    assert_eq!(
        (taken.status, &taken.json()["errors"]),
        (400, &json!({"/slug": ["akbank belongs to bank 2"]}))
    );
    assert_eq!(service.get("/manage/v1/banks/1/").await.json(), before);
    let masterpass = json!({
        "name": "M", "slug": "m", "gateway": "masterpass",
        "config": {"js": "https://evil.example/x.js", "client_id": "1", "merchant_type": "custom",
            "s3d_return_url": "http://shop.example.com/"},
    });
    let answer = service.put("/manage/v1/pos/3/", &masterpass).await;
    assert_eq!(
        answer.json()["errors"],
        json!({"/config/js": ["this host is not allowed"], "/config/s3d_return_url": ["use an absolute https URL"]}),
    );
}

#[tokio::test]
async fn paths_that_name_nothing_are_not_found() {
    let service = Service::demo().await;
    for path in [
        "/manage/v1/card_types/1/",
        "/manage/v1/nothing/",
        "/manage/v1/banks/007/",
        "/manage/v1/banks/+1/",
        "/manage/v1/banks/1e3",
        "/manage/v1/banks/99999999999999999999/",
        "/manage/v1/rules/Gold/",
        "/manage/v1/sessions/short/",
        "/manage/v1/banks/1/2/",
    ] {
        let answer = service.get(path).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (404, r#"{"code":"not_found","detail":"Not found."}"#),
            "{path}"
        );
        if !path.ends_with("nothing/") && !path.ends_with("/2/") {
            assert_eq!(service.put(path, &json!({})).await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn pages_lead_through_a_whole_part() {
    let service = Service::demo().await;
    let first = service
        .get("/manage/v1/products/?page_size=13")
        .await
        .json();
    assert_eq!(
        (&first["count"], &first["previous"]),
        (&json!(30), &json!(null))
    );
    let mut seen = 0;
    let mut next = Some(format!("{}/manage/v1/products/?page_size=13", service.url));
    while let Some(url) = next {
        let page = service
            .get(url.strip_prefix(&service.url).unwrap())
            .await
            .json();
        seen += page["results"].as_array().unwrap().len();
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, 30);
    assert_eq!(
        service.get("/manage/v1/products/?page=99").await.json()["results"],
        json!([])
    );
    let refused = service
        .get("/manage/v1/products/?page=0&page_size=1001")
        .await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["errors"].as_object().unwrap().len(), 2);
    for query in [
        "page=",
        "page=x",
        "page=-1",
        "page_size=0",
        "page=4294967296",
        "after=",
        "after=x",
        "after=1&page=2",
        "count=yes",
    ] {
        assert_eq!(
            service
                .get(&format!("/manage/v1/products/?{query}"))
                .await
                .status,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_list_of_more_than_ten_thousand_is_paged_by_key() {
    let service = Service::demo().await;
    let session = |n: u32| {
        let id = format!("long_list_{n:022}");
        json!({"id": id, "basket": 9, "expires_at": "2031-01-01T00:00:00Z"})
    };
    for some in [0..5_000, 5_000..10_000] {
        let sessions: Vec<Value> = some.map(session).collect();
        let imported = service.import(&json!({ "sessions": sessions })).await;
        assert_eq!(imported.status, 200, "{}", imported.body);
    }
    let mut count = 0;
    let mut next = Some("/manage/v1/sessions/?page_size=999".to_owned());
    while let Some(path) = next {
        let page = service.get(&path).await.json();
        assert_eq!(
            (&page["count"], &page["previous"]),
            (&Value::Null, &Value::Null)
        );
        count += page["results"].as_array().unwrap().len();
        let url = page["next"].as_str();
        next = url.map(|url| url.strip_prefix(&service.url).unwrap().to_owned());
        assert!(next.iter().all(|next| next.contains("?after=")), "{next:?}");
    }
    let counted = service
        .get("/manage/v1/sessions/?page_size=1&count=1")
        .await;
    let counted = counted.json();
    assert_eq!(counted["count"], json!(count));
    assert!(count > 10_000);
    assert!(
        counted["next"]
            .as_str()
            .unwrap()
            .ends_with("&page_size=1&count=1")
    );
}

#[tokio::test]
async fn a_session_is_written_by_its_id_and_works_at_once() {
    let service = Service::demo().await;
    let id = "fresh_session_00000000000000000001";
    let session = json!({"id": id, "basket": 9, "expires_at": "2031-01-01T00:00:00Z"});
    let path = format!("/manage/v1/sessions/{id}/");
    let answer = service.put(&path, &session).await;
    assert_eq!(answer.status, 201);
    assert!(
        !answer.body.contains(id),
        "the id is neither stored nor returned"
    );
    let listing = async || {
        let request = service.anonymous(Method::GET, "/payments/cards/basket/");
        Answer::of(request.header("Cookie", format!("osessionid={id}")))
            .await
            .json()
    };
    assert_ne!(listing().await["count"], json!(0));
    assert_eq!(service.delete(&path).await.status, 204);
    assert_eq!(listing().await["count"], json!(0));
}
