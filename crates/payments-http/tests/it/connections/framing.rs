//! Where a request ends, and which response belongs to it.

use serde_json::Value;

use super::wire::{LAST, LIVE, Wire};
use crate::app::TestApp;

const LISTING: &str = "GET /payments/cards/product/1/ HTTP/1.1\r\nHost: shop\r\n\r\n";
const HEAD_OF_LISTING: &str = "HEAD /payments/cards/product/1/ HTTP/1.1\r\nHost: shop\r\n\r\n";
const HEAD_OF_LIVE: &str = "HEAD /health/live HTTP/1.1\r\nHost: shop\r\n\r\n";

#[tokio::test]
async fn pipelined_requests_are_answered_with_their_own_methods() {
    let app = TestApp::start().await;
    for requests in [
        [("GET", LISTING), ("HEAD", HEAD_OF_LIVE)],
        [("HEAD", HEAD_OF_LISTING), ("GET", LIVE)],
        [("GET", LISTING), ("GET", LIVE)],
    ] {
        let mut wire = Wire::open(&app).await;
        let together: String = requests.iter().map(|(_, request)| *request).collect();
        wire.send(&(together + LAST)).await;
        for (method, request) in requests {
            let answer = wire.answer(method).await;
            assert_eq!(answer.status, 200, "{request}: {answer:?}");
            assert_eq!(
                answer.body.is_empty(),
                method == "HEAD",
                "{request}: {answer:?}"
            );
            assert!(
                !answer.head.contains("connection: close"),
                "{request}: {answer:?}"
            );
        }
        let last = wire.answer("GET").await;
        assert!(last.head.contains("\r\nconnection: close\r\n"), "{last:?}");
        assert_eq!(wire.rest().await, "");
    }
}

#[tokio::test]
async fn a_request_after_a_body_in_chunks_is_answered_too() {
    let app = TestApp::start().await;
    let mut wire = Wire::open(&app).await;
    let body = "3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
    let post = "POST /nothing/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n";
    wire.send(&format!("{post}{body}{LIVE}")).await;
    assert_eq!(wire.answer("POST").await.status, 404);
    assert_eq!(wire.answer("GET").await.status, 200);
}

#[tokio::test]
async fn an_upgrade_to_another_protocol_is_ignored_and_the_connection_continues() {
    let app = TestApp::start().await;
    let h2c =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB";
    let web_socket = "connection: keep-alive, upgrade\r\nupgrade: websocket";
    for offer in [h2c, web_socket] {
        let mut wire = Wire::open(&app).await;
        let request = format!("GET /health/live HTTP/1.1\r\nHost: shop\r\n{offer}\r\n\r\n");
        wire.send(&format!("{request}{HEAD_OF_LIVE}")).await;
        let answer = wire.answer("GET").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.head.contains("connection:"), "{answer:?}");
        assert_eq!(wire.answer("HEAD").await.status, 200);
        wire.send(LIVE).await;
        assert_eq!(wire.answer("GET").await.status, 200);
    }
}

#[tokio::test]
async fn an_offer_of_another_protocol_with_close_still_closes() {
    let app = TestApp::start().await;
    let mut wire = Wire::open(&app).await;
    let offer = "Connection: close, Upgrade\r\nUpgrade: h2c";
    wire.send(&format!(
        "GET /health/live HTTP/1.1\r\nHost: shop\r\n{offer}\r\n\r\n"
    ))
    .await;
    let answer = wire.answer("GET").await;
    assert!(
        answer.head.contains("\r\nconnection: close\r\n"),
        "{answer:?}"
    );
    assert_eq!(wire.rest().await, "");
}

#[tokio::test]
async fn a_request_that_is_not_http_gets_our_error_body_and_connection_close() {
    let app = TestApp::start().await;
    let many_headers = format!(
        "GET /health/live HTTP/1.1\r\nHost: shop\r\n{}\r\n",
        "x-many: x\r\n".repeat(500)
    );
    let large_header = format!(
        "GET /health/live HTTP/1.1\r\nHost: shop\r\nx-large: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    for (request, status) in [
        ("GET /health/live HTTP/1.1\nHost: shop\n\n", 400),
        ("GET /health/live HTTP/1.1\r\nHost: shop\nX: y\r\n\r\n", 400),
        ("GET /health/live HTTP/1.1\r\nHost: shop\r\nX: y\n\r\n", 400),
        ("GET /health/live HTTP/1.1\r\n\r\n", 400),
        (
            "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            400,
        ),
        ("GET /health/live\r\n\r\n", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\r\n\r\n", 400),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            400,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
            400,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
            400,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\nx",
            400,
        ),
        (
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx",
            400,
        ),
        (many_headers.as_str(), 431),
        (large_header.as_str(), 431),
    ] {
        let begin: String = request.chars().take(60).collect();
        let mut wire = Wire::open(&app).await;
        // The previous request is answered first.
        wire.send(LIVE).await;
        assert_eq!(wire.answer("GET").await.status, 200);
        wire.send(request).await;
        let answer = wire.answer("GET").await;
        assert_eq!(answer.status, status, "{begin}: {answer:?}");
        assert!(
            answer.head.contains("\r\nconnection: close\r\n"),
            "{begin}: {answer:?}"
        );
        let body: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert!(body["detail"].is_string(), "{begin}: {answer:?}");
        assert_eq!(wire.rest().await, "", "{begin}");
    }
}

#[tokio::test]
async fn a_body_that_ends_in_a_bad_chunk_gets_one_answer() {
    let app = TestApp::start().await;
    let token = app.csrf_token(Some(crate::app::CUSTOMER)).await;
    for chunks in [
        "zz\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcdef\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
    ] {
        let mut wire = Wire::open(&app).await;
        let head = format!(
            "POST /payments/stored-cards/otp/ HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n\
             Cookie: osessionid={}\r\nX-CSRFToken: {token}\r\nTransfer-Encoding: chunked\r\n\r\n",
            crate::app::CUSTOMER
        );
        wire.send(&format!("{head}{chunks}")).await;
        let answer = wire.answer("POST").await;
        assert_eq!(answer.status, 400, "{chunks}: {answer:?}");
        assert!(answer.body.contains("detail"), "{chunks}: {answer:?}");
        assert_eq!(wire.rest().await, "", "{chunks}");
    }
}

#[tokio::test]
async fn a_head_that_arrives_in_pieces_is_read() {
    let app = TestApp::start().await;
    let mut wire = Wire::open(&app).await;
    for piece in [
        "\r\nGET /health/li",
        "ve HTTP/1.1\r",
        "\nHost: shop\r\n",
        "\r",
        "\n",
    ] {
        wire.send(piece).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(wire.answer("GET").await.status, 200);
    let large = format!(
        "{}X: {}\r\n\r\n",
        LIVE.trim_end_matches("\r\n").to_owned() + "\r\n",
        "x".repeat(40_000)
    );
    wire.send(&large).await;
    assert_eq!(wire.answer("GET").await.status, 200);
}
