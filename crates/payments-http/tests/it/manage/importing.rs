//! Imports and exports.

use payments_demo::{CUSTOMER_SESSION, STORE};
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};

fn store() -> Value {
    serde_json::from_str(STORE).unwrap()
}

#[tokio::test]
async fn an_export_equals_the_imported_document_without_its_sessions() {
    let service = Service::empty().await;
    let counts = service.import(&store()).await;
    assert_eq!(counts.status, 200, "{counts:?}");
    assert_eq!(counts.json()["cards"], json!({"created": 17, "updated": 0}));
    assert_eq!(
        counts.json()["sessions"],
        json!({"created": 4, "updated": 0})
    );
    let exported = service.export().await;
    assert!(exported.get("sessions").is_none());
    let other = Service::empty().await;
    assert_eq!(other.import(&exported).await.status, 200);
    assert_eq!(other.export().await, exported);
    let again = service.import(&exported).await;
    assert_eq!(again.json()["cards"], json!({"created": 0, "updated": 17}));
    assert_eq!(service.export().await, exported);
    let names = |document: &Value| {
        let cards = document["cards"].as_array().unwrap().iter();
        cards.map(|card| card["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&exported), names(&store()));
}

#[tokio::test]
async fn three_mistakes_are_all_reported_by_pointer_and_nothing_is_written() {
    let service = Service::empty().await;
    let mut document = store();
    document["cards"][0]["installments"][1]["interest_rate"] = json!("-100");
    document["cards"][2]["bank"] = json!(999);
    document["baskets"][0]["customer"] = json!(999);
    let answer = service.import(&document).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {"code":"document_invalid","detail":"The document has errors; nothing was saved.","errors":{"/baskets/0/customer":["there is no such object in customers"],"/cards/0/installments/1/interest_rate":["use a percentage from -99.9999 to 1000 with at most 4 fraction digits"],"/cards/2/bank":["there is no such object in banks"]}}
    "#);
    for (part, objects) in service.export().await.as_object().unwrap() {
        assert_eq!(objects, &json!([]), "{part}");
    }
}

#[tokio::test]
async fn mistakes_that_only_the_store_can_find_are_reported_by_pointer_too() {
    let service = Service::demo().await;
    let before = service.export().await;
    let answer = service
        .import(&json!({
            "banks": [{"pk": 900, "name": "New", "slug": "new"}],
            "baskets": [{"pk": 900, "customer": 7, "currency": "TRY", "total": "1",
                "items": [{"product": 899_999, "quantity": 1, "price": "1"}]}],
        }))
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["errors"],
        json!({"/baskets/0/items/0/product": ["there is no such object in products"]}),
    );
    assert_eq!(service.export().await, before);
}

#[tokio::test]
async fn a_card_that_is_there_twice_is_reported_at_its_second_place() {
    let service = Service::empty().await;
    let mut document = store();
    let mut again = document["cards"][3].clone();
    for (key, value) in [
        ("slug", json!("twice")),
        ("bins", json!([])),
        ("installments", json!([])),
    ] {
        again[key] = value;
    }
    document["cards"].as_array_mut().unwrap().push(again);
    let answer = service.import(&document).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["errors"],
        json!({"/cards/17": ["this has the key of /cards/3"]}),
    );
}

#[tokio::test]
async fn a_body_that_is_not_a_document_is_refused_and_never_echoed() {
    let service = Service::empty().await;
    for body in [
        json!([]),
        json!("4111111111111111"),
        json!({"4111111111111111": 1}),
    ] {
        let answer = service.import(&body).await;
        assert_eq!(answer.status, 400);
        assert!(!answer.body.contains("4111"), "{answer:?}");
    }
}

#[tokio::test]
async fn an_import_is_listed_at_once() {
    let service = Service::demo().await;
    let mut cards = store()["cards"].clone();
    for card in cards.as_array_mut().unwrap() {
        card["is_active"] = json!(card["pk"] == json!(1));
    }
    assert_eq!(service.import(&json!({"cards": cards})).await.status, 200);
    let listing = service.get("/payments/cards/product/1/").await.json();
    assert_eq!(listing["count"], json!(1));
    assert_eq!(listing["results"][0]["slug"], json!("bonus-card"));
}

#[tokio::test]
async fn a_byte_order_mark_is_ignored_and_a_compressed_document_is_refused() {
    let service = Service::empty().await;
    let import = |body: Vec<u8>, coding: &'static str| {
        let request = service.request(Method::POST, "/manage/v1/import/");
        let request = request.header("content-type", "application/json");
        Answer::of(request.header("content-encoding", coding).body(body))
    };
    let document = r#"{"customers": [{"pk": 7}]}"#.as_bytes();
    let marked = [b"\xef\xbb\xbf", document].concat();
    let answer = import(marked, "identity").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let twice = [b"\xef\xbb\xbf\xef\xbb\xbf", document].concat();
    assert_eq!(import(twice, "identity").await.status, 400);
    for coding in ["gzip", "br", "zstd", "identity, gzip"] {
        let answer = import(document.to_vec(), coding).await;
        assert_eq!(answer.status, 415, "{coding}");
    }
}

#[tokio::test]
async fn a_card_may_have_thousands_of_bins_and_a_clash_names_the_bin_and_its_owner() {
    let service = Service::empty().await;
    assert_eq!(service.import(&store()).await.status, 200);
    let card = |pk: i64, bins: Vec<String>| {
        json!({
            "pk": pk, "name": "Many", "slug": format!("many-{pk}"), "card_payment_type": "debit", "bank": 1, "card_type": 1,
            "pos": 1, "bins": bins, "installments": [{"pk": pk, "installment_count": 1, "interest_rate": "0"}],
        })
    };
    let bins = |count: u32| (0..count).map(|number| (90_010_000 + number).to_string());
    let many = json!({"cards": [card(940_001, bins(20_000).collect())]});
    assert_eq!(service.import(&many).await.status, 200);
    let again = card(940_002, vec!["80000000".into(), "90010007".into()]);
    let clash = service.import(&json!({ "cards": [again] })).await;
    assert_eq!(clash.status, 400);
    let errors = &clash.json()["errors"];
    assert_eq!(
        *errors,
        json!({"/cards/0/bins/1": ["90010007 belongs to card 940001 (many-940001)"]})
    );
    let more = json!({"cards": [card(940_003, bins(20_001).collect())]});
    let errors = service.import(&more).await.json()["errors"].clone();
    assert_eq!(
        errors,
        json!({"/cards/0/bins": ["use at most 20000 entries"]})
    );
}

#[tokio::test]
async fn a_category_is_a_path_of_slugs() {
    let service = Service::empty().await;
    let written = async |category: &str| {
        let product =
            json!({"name": "Mug", "price": "5", "currency": "TRY", "categories": [category]});
        service.put("/manage/v1/products/7/", &product).await.status
    };
    for category in ["toys", "toys/games", "home_accessories/wall-art", "a1/b2"] {
        assert!([200, 201].contains(&written(category).await), "{category}");
    }
    for category in [
        "-", "--", "a--b", "-a", "a-", "a/-", "a//b", "/a", "a/", "a_-b", "A", "",
    ] {
        assert_eq!(written(category).await, 400, "{category}");
    }
}

#[tokio::test]
async fn customers_may_have_their_phones_in_the_form_of_e164() {
    let service = Service::demo().await;
    let customers = json!({"customers": [
        {"pk": 7, "phone_number": "+905551112233"}, {"pk": 8, "phone_number": "05551112233"},
    ]});
    assert_eq!(service.import(&customers).await.status, 200);
    let cookie = format!("osessionid={CUSTOMER_SESSION}");
    let token = service.anonymous(Method::GET, "/csrf_token/");
    let token = Answer::of(token.header("cookie", &cookie)).await.json()["csrf_token"].clone();
    let shown = service.anonymous(Method::GET, "/payments/stored-cards/phone-number/");
    let shown = shown
        .header("cookie", cookie)
        .header("x-csrftoken", token.as_str().unwrap());
    assert_eq!(
        Answer::of(shown).await.body,
        r#"{"phone_number":"5551112233"}"#
    );
    let kept = service.get("/manage/v1/customers/7/").await.json()["phone_number"].clone();
    assert_eq!(kept, "+905551112233");
}
