//! The demo store's back end.

use payments_core::record::{Deleted, PageRequest};
use payments_core::record::{Key, Part, Preconditions};
use payments_core::session::SessionId;
use payments_http::demo::clean_up;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json as object};

use crate::app::{GOOD_NUMBER, PHONE, TestApp, author, json};

pub(crate) async fn shop() -> TestApp {
    TestApp::start_with(&[("demo.enabled", "true")]).await
}

pub(crate) fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The session id in a page's `Set-Cookie`.
pub(crate) fn session_of(response: &Response) -> String {
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 1);
    let cookie = header(response, "set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    let session = cookie
        .strip_prefix("osessionid=")
        .and_then(|rest| rest.split(';').next());
    session.expect("a session").to_owned()
}

pub(crate) async fn visitor(app: &TestApp) -> String {
    session_of(&app.get("/").send().await.expect("the shop"))
}

pub(crate) async fn put(app: &TestApp, session: &str, path: &str, body: Value) -> Response {
    let request = app.as_session(session, Method::PUT, path).await;
    let request = request
        .header("content-type", "application/json")
        .body(body.to_string());
    request.send().await.expect("an answer")
}

/// Sets how many of product 21 the basket has.
pub(crate) async fn put_quantity(app: &TestApp, session: &str, quantity: &str) -> Response {
    let body = object!({ "quantity": quantity });
    put(app, session, "/shop/api/items/21/", body).await
}

pub(crate) async fn get(app: &TestApp, session: &str, path: &str) -> Value {
    let request = app
        .get(path)
        .header("cookie", format!("osessionid={session}"));
    json(request.send().await.expect("an answer")).await
}

#[tokio::test]
async fn each_browser_gets_a_session_of_its_own_once() {
    let app = shop().await;
    let (one, other) = (visitor(&app).await, visitor(&app).await);
    assert_ne!(one, other);
    let again = app
        .get("/")
        .header("cookie", format!("osessionid={one}"))
        .send()
        .await
        .unwrap();
    assert!(again.headers().get("set-cookie").is_none());
}

#[tokio::test]
async fn pages_run_nothing_but_the_services_own_scripts() {
    let app = shop().await;
    let page = app.get("/").send().await.unwrap();
    let policy = header(&page, "content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let text = page.text().await.unwrap();
    assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains(" onclick"));
}

#[tokio::test]
async fn the_basket_and_its_pre_order_follow_what_is_put_in() {
    let app = shop().await;
    let session = visitor(&app).await;
    let basket = json(put_quantity(&app, &session, "2").await);
    assert_eq!(basket.await["total"], "4999.80");
    let order = put(
        &app,
        &session,
        "/shop/api/pre-order/",
        object!({ "delivery": "fast" }),
    )
    .await;
    assert_eq!(json(order).await["total"], "5059.70");
    let basket = json(put_quantity(&app, &session, "1").await);
    assert_eq!(basket.await["count"], 1);
    assert_eq!(
        get(&app, &session, "/shop/api/pre-order/").await["total"],
        "2559.80"
    );
    let listing = get(&app, &session, "/payments/cards/pre-order/").await;
    assert_eq!(
        listing["results"][0]["installments"][0]["amount"].to_string(),
        "2559.8"
    );
    put_quantity(&app, &session, "0").await;
    assert_eq!(
        get(&app, &session, "/payments/cards/basket/").await["count"],
        0
    );
}

#[tokio::test]
async fn invalid_requests_change_nothing() {
    let app = shop().await;
    let session = visitor(&app).await;
    put_quantity(&app, &session, "1").await;
    for (path, body, status) in [
        (
            "/shop/api/items/21/",
            object!({ "quantity": "100" }),
            StatusCode::BAD_REQUEST,
        ),
        ("/shop/api/items/21/", object!({}), StatusCode::BAD_REQUEST),
        (
            "/shop/api/items/424242/",
            object!({ "quantity": "1" }),
            StatusCode::NOT_FOUND,
        ),
        (
            "/shop/api/items/+21/",
            object!({ "quantity": "1" }),
            StatusCode::NOT_FOUND,
        ),
        (
            "/shop/api/items/27/",
            object!({ "quantity": "1" }),
            StatusCode::CONFLICT,
        ),
        (
            "/shop/api/pre-order/",
            object!({ "delivery": "never" }),
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let answer = put(&app, &session, path, body).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(json(answer).await["detail"].is_string());
    }
    let basket = get(&app, &session, "/shop/api/basket/").await;
    assert_eq!(
        (&basket["count"], &basket["total"]),
        (&object!(1), &object!("2499.90"))
    );
}

#[tokio::test]
async fn changes_ask_for_the_sessions_token() {
    let app = shop().await;
    let session = visitor(&app).await;
    let cookie = format!("osessionid={session}");
    let bare = app
        .request(Method::PUT, "/shop/api/items/21/")
        .body(r#"{"quantity":"1"}"#);
    let bare = bare
        .header("content-type", "application/json")
        .header("cookie", cookie);
    assert_eq!(bare.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let anonymous = app
        .request(Method::PUT, "/shop/api/items/21/")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(anonymous.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn logging_out_and_in_changes_the_session_and_keeps_the_basket() {
    let app = shop().await;
    let first = visitor(&app).await;
    put_quantity(&app, &first, "1").await;
    let out = app
        .as_session(&first, Method::POST, "/shop/api/log-out/")
        .await
        .send()
        .await
        .unwrap();
    let second = session_of(&out);
    assert_eq!(get(&app, &second, "/shop/api/basket/").await["count"], 1);
    assert_eq!(
        get(&app, &first, "/shop/api/basket/").await["count"],
        Value::Null
    );
    let cards = app
        .as_session(&second, Method::GET, "/payments/stored-cards/")
        .await;
    assert_eq!(
        cards.send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    let inside = app
        .as_session(&second, Method::POST, "/shop/api/log-in/")
        .await;
    let third = session_of(&inside.send().await.unwrap());
    let cards = app
        .as_session(&third, Method::GET, "/payments/stored-cards/")
        .await;
    assert_eq!(cards.send().await.unwrap().status(), StatusCode::OK);
}

/// Saves a card as the session's customer.
pub(crate) async fn save_card(app: &TestApp, session: &str) {
    let card = object!({
        "card_holder": "Ada", "card_number": GOOD_NUMBER, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "consent": true,
    });
    let path = |step| format!("/payments/stored-cards/{step}/");
    app.post(session, &path("card"), card).await;
    app.post(
        session,
        &path("phone-number"),
        object!({ "phone_number": PHONE }),
    )
    .await;
    let code = app.newest_code(PHONE);
    let saved = app
        .post(session, &path("otp"), object!({ "otp": code }))
        .await;
    assert_eq!(saved.status(), StatusCode::OK);
}

/// The number of customers, baskets and pre-orders.
async fn counts(app: &TestApp) -> [u64; 3] {
    let mut counts = [0; 3];
    let parts = [Part::Customers, Part::Baskets, Part::PreOrders];
    for (count, part) in counts.iter_mut().zip(parts) {
        let request = PageRequest::number(1, 1);
        let page = app.state.records.page(part, request).await.expect("a page");
        *count = page.count.expect("a short part");
    }
    counts
}

#[tokio::test]
async fn only_data_of_visitors_is_cleaned_up() {
    let app = shop().await;
    let (gone, here) = (visitor(&app).await, visitor(&app).await);
    for session in [&gone, &here] {
        put_quantity(&app, session, "1").await;
        put(
            &app,
            session,
            "/shop/api/pre-order/",
            object!({ "delivery": "fast" }),
        )
        .await;
    }
    save_card(&app, &gone).await;
    let before = counts(&app).await;
    assert_eq!(clean_up(&app.state).await.unwrap(), 0);

    let key = Key::Session(SessionId::parse(&gone).unwrap().digest());
    let deleted = app
        .state
        .records
        .delete(Part::Sessions, &key, &Preconditions::NONE, author())
        .await;
    assert_eq!(deleted.unwrap(), Deleted::Deleted);
    assert_eq!(clean_up(&app.state).await.unwrap(), 3);
    assert_eq!(counts(&app).await, before.map(|count| count - 1));
    assert_eq!(app.live_tokens().await, 0);
    assert_eq!(get(&app, &here, "/shop/api/basket/").await["count"], 1);
    assert_eq!(clean_up(&app.state).await.unwrap(), 0);
}

#[tokio::test]
async fn the_language_is_chosen_kept_and_leads_nowhere_else() {
    let app = shop().await;
    let chosen = app
        .get("/shop/language/?code=ar&back=/shop/cards/")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&chosen, "location"), "/shop/cards/");
    let page = app
        .get("/")
        .header("cookie", "shop_language=ar")
        .send()
        .await
        .unwrap();
    assert!(
        page.text()
            .await
            .unwrap()
            .contains("<html lang=\"ar\" dir=\"rtl\"")
    );
    let away = app
        .get("/shop/language/?code=xx&back=//example.com/")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&away, "location"), "/");
}

#[tokio::test]
async fn the_shop_is_absent_without_the_demo() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/shop/cards/",
        "/shop/api/basket/",
        "/shop/result/ORD-1/",
    ] {
        assert_eq!(
            app.get(path).send().await.unwrap().status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let component = app
        .get("/static/component/payments-installments.js")
        .send()
        .await
        .unwrap();
    assert_eq!(component.status(), StatusCode::OK);
    assert_eq!(header(&component, "access-control-allow-origin"), "*");
    assert!(header(&component, "cache-control").contains("max-age"));
}
