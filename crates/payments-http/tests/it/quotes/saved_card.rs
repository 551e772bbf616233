//! Quotes for saved cards.

use payments_core::catalog::LeadingDigits;
use payments_core::id::CustomerId;
use serde_json::{Value, json};

use super::{ask, of_saved_card, quote, text};
use crate::app::{CUSTOMER, NEIGHBOUR, PHONE};
use crate::manage::instrument::Shop;

/// A second point of sale, with a payment option.
pub(super) fn second_pos() -> Value {
    json!({
        "pos": [{"pk": 9, "name": "Second", "slug": "second", "gateway": "sandbox", "is_active": true, "config": {}}],
        "payment_options": [{"pk": 9, "name": "Second", "slug": "second", "payment_type": "credit_card", "pos": 9,
            "is_active": true, "sort_order": 3}],
    })
}

/// A card of the catalog with a plan of three installments.
pub(super) fn catalog_card(pk: i64, pos: i64, bins: &[&str]) -> Value {
    json!({"pk": pk, "name": "Another", "slug": format!("another-{pk}"), "card_payment_type": "credit", "bank": 1,
        "card_type": 1, "pos": pos, "sort_order": 30, "is_active": true, "bins": bins,
        "installments": [{"pk": pk * 10, "installment_count": 3, "interest_rate": "7", "is_active": true}]})
}

/// The session's basket on a saved card.
fn of_session(session: &str, card: i64) -> Value {
    json!({"session": session, "context": "basket", "choice": {"saved_card": card, "installment_count": 3}})
}

#[tokio::test]
async fn a_quote_for_a_saved_card_names_it_and_nothing_personal() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    let given = quote(&shop.app, &of_session(CUSTOMER, card)).await;
    assert_eq!(
        [
            &given["saved_card"],
            &given["card"],
            &given["pos"],
            &given["customer"]
        ],
        [&json!(card), &json!(1), &json!(1), &json!(7)]
    );
    let claims: Value = shop.app.state.quote_keys.open(text(&given)).unwrap();
    assert_eq!(claims["sub"], json!("7"));
    assert_eq!(claims["jti"], given["id"]);
    assert_eq!(claims["choice"], json!({"card": null, "saved_card": card}));
    let all = format!("{claims} {given}");
    for personal in [CUSTOMER, PHONE, "552879", "Yılmaz", "secret"] {
        assert!(!all.contains(personal), "{personal} in {all}");
    }
}

#[tokio::test]
async fn a_saved_card_of_another_customer_is_one_that_does_not_exist() {
    let shop = Shop::start(&[]).await;
    let own = shop.card(1, 2099).await;
    let neighbour = CustomerId::new(8).unwrap();
    let foreign = shop.save(2, |card| card.customer = neighbour).await;
    let visitors = "visitor_session_00000000000000001";
    let absent = ask(&shop.app, &of_session(CUSTOMER, 4_711)).await;
    assert_eq!(
        (absent.0, &absent.1["code"]),
        (404, &json!("card_not_found"))
    );
    for body in [
        of_session(CUSTOMER, foreign),
        of_saved_card(foreign),
        of_session(NEIGHBOUR, own),
        of_session(visitors, own),
    ] {
        assert_eq!(ask(&shop.app, &body).await, absent, "{body}");
    }
}

#[tokio::test]
async fn a_card_of_another_point_of_sale_is_not_quoted_for_a_token() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    shop.import(&second_pos()).await;
    shop.import(&json!({"cards": [catalog_card(8, 9, &["55287900"])]}))
        .await;
    let named = json!({"context": "basket", "pk": 1, "choice": {"saved_card": card, "card": 8, "installment_count": 3}});
    for body in [of_saved_card(card), named] {
        let (status, refused) = ask(&shop.app, &body).await;
        assert_eq!((status, &refused["code"]), (409, &json!("not_offered")));
        let reason = &refused["left_out"][0];
        assert_eq!(reason["card"], json!(8), "{refused}");
        assert_eq!(reason["reason"]["fact"], json!("token_of_another_pos"));
    }
}

#[tokio::test]
async fn six_digits_of_two_cards_are_ambiguous_until_one_of_them_is_named() {
    let shop = Shop::start(&[]).await;
    let six = LeadingDigits::parse("552879").unwrap();
    let card = shop.save(1, |card| card.leading_digits = six).await;
    shop.import(&second_pos()).await;
    let longer = [
        catalog_card(8, 1, &["55287900"]),
        // It cannot charge the token, so that it is no candidate.
        catalog_card(10, 9, &["55287912"]),
    ];
    shop.import(&json!({ "cards": longer })).await;
    let mut body = of_saved_card(card);
    let (status, refused) = ask(&shop.app, &body).await;
    assert_eq!((status, &refused["code"]), (409, &json!("ambiguous_card")));
    let candidates = refused["candidates"].as_array().unwrap().iter();
    let candidates: Vec<&Value> = candidates.map(|card| &card["pk"]).collect();
    assert_eq!(candidates, [&json!(1), &json!(8)]);
    for (named, rate) in [(1, "5"), (8, "7")] {
        body["choice"]["card"] = json!(named);
        let given = quote(&shop.app, &body).await;
        assert_eq!(
            (&given["card"], &given["interest_rate"]),
            (&json!(named), &json!(rate))
        );
    }
    body["choice"]["card"] = json!(5);
    let (status, refused) = ask(&shop.app, &body).await;
    assert_eq!(status, 409, "{refused}");
    assert_eq!(
        refused["left_out"][0]["reason"]["fact"],
        json!("other_digits")
    );
}
