//! Instruments of saved cards, for orders with quotes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use payments_core::id::{CustomerId, SavedCardId};
use payments_core::quotes::QuoteClaims;
use payments_http::quotes::{MAX_LENGTH, TYPE};
use reqwest::Method;
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::saved_card::{catalog_card, second_pos};
use super::{ask, of_basket, of_saved_card, put, quote, text, verify};
use crate::manage::instrument::{Shop, pos};

const SEED: [u8; 32] = *b"the seed of the tests' signature";

/// A quote of the owner's basket for a saved card.
async fn quoted(shop: &Shop, card: i64) -> String {
    let given = quote(&shop.app, &of_saved_card(card)).await;
    text(&given).to_owned()
}

fn order(reference: &str, quote: &str) -> Value {
    json!({"order": reference, "quote": quote})
}

/// The quote is refused for this reason; no secret is in the response, and no record is written.
async fn refuses(shop: &Shop, card: i64, quote: &str, reason: &str) {
    let body = order("ORD-1", quote);
    let answer = shop.refuses(card, &body, 409, "quote_refused").await;
    assert_eq!(answer.json()["errors"], json!({"quote": [reason]}));
    assert!(quote.is_empty() || !answer.body.contains(quote), "echoed");
}

async fn not_chargeable(shop: &Shop, card: i64, quote: &str, reason: &str) {
    let body = order("ORD-1", quote);
    let answer = shop.refuses(card, &body, 409, "card_not_chargeable").await;
    assert_eq!(answer.json()["errors"], json!({"saved_card": [reason]}));
}

async fn gives(shop: &Shop, card: i64, reference: &str, quote: &str) -> Value {
    let answer = shop.ask(card, &order(reference, quote)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_quote_gives_the_token_to_its_first_order_only() {
    let shop = Shop::start(&[("instrument.require_quote", "true")]).await;
    let card = shop.card(1, 2099).await;
    let given = quote(&shop.app, &of_saved_card(card)).await;
    let first = gives(&shop, card, "ORD-1", text(&given)).await;
    assert_eq!(first["token"], json!("sbx_card_secret"));
    assert_eq!(
        (&first["pos"], &first["gateway"]),
        (&given["pos"], &given["gateway"])
    );
    let other = order("ORD-2", text(&given));
    shop.refuses(card, &other, 409, "quote_used").await;
    assert_eq!(gives(&shop, card, "ORD-1", text(&given)).await, first);
    let records = shop.records().await;
    assert_eq!(records.len(), 2, "one record for each answer");
    for record in records {
        let changes = json!({"order": "ORD-1", "quote": given["id"]});
        assert_eq!(record["changes"], changes);
    }
    let other_quote = quoted(&shop, card).await;
    assert_eq!(gives(&shop, card, "ORD-2", &other_quote).await, first);
    shop.refuses(card, &order("ORD-1", &other_quote), 409, "quote_used")
        .await;
}

#[tokio::test]
async fn a_quote_for_anything_but_this_saved_card_is_refused_and_stays_unused() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    let second = shop.card(2, 2099).await;
    let neighbour = CustomerId::new(8).unwrap();
    let foreign = shop.save(3, |card| card.customer = neighbour).await;
    let of_card = quoted(&shop, card).await;
    refuses(&shop, second, &of_card, "other_card").await;
    refuses(&shop, foreign, &of_card, "other_card").await;
    let typed = json!({"context": "basket", "pk": 1, "choice": {"bin": "55287900", "installment_count": 3}});
    for body in [typed, of_basket(3)] {
        let given = quote(&shop.app, &body).await;
        refuses(&shop, card, text(&given), "other_card").await;
    }
    let mut with_customer = order("ORD-1", &of_card);
    with_customer["customer"] = json!(8);
    shop.refuses(card, &with_customer, 404, "card_not_found")
        .await;
    gives(&shop, card, "ORD-9", &of_card).await;
    assert_eq!(shop.records().await.len(), 1);
}

#[tokio::test]
async fn a_quote_of_a_changed_basket_or_catalog_is_refused_until_it_is_as_before() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    let of_card = quoted(&shop, card).await;
    let refused = async |reason: &str| refuses(&shop, card, &of_card, reason).await;
    let basket = |quantity: u32, total: &str| {
        json!({"customer": 7, "currency": "TRY", "total": total,
            "items": [{"product": 1, "quantity": quantity, "price": "649.95"}]})
    };
    put(&shop.app, "baskets/1/", &basket(3, "1949.85")).await;
    refused("purchase_changed").await;
    put(&shop.app, "baskets/1/", &basket(2, "1299.90")).await;

    let rule =
        json!({"name": "New", "when": {"card": ["bonus-card"]}, "then": {"replace_rate": "10"}});
    put(&shop.app, "rules/new/", &rule).await;
    refused("figures_changed").await;
    shop.send(Method::DELETE, "/manage/v1/rules/new/", "").await;

    shop.import(&pos(false, &json!({}))).await;
    not_chargeable(&shop, card, &of_card, "pos_inactive").await;
    shop.import(&pos(true, &json!({}))).await;

    shop.import(&second_pos()).await;
    let moved = async |pos: i64| {
        let mut bonus = catalog_card(1, pos, &["552879"]);
        bonus["slug"] = json!("bonus-card");
        bonus["installments"] =
            json!([{"pk": 13, "installment_count": 3, "interest_rate": "5", "is_active": true}]);
        shop.import(&json!({"cards": [bonus]})).await;
    };
    moved(9).await;
    refused("no_longer_offered").await;
    moved(1).await;
    gives(&shop, card, "ORD-1", &of_card).await;

    let path = format!("/manage/v1/customers/7/saved-cards/{card}/");
    let deleted = shop.send(Method::DELETE, &path, "").await;
    assert_eq!(deleted.status, 204);
    let body = order("ORD-1", &of_card);
    shop.refuses(card, &body, 404, "card_not_found").await;
}

#[tokio::test]
async fn an_order_gets_its_instrument_again_when_its_quote_is_no_longer_valid() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    let (used, unused) = (quoted(&shop, card).await, quoted(&shop, card).await);
    let first = gives(&shop, card, "ORD-1", &used).await;
    let empty = json!({"customer": 7, "currency": "TRY", "total": "0.00", "items": []});
    put(&shop.app, "baskets/1/", &empty).await;
    assert_eq!(gives(&shop, card, "ORD-1", &used).await, first);
    let other = order("ORD-2", &used);
    shop.refuses(card, &other, 409, "quote_used").await;
    refuses(&shop, card, &unused, "no_longer_offered").await;
    assert_eq!(shop.records().await.len(), 2);
}

#[tokio::test]
async fn a_card_that_has_expired_since_its_quote_is_not_charged() {
    let shop = Shop::start(&[]).await;
    let (card, expired) = (shop.card(1, 2099).await, shop.card(2, 2020).await);
    let keys = &shop.app.state.quote_keys;
    let mut claims: QuoteClaims = keys.open(&quoted(&shop, card).await).unwrap();
    claims.choice.saved_card = SavedCardId::new(expired).ok();
    let of_expired = keys.sign(&claims).unwrap();
    not_chargeable(&shop, expired, &of_expired, "expired").await;
}

/// Between its quote and its order, and before a quote.
#[tokio::test]
async fn a_card_whose_point_of_sale_is_off_or_uses_another_account_is_neither_quoted_nor_charged() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    let before = quoted(&shop, card).await;
    let other = json!({"account": "new", "accounts": {"main": {}}});
    let off = (409, "not_offered", "pos_inactive");
    // A card of a former account is one that does not exist.
    let gone = (404, "card_not_found", "no_such_card");
    for (changed, (refusal, code, fact), reason) in [
        (pos(false, &json!({})), off, "pos_inactive"),
        (pos(true, &other), gone, "account_changed"),
    ] {
        shop.import(&changed).await;
        let mut named = of_saved_card(card);
        named["choice"]["card"] = json!(1);
        for body in [of_saved_card(card), named] {
            let (status, refused) = ask(&shop.app, &body).await;
            assert_eq!((status, &refused["code"]), (refusal, &json!(code)));
            assert!(
                status == 404 || has_fact(&refused["left_out"], fact),
                "{refused}"
            );
            echoes_nothing(&refused.to_string());
        }
        let verified = verify(&shop.app, &before).await;
        assert_eq!(verified["status"], json!("no_longer_offered"));
        let left_out = &verified["details"]["left_out"];
        assert!(has_fact(left_out, fact), "{verified}");
        echoes_nothing(&verified.to_string());
        let unquoted = json!({"order": "ORD-1", "customer": 7});
        for body in [order("ORD-1", &before), unquoted] {
            let answer = shop.refuses(card, &body, 409, "card_not_chargeable").await;
            assert_eq!(answer.json()["errors"], json!({"saved_card": [reason]}));
            assert!(!answer.body.contains(&before), "{answer:?}");
            echoes_nothing(&answer.body);
        }
    }
    shop.import(&pos(true, &json!({}))).await;
    gives(&shop, card, "ORD-1", &before).await;
}

fn has_fact(left_out: &Value, fact: &str) -> bool {
    let reasons = left_out.as_array().expect("reasons");
    reasons.iter().any(|one| one["reason"]["fact"] == fact)
}

/// Neither the token nor digits or the order are in it.
fn echoes_nothing(body: &str) {
    for private in ["secret", "552879", "0008", "ORD-1"] {
        assert!(!body.contains(private), "{private} in {body}");
    }
}

#[tokio::test]
async fn an_expired_quote_is_refused() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    let keys = &shop.app.state.quote_keys;
    let claims: QuoteClaims = keys.open(&quoted(&shop, card).await).unwrap();
    let now = shop.app.state.clock.now().timestamp();
    let expiring_in = |seconds| {
        let mut changed = claims.clone();
        changed.exp = now + seconds;
        keys.sign(&changed).expect("a quote")
    };
    for seconds in [0, -600] {
        refuses(&shop, card, &expiring_in(seconds), "expired").await;
    }
    let first = gives(&shop, card, "ORD-1", &expiring_in(600)).await;
    let late = gives(&shop, card, "ORD-1", &expiring_in(0)).await;
    assert_eq!(late, first, "the order used the quote in time");
}

fn encoded(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// Header and payload with a signature of the shop's key.
fn signed(header: &Value, payload: &str) -> String {
    let message = format!("{}.{payload}", encoded(header));
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a seed");
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// The text with its character at `at` replaced by another one of the alphabet.
fn altered(text: &str, at: usize) -> String {
    let other = if text.as_bytes()[at] == b'A' {
        "B"
    } else {
        "A"
    };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

#[tokio::test]
async fn no_forged_quote_gives_a_token() {
    let key = format!("1:{}", STANDARD.encode(SEED));
    let shop = Shop::start(&[("quotes.keys", &key)]).await;
    let card = shop.card(1, 2099).await;
    let genuine = quoted(&shop, card).await;
    let parts: Vec<&str> = genuine.split('.').collect();
    let [head, payload, signature] = parts[..] else {
        panic!("three parts");
    };
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap();
    assert_eq!(header["typ"], json!(TYPE));
    let with = |name: &str, value: Value| {
        let mut changed = header.clone();
        changed[name] = value;
        changed
    };
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).unwrap();
    let mac = |header: &Value| {
        let message = format!("{}.{payload}", encoded(header));
        let secret = hmac::Key::new(hmac::HMAC_SHA256, pair.public_key().as_ref());
        let mac = hmac::sign(&secret, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac))
    };
    let unsigned = encoded(&with("alg", json!("none")));
    for forged in [
        altered(&genuine, head.len() + 20),
        altered(&genuine, genuine.len() - signature.len() + 20),
        format!("{unsigned}.{payload}."),
        format!("{unsigned}.{payload}.{signature}"),
        mac(&with("alg", json!("HS256"))),
        mac(&header),
        signed(&with("kid", json!("unknown")), payload),
        signed(&with("typ", json!("JWT")), payload),
        signed(&with("alg", json!("none")), payload),
        "x".repeat(10_240),
        format!("{genuine}{}", "x".repeat(MAX_LENGTH)),
        String::new(),
    ] {
        refuses(&shop, card, &forged, "not_ours").await;
        assert_eq!(
            verify(&shop.app, &forged).await["status"],
            json!("not_ours")
        );
    }
    // Each one above is refused for what was changed only.
    gives(&shop, card, "ORD-1", &signed(&header, payload)).await;
}
