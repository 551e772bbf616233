//! The public listing of a product: cached, tagged, compressed, and always of a single catalog version.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payments_core::import::Reading;
use payments_core::money::{Currency, Money};
use payments_core::record::{Change, Key, Part, Record};
use payments_demo::TOKEN;
use payments_http::manage;
use reqwest::Response;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, TestApp, author, json};

const MUG: &str = "/payments/cards/product/1/";

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = app.get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer")
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let value = response.headers().get(name)?;
    Some(value.to_str().expect("text"))
}

/// Imports a document like the management API.
async fn import(app: &TestApp, document: &Value) {
    let bytes = document.to_string();
    let reading = Reading::of_document(bytes.as_bytes(), &manage::policy(&app.state.settings));
    manage::write(&app.state, reading, author())
        .await
        .expect("a store");
}

fn mug(price: &str) -> Value {
    json!({"products": [{"pk": 1, "name": "Mug", "price": price, "currency": "TRY"}]})
}

/// The listed amount as text, with all its digits.
async fn amount(app: &TestApp, path: &str) -> String {
    let text = get(app, path, &[]).await.text().await.expect("a body");
    let (_, rest) = text.split_once(r#""amount":"#).expect("an amount");
    rest.split(',').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_matching_etag_gets_304_without_a_body() {
    let app = TestApp::start().await;
    let first = get(&app, MUG, &[]).await;
    let tag = header(&first, "etag").expect("a tag").to_owned();
    let known = [
        tag.clone(),
        format!("\"another\", {tag}"),
        tag.trim_start_matches("W/").to_owned(),
        "*".to_owned(),
    ];
    for known in known {
        let again = get(&app, MUG, &[("if-none-match", &known)]).await;
        assert_eq!(again.status(), 304, "{known}");
        for name in [
            "etag",
            "cache-control",
            "vary",
            "access-control-allow-origin",
        ] {
            assert_eq!(header(&again, name), header(&first, name), "{name}");
        }
        assert_eq!(again.text().await.expect("a body"), "");
    }
    for other in ["\"another\"", "nonsense", ""] {
        let again = get(&app, MUG, &[("if-none-match", other)]).await;
        assert_eq!(again.status(), 200, "{other}");
    }
    let in_english = [("if-none-match", &*tag), ("accept-language", "en")];
    assert_eq!(get(&app, MUG, &in_english).await.status(), 200);
    import(&app, &mug("20.00")).await;
    let again = get(&app, MUG, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), 200);
}

#[tokio::test]
async fn a_page_whose_monitoring_adds_headers_may_read_it() {
    let app = TestApp::start().await;
    let preflight = app
        .request(reqwest::Method::OPTIONS, MUG)
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "baggage,traceparent");
    let answer = preflight.send().await.expect("an answer");
    assert_eq!(answer.status(), 204);
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-allow-methods", "GET, HEAD, OPTIONS"),
        ("access-control-expose-headers", "Retry-After, X-Request-Id"),
    ] {
        assert_eq!(header(&answer, name), Some(value), "{name}");
    }
    let others = app.request(reqwest::Method::OPTIONS, "/payments/cards/basket/");
    let others = others.send().await.expect("an answer");
    assert_eq!(header(&others, "access-control-allow-headers"), None);
}

#[tokio::test]
async fn caches_on_the_way_may_keep_it_for_the_time_that_the_settings_say() {
    let app = TestApp::start_with(&[("listings.max_age_seconds", "30")]).await;
    let response = get(&app, MUG, &[]).await;
    assert_eq!(
        header(&response, "cache-control"),
        Some("public, max-age=30")
    );
    assert_eq!(
        header(&response, "vary"),
        Some("Accept-Language, Accept-Encoding")
    );
    let app = TestApp::start_with(&[("listings.max_age_seconds", "0")]).await;
    let response = get(&app, MUG, &[]).await;
    assert_eq!(header(&response, "cache-control"), Some("no-cache"));
}

#[tokio::test]
async fn a_packed_listing_is_the_same_listing_under_the_same_tag() {
    let app = TestApp::start().await;
    let plain = get(&app, MUG, &[]).await;
    let tag = header(&plain, "etag").map(str::to_owned);
    assert_eq!(header(&plain, "content-encoding"), None);
    let plain = plain.bytes().await.expect("a body");
    for (accepted, coding) in [("gzip, deflate, br, zstd", "br"), ("gzip, zstd", "gzip")] {
        let packed = get(&app, MUG, &[("accept-encoding", accepted)]).await;
        assert_eq!(header(&packed, "content-encoding"), Some(coding));
        assert_eq!(header(&packed, "etag").map(str::to_owned), tag);
        let packed = packed.bytes().await.expect("a body");
        assert!(packed.len() < plain.len() / 3, "{coding}: {}", packed.len());
        let mut unpacked = Vec::new();
        if coding == "br" {
            brotli::BrotliDecompress(&mut &*packed, &mut unpacked).expect("Brotli");
        } else {
            let mut gzip = flate2::read::GzDecoder::new(&*packed);
            gzip.read_to_end(&mut unpacked).expect("gzip");
        }
        assert_eq!(unpacked, plain, "{coding}");
    }
}

#[tokio::test]
async fn a_small_listing_is_not_compressed() {
    let app = TestApp::start().await;
    let gift = "/payments/cards/product/6/";
    let response = get(&app, gift, &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&response, "content-encoding"), None);
    assert_eq!(json(response).await["count"], 0);
}

#[tokio::test]
async fn a_process_lists_its_own_writes_immediately() {
    let app = TestApp::start().await;
    for price in ["20.00", "21.00", "22.00"] {
        import(&app, &mug(price)).await;
        assert_eq!(amount(&app, MUG).await, price);
    }
}

#[tokio::test]
async fn a_deleted_product_disappears_immediately_and_a_new_one_is_listed() {
    let app = TestApp::start_with(&[("demo.enabled", "true")]).await;
    let path = "/payments/cards/product/77/";
    assert_eq!(get(&app, path, &[]).await.status(), 404);
    let product = json!({"name": "New", "price": "5.00", "currency": "TRY"});
    let url = "/manage/v1/products/77/";
    let put = app.request(reqwest::Method::PUT, url).bearer_auth(TOKEN);
    let put = put.header("content-type", "application/json");
    let put = put.body(product.to_string()).send().await;
    assert_eq!(put.expect("an answer").status(), 201);
    assert_eq!(amount(&app, path).await, "5.00");
    let delete = app.request(reqwest::Method::DELETE, url).bearer_auth(TOKEN);
    assert_eq!(delete.send().await.expect("an answer").status(), 204);
    assert_eq!(get(&app, path, &[]).await.status(), 404);
}

#[tokio::test]
async fn writes_of_another_process_are_listed_soon() {
    let app = TestApp::start().await;
    assert_eq!(amount(&app, MUG).await, "19.49");
    let records = &app.state.records;
    let key = Key::Pk(1);
    let Some(Record::Product(mut product)) =
        records.get(Part::Products, &key).await.expect("an answer")
    else {
        panic!("there is no such product");
    };
    product.price = Money::new(2_500, Currency::TRY);
    let change = Change {
        upserts: vec![Record::Product(product)],
        ..Change::default()
    };
    records.apply(&change, author()).await.expect("a change");
    let listed = async {
        while amount(&app, MUG).await != "25.00" {
            tokio::task::yield_now().await;
        }
    };
    let soon = tokio::time::timeout(Duration::from_secs(2), listed);
    soon.await.expect("the new price within two seconds");
}

/// The catalog of a round: every plan's rate and label contain its number.
fn round(number: usize) -> Value {
    let plan = |pk: usize, count: usize| {
        let label = json!({"tr": number.to_string()});
        json!({"pk": pk, "installment_count": count, "interest_rate": number.to_string(), "label": label})
    };
    let card = |pk: usize, slug: &str, owner: usize| {
        json!({
            "pk": pk, "name": number.to_string(), "slug": slug, "card_payment_type": "credit",
            "bank": owner, "card_type": owner, "pos": 1, "sort_order": pk,
            "installments": [plan(pk * 10 + 1, 1), plan(pk * 10 + 2, 6)],
        })
    };
    json!({"cards": [card(5, "axess-card", 2), card(1, "bonus-card", 1)]})
}

/// The round's number, which everything in a listing must agree on.
fn number_of(listing: &Value) -> Option<u64> {
    let mut numbers = Vec::new();
    for card in listing["results"].as_array()? {
        numbers.push(card["name"].as_str()?.parse().ok()?);
        for plan in card["installments"].as_array()? {
            numbers.push(plan["label"].as_str()?.parse().ok()?);
            numbers.push(plan["interest_rate"].as_u64()?);
        }
    }
    let first = *numbers.first()?;
    numbers.iter().all(|one| *one == first).then_some(first)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_every_listing_is_of_exactly_one_catalog_and_never_of_an_older_one() {
    const ROUNDS: usize = 8;
    let app = Arc::new(TestApp::start().await);
    import(&app, &round(1)).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let paths = [MUG, "/payments/cards/basket/", "/payments/cards/pre-order/"];
    let readers: Vec<_> = paths
        .into_iter()
        .cycle()
        .take(9)
        .map(|path| {
            let (app, is_over) = (Arc::clone(&app), Arc::clone(&is_over));
            tokio::spawn(async move {
                let (mut newest, mut read) = (0, 0);
                while !is_over.load(Ordering::Acquire) {
                    let cookie = format!("osessionid={CUSTOMER}");
                    let listing = json(get(&app, path, &[("cookie", &cookie)]).await).await;
                    let number = number_of(&listing)
                        .unwrap_or_else(|| panic!("{path} mixes catalogs: {listing}"));
                    assert!(
                        number >= newest,
                        "{path} went back from {newest} to {number}"
                    );
                    newest = number;
                    read += 1;
                }
                read
            })
        })
        .collect();
    for number in 2..=ROUNDS {
        import(&app, &round(number)).await;
        let listing = json(get(&app, MUG, &[]).await).await;
        assert_eq!(number_of(&listing), Some(number as u64), "{listing}");
    }
    is_over.store(true, Ordering::Release);
    for reader in readers {
        assert!(reader.await.expect("a reader") > 0);
    }
}
