//! Requests for quotes, and the keys.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::{ask, of_basket, put, quote, service, text, verify};
use crate::app::{CUSTOMER, json as body_of};

#[tokio::test]
async fn a_quote_by_key_is_the_same_as_that_of_the_customers_session() {
    let app = service(&[]).await;
    let by_key = quote(&app, &of_basket(3)).await;
    let by_session = json!({"session": CUSTOMER, "context": "basket", "choice": {"card": 1, "installment_count": 3}});
    let by_session = quote(&app, &by_session).await;
    for name in [
        "total_amount",
        "schedule",
        "purchase_digest",
        "customer",
        "pk",
        "pos",
        "gateway",
        "rules",
    ] {
        assert_eq!(by_key[name], by_session[name], "{name}");
    }
    assert_ne!(by_key["id"], by_session["id"]);
    let by_digits = json!({"context": "basket", "pk": 1, "choice": {"bin": "55287900", "installment_count": 3}});
    assert_eq!(quote(&app, &by_digits).await["card"], json!(1));
}

#[tokio::test]
async fn a_rule_that_ends_within_the_lifetime_shortens_a_quote_and_another_does_not() {
    let app = service(&[]).await;
    let now = app.state.clock.now();
    let instant = |text: &Value| {
        let parsed = text.as_str().map(str::parse::<DateTime<Utc>>);
        parsed.expect("a text").expect("an instant")
    };
    let lifetime = |quote: &Value| instant(&quote["expires_at"]) - instant(&quote["issued_at"]);
    let whole = TimeDelta::seconds(900);
    assert_eq!(lifetime(&quote(&app, &of_basket(3)).await), whole);
    let rule = |card: &str, then: Value, end: &str, minutes: i64| {
        let at = (now + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Secs, true);
        json!({"name": "Rule", "when": {"card": [card]}, "then": then, end: at})
    };
    let cheaper = json!({"replace_rate": "1"});
    let elsewhere = rule("axess-card", cheaper.clone(), "valid_until", 2);
    put(&app, "rules/elsewhere/", &elsewhere).await;
    // These concern the card, but end too late or change no figure of this plan.
    let cap = json!({"cap_installments": 3});
    for (slug, then, minutes) in [("later", &cheaper, 60), ("indifferent", &cap, 2)] {
        let rule = rule("bonus-card", then.clone(), "valid_until", minutes);
        put(&app, &format!("rules/{slug}/"), &rule).await;
        assert_eq!(lifetime(&quote(&app, &of_basket(3)).await), whole, "{slug}");
    }
    put(
        &app,
        "rules/later/",
        &rule("axess-card", cheaper.clone(), "valid_until", 60),
    )
    .await;
    for (end, minutes) in [("valid_until", 9), ("valid_from", 7)] {
        let rule = rule("bonus-card", cheaper.clone(), end, minutes);
        put(&app, "rules/cheaper/", &rule).await;
        let shortened = quote(&app, &of_basket(3)).await;
        assert_eq!(
            instant(&shortened["expires_at"]),
            instant(&rule[end]),
            "{end}"
        );
    }
}

#[tokio::test]
async fn what_is_not_offered_is_a_409_with_the_reasons_of_explain() {
    let app = service(&[]).await;
    for (card, count, what, fact) in [
        (7, 1, "card", "inactive"),
        (1, 9, "plan", "inactive"),
        (1, 12, "card", "no_such_plan"),
        (99, 1, "purchase", "no_such_card"),
    ] {
        let body = json!({"context": "basket", "pk": 1, "choice": {"card": card, "installment_count": count}});
        let (status, refused) = ask(&app, &body).await;
        assert_eq!(
            (status, &refused["code"]),
            (409, &json!("not_offered")),
            "{refused}"
        );
        let reasons = refused["left_out"].as_array().expect("reasons");
        let named = reasons
            .iter()
            .any(|one| one["what"] == what && one["reason"]["fact"] == fact);
        assert!(named, "{refused}");
    }
    let gold = json!({"context": "basket", "pk": 2, "choice": {"card": 1, "installment_count": 3}});
    let (status, refused) = ask(&app, &gold).await;
    assert_eq!(status, 409);
    assert_eq!(
        refused["left_out"][0]["reason"]["rule"],
        json!("gold-single-payment")
    );
    let other = json!({"context": "basket", "pk": 1, "choice": {"bin": "435508", "card": 1, "installment_count": 3}});
    assert_eq!(
        ask(&app, &other).await.1["left_out"][0]["reason"]["fact"],
        json!("other_digits")
    );
}

#[tokio::test]
async fn a_bin_of_several_cards_is_ambiguous_until_the_card_is_named() {
    let app = service(&[]).await;
    let card = json!({"name": "Bonus Business", "slug": "bonus-business", "card_payment_type": "credit", "bank": 1,
        "card_type": 1, "pos": 1, "sort_order": 30, "bins": ["55287912"],
        "installments": [{"pk": 81, "installment_count": 1, "interest_rate": "0"}]});
    put(&app, "cards/8/", &card).await;
    let mut body =
        json!({"context": "basket", "pk": 1, "choice": {"bin": "552879", "installment_count": 1}});
    let (status, refused) = ask(&app, &body).await;
    assert_eq!((status, &refused["code"]), (409, &json!("ambiguous_card")));
    let candidates = refused["candidates"].as_array().expect("candidates").iter();
    let candidates: Vec<&Value> = candidates.map(|card| &card["pk"]).collect();
    assert_eq!(candidates, [&json!(1), &json!(8)]);
    body["choice"]["card"] = json!(8);
    assert_eq!(quote(&app, &body).await["card"], json!(8));
}

#[tokio::test]
async fn a_purchase_or_saved_card_that_is_not_the_customers_does_not_exist() {
    let app = service(&[]).await;
    let choice = json!({"card": 1, "installment_count": 1});
    for purchase in [
        json!({"context": "basket", "pk": 77, "choice": choice}),
        json!({"context": "basket", "pk": 1, "customer": 8, "choice": choice}),
        json!({"context": "basket", "pk": 1, "customer": 9, "choice": choice}),
        json!({"context": "pre-order", "session": "unknown_session_00000000000000001", "choice": choice}),
        json!({"context": "basket", "session": "expired_session_00000000000000001", "choice": choice}),
    ] {
        let (status, refused) = ask(&app, &purchase).await;
        assert_eq!(
            (status, &refused["code"]),
            (404, &json!("not_found")),
            "{purchase}"
        );
    }
    let saved =
        json!({"context": "basket", "pk": 1, "choice": {"saved_card": 1, "installment_count": 1}});
    let (status, refused) = ask(&app, &saved).await;
    assert_eq!((status, &refused["code"]), (404, &json!("card_not_found")));
}

#[tokio::test]
async fn invalid_bodies_are_refused_by_pointer_and_never_echoed() {
    let app = service(&[]).await;
    for (body, pointer) in [
        (json!({}), "/choice"),
        (
            json!({"session": CUSTOMER, "pk": 1, "context": "basket", "choice": {"card": 1, "installment_count": 1}}),
            "/pk",
        ),
        (
            json!({"session": "secret", "context": "basket", "choice": {"card": 1, "installment_count": 1}}),
            "/session",
        ),
        (
            json!({"pk": 1, "context": "basket", "choice": {"bin": "5528790000000008", "installment_count": 1}}),
            "/choice/bin",
        ),
        (
            json!({"pk": 1, "context": "basket", "choice": {"bin": "552879", "saved_card": 1, "installment_count": 1}}),
            "/choice/saved_card",
        ),
    ] {
        let (status, refused) = ask(&app, &body).await;
        assert_eq!(
            (status, &refused["code"]),
            (400, &json!("document_invalid")),
            "{refused}"
        );
        assert!(
            refused["errors"][pointer].is_array(),
            "{pointer}: {refused}"
        );
        let refused = refused.to_string();
        for value in [CUSTOMER, "secret", "5528"] {
            assert!(!refused.contains(value), "{refused}");
        }
    }
    assert_eq!(ask(&app, &json!({"x": "y".repeat(30_000)})).await.0, 413);
}

#[tokio::test]
async fn the_published_key_verifies_a_quote_and_its_claims_have_no_personal_data() {
    let app = service(&[]).await;
    let body = json!({"session": CUSTOMER, "context": "basket", "choice": {"bin": "55287900", "installment_count": 3}});
    let quote = quote(&app, &body).await;
    let keys = app
        .get("/.well-known/jwks.json")
        .send()
        .await
        .expect("keys");
    let headers = keys.headers();
    assert_eq!(headers["cache-control"], "public, max-age=300");
    let keys = body_of(keys).await;
    let header = jsonwebtoken::decode_header(text(&quote)).expect("a header");
    assert_eq!(keys["keys"][0]["kid"].as_str(), header.kid.as_deref());
    let key = jsonwebtoken::jwk::Jwk::deserialize(&keys["keys"][0]).expect("a key");
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).expect("a key");
    let validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    let claims = jsonwebtoken::decode::<Value>(text(&quote), &key, &validation)
        .expect("claims")
        .claims;
    assert_eq!(
        (&claims["sub"], &claims["iss"]),
        (&json!("7"), &json!(app.state.public_url))
    );
    for name in [
        "total_amount",
        "schedule",
        "purchase_digest",
        "pos",
        "gateway",
        "rules",
        "plan",
    ] {
        assert_eq!(claims[name], quote[name], "{name}");
    }
    let claims = claims.to_string();
    for secret in [CUSTOMER, crate::app::PHONE, "552879"] {
        assert!(!claims.contains(secret), "{claims}");
    }
}

#[tokio::test]
async fn a_plan_with_many_rules_has_a_quote_that_can_be_verified() {
    let app = service(&[]).await;
    for number in 0..60 {
        let slug = format!("rule-{number:02}-{}", "x".repeat(50));
        let rule = json!({"name": "Long", "when": {}, "then": {"cap_installments": 12}});
        put(&app, &format!("rules/{slug}/"), &rule).await;
    }
    let quote = quote(&app, &of_basket(3)).await;
    let rules = quote["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), 50);
    let status = verify(&app, text(&quote)).await;
    assert_eq!(status["status"], json!("valid"));
}

#[tokio::test]
async fn without_keys_no_quote_is_issued_verified_or_charged_and_the_key_set_is_empty() {
    use payments_http::settings::Environment;
    let fixture = crate::setup::Fixture::new().await;
    let mut settings = crate::manage::running::settings(&fixture, false);
    settings.environment = Environment::Production;
    settings.security.key_ring = "1:q0kPjcx3Vv2lYd8rZ7s1uWbN5tGmE4oHfA9iKyTzQ6M=".into();
    settings.security.lasting_key = "Zm3xP8vQ1sLr7TnKy5WcUj0dHgBa2EoIe6fMtXq9RzY=".into();
    settings.gateways.enabled = vec!["iyzico".to_owned()];
    let service = crate::manage::running::Service::over(settings).await;
    let document = crate::openapi::document();
    for (path, described, body) in [
        ("quotes/", "quotes/", of_basket(3)),
        (
            "quotes/verify/",
            "quotes/verify/",
            json!({"quote": "a.b.c"}),
        ),
        (
            "saved-cards/1/instrument/",
            "saved-cards/{pk}/instrument/",
            json!({"order": "ORD-1", "quote": "a.b.c"}),
        ),
    ] {
        let path = format!("/manage/v1/{path}");
        let refused = service.send(reqwest::Method::POST, &path, &body).await;
        assert_eq!(refused.status, 503, "{refused:?}");
        assert_eq!(refused.json()["code"], json!("quotes_not_configured"));
        let operation = &document["paths"][format!("/manage/v1/{described}")]["post"];
        let content = &operation["responses"]["503"]["content"]["application/json"];
        let mut examples = content["examples"].as_object().expect("examples").values();
        let is_it = |one: &Value| one["value"]["code"] == "quotes_not_configured";
        assert!(examples.any(is_it), "{path}: {content}");
    }
    assert_eq!(
        service.get("/.well-known/jwks.json").await.json(),
        json!({"keys": []})
    );
}
