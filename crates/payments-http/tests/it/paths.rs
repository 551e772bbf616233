//! Paths, methods, and the headers of every response.

use reqwest::Method;

use crate::app::{TestApp, json};

const READABLE: [&str; 6] = [
    "/payments/cards/basket/",
    "/payments/cards/pre-order/",
    "/payments/cards/product/1/",
    "/masterpass-js/",
    "/csrf_token/",
    "/sandbox/outbox/",
];

#[tokio::test]
async fn paths_answer_with_and_without_their_last_slash_and_to_head() {
    let app = TestApp::start().await;
    for path in READABLE {
        for path in [path, path.trim_end_matches('/')] {
            let got = app.get(path).send().await.expect("an answer");
            assert_eq!(got.status(), 200, "{path}");
            let head = app
                .request(Method::HEAD, path)
                .send()
                .await
                .expect("an answer");
            assert_eq!(head.status(), 200, "{path}");
            assert_eq!(
                head.headers()["content-length"],
                got.headers()["content-length"],
                "{path}"
            );
            assert_eq!(head.text().await.expect("a body"), "", "{path}");
        }
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_the_allowed_ones() {
    let app = TestApp::start().await;
    let cases = [
        (
            "/payments/cards/basket/",
            Method::POST,
            "GET, HEAD, OPTIONS",
        ),
        (
            "/payments/cards/product/1",
            Method::DELETE,
            "GET, HEAD, OPTIONS",
        ),
        ("/payments/stored-cards/otp/", Method::GET, "POST, OPTIONS"),
        ("/payments/stored-cards/card", Method::PUT, "POST, OPTIONS"),
        (
            "/payments/stored-cards/phone-number/",
            Method::DELETE,
            "GET, HEAD, POST, OPTIONS",
        ),
        (
            "/payments/stored-cards/1/",
            Method::GET,
            "PATCH, DELETE, OPTIONS",
        ),
        ("/masterpass-js/", Method::PATCH, "GET, HEAD, OPTIONS"),
        (
            "/static/logos/bonus.svg",
            Method::POST,
            "GET, HEAD, OPTIONS",
        ),
    ];
    for (path, method, allow) in cases {
        let refused = app.request(method, path).send().await.expect("an answer");
        assert_eq!(refused.status(), 405, "{path}");
        assert_eq!(refused.headers()["allow"], allow, "{path}");
        assert!(json(refused).await["detail"].is_string(), "{path}");
        let options = app
            .request(Method::OPTIONS, path)
            .send()
            .await
            .expect("an answer");
        assert_eq!(options.status(), 204, "{path}");
        assert_eq!(options.headers()["allow"], allow, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_a_json_404_and_never_echoed() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/secret-path",
        "/payments/",
        "/payments/cards/",
        "/payments/cards/basket//",
        "/static/",
        "/%00",
        "/%ff",
    ] {
        let answer = app
            .get(path)
            .header("accept-language", "en")
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(
            answer.headers()["content-type"],
            "application/json",
            "{path}"
        );
        assert_eq!(
            answer.text().await.expect("a body"),
            r#"{"code":"not_found","detail":"Not found."}"#,
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_answer_has_its_security_headers_and_at_most_one_cookie() {
    let app = TestApp::start().await;
    for path in READABLE
        .into_iter()
        .chain(["/nothing", "/static/logos/bonus.svg", "/health/live"])
    {
        let answer = app.get(path).send().await.expect("an answer");
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert!(headers.contains_key("content-security-policy"), "{path}");
        let cookies = headers.get_all("set-cookie").iter().count();
        assert_eq!(cookies, usize::from(path == "/csrf_token/"), "{path}");
    }
}

#[tokio::test]
async fn a_valid_request_id_is_echoed_and_any_other_is_replaced() {
    let app = TestApp::start().await;
    let id_for = async |given: &str| {
        let request = app.get("/health/live").header("x-request-id", given);
        let answer = request.send().await.expect("an answer");
        answer.headers()["x-request-id"]
            .to_str()
            .expect("text")
            .to_owned()
    };
    assert_eq!(id_for("abc-123_X.y").await, "abc-123_X.y");
    for sane in ["0af7651916cd43dd8448eb211c80319c", "2026-11-28T16", "42"] {
        assert_eq!(id_for(sane).await, sane);
    }
    let cards = [
        "5528790000000008",
        "5528-7900-0000-0008",
        "card_5528790000000008",
    ];
    for card in cards {
        assert_eq!(id_for(card).await.len(), 32, "{card}");
    }
    for odd in ["", "a b", "a\"b", "é", &"x".repeat(65), "{}"] {
        let id = id_for(odd).await;
        assert_eq!(id.len(), 32, "{odd:?}");
        assert_ne!(id, id_for(odd).await);
    }
}

#[tokio::test]
async fn the_sandbox_is_mounted_only_where_it_is_on() {
    let app = TestApp::start().await;
    assert_eq!(
        app.get("/sandbox/tokens/")
            .send()
            .await
            .expect("an answer")
            .status(),
        200
    );
    assert!(app.state.sandbox.is_some());
}
