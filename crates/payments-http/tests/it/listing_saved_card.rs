//! Listings for one of the customer's saved cards, and what the list of saved cards says about the catalog.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, CUSTOMER_ELSEWHERE, GOOD_NUMBER, NEIGHBOUR, TestApp, VISITOR, json};
use crate::manage::running::{Answer, TOKEN};
use crate::saved_cards::saved;

const LISTINGS: [&str; 3] = [
    "/payments/cards/product/1/",
    "/payments/cards/basket/",
    "/payments/cards/pre-order/",
];

/// SHA-256 of [`TOKEN`].
const TOKEN_SETTING: (&str, &str) = (
    "manage.tokens.back_office",
    "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a",
);

/// A service whose customer has one saved card, with its key.
async fn start() -> (TestApp, String) {
    let app = TestApp::start_with(&[TOKEN_SETTING]).await;
    let path = saved(&app).await;
    let key = path.trim_end_matches('/').rsplit('/').next();
    let key = key.expect("a key").to_owned();
    (app, key)
}

async fn get_as(app: &TestApp, session: Option<&str>, path: &str) -> Response {
    let mut request = app.get(path).header("accept-language", "en");
    if let Some(session) = session {
        request = request.header("cookie", format!("osessionid={session}"));
    }
    request.send().await.expect("an answer")
}

async fn listing(app: &TestApp, path: &str) -> Value {
    let response = get_as(app, Some(CUSTOMER), path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    json(response).await
}

fn slugs(listing: &Value) -> Vec<&str> {
    let cards = listing["results"].as_array().expect("cards");
    cards
        .iter()
        .filter_map(|card| card["slug"].as_str())
        .collect()
}

async fn manage(app: &TestApp, method: Method, path: &str, body: &Value) -> Answer {
    let request = app.request(method, path).bearer_auth(TOKEN);
    let request = request.header("content-type", "application/merge-patch+json");
    let request = request.header("accept-language", "en");
    Answer::of(request.body(body.to_string())).await
}

async fn patch(app: &TestApp, path: &str, body: &Value) {
    let answer = manage(app, Method::PATCH, path, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The customer's only saved card, as listed with this query.
async fn saved_card(app: &TestApp, session: &str, query: &str) -> Value {
    let path = format!("/payments/stored-cards/{query}");
    let request = app.as_session(session, Method::GET, &path).await;
    let list = json(request.send().await.expect("an answer")).await;
    list["results"][0].clone()
}

#[tokio::test]
async fn every_listing_for_a_saved_card_has_the_card_that_it_is_and_is_never_cached() {
    let (app, key) = start().await;
    for path in LISTINGS {
        let whole = listing(&app, path).await;
        let path = format!("{path}?saved_card={key}");
        let response = get_as(&app, Some(CUSTOMER), &path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let headers = response.headers().clone();
        assert_eq!(headers["cache-control"], "private, no-store", "{path}");
        assert_eq!(headers["vary"], "Accept-Language, Cookie", "{path}");
        assert!(!headers.contains_key("etag"), "{path}");
        let origin = "access-control-allow-origin";
        assert!(!headers.contains_key(origin), "{path}");
        let restricted = json(response).await;
        assert_eq!(slugs(&restricted), ["bonus-card"], "{path}");
        let cards = whole["results"].as_array().expect("cards");
        assert!(cards.contains(&restricted["results"][0]), "{path}");
        assert_eq!(restricted["count"], 1, "{path}");
    }
}

#[tokio::test]
async fn a_saved_card_is_listed_for_its_owner_only() {
    let (app, key) = start().await;
    for path in LISTINGS {
        let path = format!("{path}?saved_card={key}");
        for session in [
            None,
            Some(VISITOR),
            Some("inactive_session_0000000000000001"),
        ] {
            let response = get_as(&app, session, &path).await;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        }
        let strange = get_as(&app, Some(NEIGHBOUR), &path).await;
        assert_eq!(strange.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(strange.headers()["cache-control"], "no-store", "{path}");
        let absent = path.replace(&format!("={key}"), "=9007199254740993");
        let absent = get_as(&app, Some(NEIGHBOUR), &absent).await;
        assert_eq!(absent.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(json(strange).await, json(absent).await, "{path}");
    }
}

#[tokio::test]
async fn the_card_is_named_once_by_its_key_or_by_its_digits() {
    let (app, key) = start().await;
    for path in LISTINGS {
        for text in [
            "",
            "0",
            "-1",
            "007",
            "x4711",
            "%D9%A5",
            "4711471147114711471147",
            "4711&saved_card=4711",
        ] {
            let response = get_as(&app, Some(CUSTOMER), &format!("{path}?saved_card={text}")).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path} {text}");
            let body = response.text().await.expect("a body");
            assert!(body.contains(r#""errors":{"saved_card":["#), "{body}");
            assert!(!body.contains("4711"), "{body}");
        }
        for query in [
            format!("bin=552879&saved_card={key}"),
            format!("saved_card={key}&bin=552879&bin=552879"),
        ] {
            let response = get_as(&app, Some(CUSTOMER), &format!("{path}?{query}")).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path} {query}");
            let body = json(response).await;
            let errors = body["errors"].as_object().expect("errors");
            let fields: Vec<&String> = errors.keys().collect();
            assert_eq!(fields, ["bin", "saved_card"], "{query}");
        }
    }
    let unknown = format!("/payments/cards/product/999/?saved_card={key}");
    let unknown = get_as(&app, Some(CUSTOMER), &unknown).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    assert_eq!(json(unknown).await["code"], "product_not_found");
}

#[tokio::test]
async fn digits_that_can_mean_two_cards_name_none_and_list_both() {
    let (app, key) = start().await;
    for (card, bin) in [("1", "55287900000"), ("5", "55287900001")] {
        let path = format!("/manage/v1/cards/{card}/");
        patch(&app, &path, &json!({ "bins": [bin] })).await;
    }
    let card = saved_card(&app, CUSTOMER, "").await;
    assert_eq!(card["card"], Value::Null);
    for path in LISTINGS {
        let listing = listing(&app, &format!("{path}?saved_card={key}")).await;
        assert_eq!(slugs(&listing), ["bonus-card", "axess-card"], "{path}");
    }
}

#[tokio::test]
async fn a_card_of_another_point_of_sale_is_left_out_and_explain_says_why() {
    let (app, key) = start().await;
    let second = json!({
        "pos": [{"pk": 9, "name": "Second", "slug": "second", "gateway": "sandbox", "is_active": true, "config": {}}],
        "payment_options": [{"pk": 9, "name": "Second", "slug": "second", "payment_type": "credit_card", "pos": 9,
            "is_active": true, "sort_order": 3}],
    });
    let request = app
        .request(Method::POST, "/manage/v1/import/")
        .bearer_auth(TOKEN);
    let request = request.header("content-type", "application/json");
    let imported = Answer::of(request.body(second.to_string())).await;
    assert_eq!(imported.status, 200, "{imported:?}");
    let bins = json!({ "bins": ["55287900000"] });
    patch(&app, "/manage/v1/cards/1/", &bins).await;
    let elsewhere = json!({ "bins": ["55287900001"], "pos": 9 });
    patch(&app, "/manage/v1/cards/5/", &elsewhere).await;
    for path in LISTINGS {
        let listing = listing(&app, &format!("{path}?saved_card={key}")).await;
        assert_eq!(slugs(&listing), ["bonus-card"], "{path}");
    }
    let card = saved_card(&app, CUSTOMER, "").await;
    assert_eq!(
        card["card"]["slug"], "bonus-card",
        "of its point of sale it can be one only"
    );
    let question = format!("context=product&pk=1&language=tr&saved_card={key}&customer=7");
    let explained = explain(&app, &question).await.json();
    assert_eq!(slugs(&explained["listing"]), ["bonus-card"]);
    assert_eq!(fact(&explained, "axess-card"), "token_of_another_pos");
}

async fn explain(app: &TestApp, question: &str) -> Answer {
    let path = format!("/manage/v1/explain/?{question}");
    manage(app, Method::GET, &path, &Value::Null).await
}

/// Why a card is not listed.
fn fact<'e>(explained: &'e Value, slug: &str) -> &'e str {
    let left_out = explained["left_out"].as_array().expect("a list");
    let card = left_out
        .iter()
        .find(|one| one["what"] == "card" && one["card_slug"] == slug);
    card.expect("the card")["reason"]["fact"]
        .as_str()
        .expect("a fact")
}

#[tokio::test]
async fn a_point_of_sale_that_was_switched_off_since_offers_nothing_and_explain_says_why() {
    let (app, key) = start().await;
    patch(&app, "/manage/v1/pos/1/", &json!({ "is_active": false })).await;
    for path in LISTINGS {
        let listing = listing(&app, &format!("{path}?saved_card={key}")).await;
        assert_eq!(listing["count"], 0, "{path}");
    }
    let question = format!("context=basket&pk=1&saved_card={key}&customer=7");
    let explained = explain(&app, &question).await.json();
    assert_eq!(fact(&explained, "bonus-card"), "pos_inactive");
    let card = saved_card(&app, CUSTOMER, "?for=basket").await;
    assert_eq!(
        (&card["card"], &card["plans_from"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_card_of_an_account_that_is_no_longer_used_is_one_that_does_not_exist() {
    let (app, key) = start().await;
    let other = json!({"config": {"account": "new", "accounts": {"main": {}}}});
    patch(&app, "/manage/v1/pos/1/", &other).await;
    for path in LISTINGS {
        let path = format!("{path}?saved_card={key}");
        let refused = get_as(&app, Some(CUSTOMER), &path).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{path}");
        let refused = json(refused).await;
        assert_eq!(refused["code"], "card_not_found", "{path}");
        let absent = path.replace(&format!("={key}"), "=9007199254740993");
        let absent = get_as(&app, Some(CUSTOMER), &absent).await;
        assert_eq!(refused, json(absent).await, "{path}");
    }
    assert_eq!(saved_card(&app, CUSTOMER, "").await, Value::Null);
}

#[tokio::test]
async fn explain_takes_a_saved_card_with_its_owner_only() {
    let (app, key) = start().await;
    let ask = async |parameters: String| {
        explain(&app, &format!("context=product&pk=1&{parameters}")).await
    };
    for customer in ["8", "9007199254740993"] {
        let answer = ask(format!("saved_card={key}&customer={customer}")).await;
        assert_eq!(answer.status, 404, "{answer:?}");
        assert_eq!(answer.json()["code"], "card_not_found");
    }
    for (parameters, fields) in [
        (format!("saved_card={key}"), &["customer"][..]),
        ("customer=7".to_owned(), &["customer"]),
        ("bin=552879&customer=7".to_owned(), &["customer"]),
        (
            format!("bin=552879&saved_card={key}&customer=7"),
            &["bin", "saved_card"],
        ),
        (
            "saved_card=x&customer=0".to_owned(),
            &["customer", "saved_card"],
        ),
    ] {
        let answer = ask(parameters.clone()).await;
        assert_eq!(answer.status, 400, "{parameters}");
        let body = answer.json();
        let errors = body["errors"].as_object().expect("errors");
        let wrong: Vec<&String> = errors.keys().collect();
        assert_eq!(wrong, fields, "{parameters}");
    }
}

#[tokio::test]
async fn a_saved_card_names_its_card_of_the_catalog_as_listings_do() {
    let (app, _) = start().await;
    let card = saved_card(&app, CUSTOMER, "").await;
    let whole = listing(&app, LISTINGS[0]).await;
    let cards = whole["results"].as_array().expect("cards");
    let mut expected = cards
        .iter()
        .find(|card| card["slug"] == "bonus-card")
        .cloned();
    let expected = expected.as_mut().and_then(Value::as_object_mut);
    let expected = expected.expect("the card");
    expected.remove("installments");
    assert_eq!(card["card"].as_object(), Some(&*expected));
    assert_eq!(card.get("plans_from"), None, "only on request");
}

#[tokio::test]
async fn a_caller_that_requests_no_plans_gets_every_field_of_earlier_releases_and_one_more() {
    let (app, _) = start().await;
    let card = saved_card(&app, CUSTOMER, "").await;
    let fields: Vec<&String> = card.as_object().expect("an object").keys().collect();
    let mut expected = vec![
        "bank",
        "brand",
        "card",
        "card_holder",
        "card_month",
        "card_year",
        "created_at",
        "family",
    ];
    expected.extend(["masked_card_number", "name", "pk", "pos"]);
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn on_request_each_saved_card_has_the_lowest_plan_of_the_sessions_purchase() {
    let (app, key) = start().await;
    for (purchase, path) in [("basket", LISTINGS[1]), ("pre-order", LISTINGS[2])] {
        let plan =
            saved_card(&app, CUSTOMER, &format!("?for={purchase}")).await["plans_from"].clone();
        let listing = listing(&app, &format!("{path}?saved_card={key}")).await;
        let plans = listing["results"][0]["installments"]
            .as_array()
            .expect("plans");
        assert!(plans.contains(&plan), "{purchase}: {plan}");
        let single = |plan: &Value| {
            plan["single_installment_amount"]
                .as_f64()
                .expect("an amount")
        };
        let is_lowest = plans.iter().all(|other| single(&plan) <= single(other));
        assert!(is_lowest, "{purchase}: {plan}");
    }
    let none = saved_card(&app, CUSTOMER_ELSEWHERE, "?for=basket").await;
    assert_eq!(
        none.get("plans_from"),
        Some(&Value::Null),
        "it has no basket"
    );
    for wrong in ["", "product", "Basket", "4711", "basket&for=basket"] {
        let path = format!("/payments/stored-cards/?for={wrong}");
        let request = app.as_session(CUSTOMER, Method::GET, &path).await;
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{wrong}");
        let body = response.text().await.expect("a body");
        assert!(body.contains(r#""errors":{"for":["#), "{body}");
        assert!(!body.contains("4711"), "{body}");
    }
}

#[tokio::test]
async fn eight_digits_are_stored_and_no_answer_has_more_than_the_mask() {
    let (app, key) = start().await;
    let stored = app.stored_bytes().await;
    let has = |text: &str| {
        stored
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(has(&GOOD_NUMBER[..8]), "the digits are stored");
    assert!(!has(&GOOD_NUMBER[..9]), "and no more");
    let mut answers = vec![saved_card(&app, CUSTOMER, "?for=basket").await.to_string()];
    for path in LISTINGS {
        let listing = listing(&app, &format!("{path}?saved_card={key}")).await;
        answers.push(listing.to_string());
    }
    let question = format!("context=basket&pk=1&saved_card={key}&customer=7");
    answers.push(explain(&app, &question).await.body);
    for answer in answers {
        assert!(!answer.contains(&GOOD_NUMBER[..7]), "{answer}");
    }
}
