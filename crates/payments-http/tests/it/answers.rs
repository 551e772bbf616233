//! Snapshots of the whole response of every operation.

use reqwest::Method;
use serde_json::json;

use crate::app::{CUSTOMER, GOOD_NUMBER, PHONE, TestApp, VISITOR, author, whole};

/// Snapshots are named without the module, because two test programs share them.
macro_rules! snapshot {
    ($name:literal, $answer:expr) => {
        let answer = $answer;
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!($name, answer));
    };
}

async fn of(app: &TestApp, session: Option<&str>, path: &str, language: &str) -> String {
    let mut request = app.get(path).header("accept-language", language);
    if let Some(session) = session {
        request = request.header("cookie", format!("osessionid={session}"));
    }
    whole(app, request.send().await.expect("an answer")).await
}

#[tokio::test]
async fn the_listings() {
    let app = TestApp::start().await;
    snapshot!(
        "basket",
        of(&app, Some(CUSTOMER), "/payments/cards/basket/", "tr").await
    );
    snapshot!(
        "basket_of_a_visitor",
        of(&app, Some(VISITOR), "/payments/cards/basket/", "de").await
    );
    snapshot!(
        "pre_order",
        of(&app, Some(CUSTOMER), "/payments/cards/pre-order/", "en").await
    );
    snapshot!(
        "product",
        of(&app, None, "/payments/cards/product/1/", "en").await
    );
    snapshot!(
        "product_in_yen",
        of(&app, None, "/payments/cards/product/4/", "ar").await
    );
    snapshot!(
        "product_unknown",
        of(&app, None, "/payments/cards/product/999999/", "fr").await
    );
    snapshot!(
        "basket_of_nobody",
        of(&app, None, "/payments/cards/basket/", "ru").await
    );
}

#[tokio::test]
async fn masterpass() {
    let app = TestApp::start().await;
    snapshot!("masterpass", of(&app, None, "/masterpass-js/", "tr").await);
    let app = TestApp::start_with(&[(
        "masterpass.allowed_hosts",
        "masterpass.example.com,shop.example.com",
    )])
    .await;
    let pos = app.state.snapshots.current();
    let mut pos = pos.catalog.points_of_sale()[1].clone();
    pos.is_active = false;
    let change = payments_core::record::Change {
        upserts: vec![payments_core::record::Record::Pos(pos)],
        ..payments_core::record::Change::default()
    };
    app.state
        .records
        .apply(&change, author())
        .await
        .expect("a change");
    app.state.snapshots.refresh().await.expect("a catalog");
    insta::assert_snapshot!(of(&app, None, "/masterpass-js/", "tr").await, @"
    404 Not Found
    cache-control: no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY
    ");
}

#[tokio::test]
async fn the_card_storage_steps() {
    let app = TestApp::start().await;
    let phone_number = "/payments/stored-cards/phone-number/";
    let asked = app
        .as_session(CUSTOMER, Method::GET, phone_number)
        .await
        .send()
        .await;
    insta::assert_snapshot!(whole(&app, asked.expect("an answer")).await, @r#"
    200 OK
    cache-control: private, no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    content-type: application/json
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY

    {
      "phone_number":"5551234567"
    }
    "#);
    let card = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": GOOD_NUMBER, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "name": "Everyday", "consent": true,
    });
    let held = app
        .post(CUSTOMER, "/payments/stored-cards/card/", card)
        .await;
    insta::assert_snapshot!(whole(&app, held).await, @"
    204 No Content
    connection: close
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY
    ");
    let sent = app
        .post(
            CUSTOMER,
            phone_number,
            json!({ "phone_number": "05551234567" }),
        )
        .await;
    insta::assert_snapshot!(whole(&app, sent).await, @"
    204 No Content
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY
    ");
    let code = app.newest_code(PHONE);
    let saved = app
        .post(
            CUSTOMER,
            "/payments/stored-cards/otp/",
            json!({ "otp": code }),
        )
        .await;
    insta::assert_snapshot!(whole(&app, saved).await, @"
    200 OK
    cache-control: private, no-store
    connection: close
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY
    ");
    let list = app
        .as_session(CUSTOMER, Method::GET, "/payments/stored-cards/")
        .await;
    let mut list = whole(&app, list.send().await.expect("an answer")).await;
    let created = list.find("created_at\":\"").expect("a time") + "created_at\":\"".len();
    let end = created + list[created..].find('"').expect("its end");
    list.replace_range(created..end, "<time>");
    snapshot!("saved_cards", list);
}

#[tokio::test]
async fn the_csrf_token() {
    let app = TestApp::start().await;
    let answer = of(&app, Some(CUSTOMER), "/csrf_token/", "tr").await;
    let body = answer.split_once("\n\n").expect("a body").1;
    let token = body.split('"').nth(3).expect("a token");
    assert_eq!(token.len(), 64 + 1 + 32);
    insta::assert_snapshot!(answer.replace(token, "<token>"), @r#"
    200 OK
    cache-control: private, no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    content-type: application/json
    referrer-policy: no-referrer
    set-cookie: csrftoken=<token>; Path=/; HttpOnly; SameSite=Lax
    x-content-type-options: nosniff
    x-frame-options: DENY

    {
      "csrf_token":"<token>"
    }
    "#);
}

#[tokio::test]
async fn what_operators_ask() {
    let app = TestApp::start().await;
    insta::assert_snapshot!(of(&app, None, "/health/live", "tr").await, @r#"
    200 OK
    cache-control: no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    content-type: application/json
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY

    {
      "status":"live"
    }
    "#);
    insta::assert_snapshot!(of(&app, None, "/health/ready", "tr").await, @r#"
    200 OK
    cache-control: no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    content-type: application/json
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY

    {
      "status":"ready"
    }
    "#);
    insta::assert_snapshot!(of(&app, None, "/sandbox/outbox/", "tr").await, @r#"
    200 OK
    cache-control: no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    content-type: application/json
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY

    {
      "results":[]
    }
    "#);
    insta::assert_snapshot!(of(&app, None, "/sandbox/tokens/", "tr").await, @r#"
    200 OK
    cache-control: no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    content-type: application/json
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    x-frame-options: DENY

    {
      "results":[]
    }
    "#);
}
