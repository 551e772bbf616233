//! Slow peers are disconnected.

use super::wire::{LIVE, Wire};
use crate::app::{CUSTOMER, TestApp};

const SETTINGS: [(&str, &str); 3] = [
    ("http.header_timeout_seconds", "1"),
    ("http.body_timeout_seconds", "1"),
    ("http.write_timeout_seconds", "1"),
];

#[tokio::test]
async fn the_head_of_a_first_request_that_trickles_is_ended_with_408() {
    let app = TestApp::start_with(&SETTINGS).await;
    let mut wire = Wire::open(&app).await;
    wire.send("GET /health/live HTTP/1.1\r\nX: ").await;
    assert!(wire.is_closed_while_trickling("x").await);
    let answer = wire.answer("GET").await;
    assert_eq!(answer.status, 408, "{answer:?}");
    assert!(
        answer.head.contains("\r\nconnection: close\r\n"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn the_head_of_a_later_request_that_trickles_is_ended_with_408() {
    let app = TestApp::start_with(&SETTINGS).await;
    let mut wire = Wire::open(&app).await;
    wire.send(LIVE).await;
    assert_eq!(wire.answer("GET").await.status, 200);
    wire.send("GET /health/live HTTP/1.1\r\nX: ").await;
    assert!(wire.is_closed_while_trickling("x").await);
    assert_eq!(wire.answer("GET").await.status, 408);
}

#[tokio::test]
async fn empty_lines_before_a_request_do_not_extend_its_deadline() {
    let app = TestApp::start_with(&SETTINGS).await;
    let mut wire = Wire::open(&app).await;
    wire.send(LIVE).await;
    assert_eq!(wire.answer("GET").await.status, 200);
    assert!(wire.is_closed_while_trickling("\r\n").await);
}

#[tokio::test]
async fn an_unread_body_that_trickles_is_ended() {
    let app = TestApp::start_with(&SETTINGS).await;
    for (framing, trickle) in [
        ("Transfer-Encoding: chunked\r\n\r\n3e8\r\n", "x"),
        ("Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
        ("Transfer-Encoding: chunked\r\n\r\n0\r\n", "Trailer: x\r\n"),
        ("Content-Length: 1000\r\n\r\n", "x"),
    ] {
        let mut wire = Wire::open(&app).await;
        let head = "POST /nothing/ HTTP/1.1\r\nHost: shop\r\n";
        wire.send(&format!("{head}{framing}")).await;
        assert_eq!(wire.answer("POST").await.status, 404, "{framing}");
        assert!(wire.is_closed_while_trickling(trickle).await, "{framing}");
    }
}

#[tokio::test]
async fn a_body_that_trickles_while_the_service_reads_it_is_ended_with_408() {
    let app = TestApp::start_with(&SETTINGS).await;
    let token = app.csrf_token(Some(CUSTOMER)).await;
    let mut wire = Wire::open(&app).await;
    let head = format!(
        "POST /payments/stored-cards/otp/ HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n\
         Cookie: osessionid={CUSTOMER}\r\nX-CSRFToken: {token}\r\nContent-Length: 1000\r\n\r\n"
    );
    wire.send(&head).await;
    assert!(wire.is_closed_while_trickling(" ").await);
    assert_eq!(wire.answer("POST").await.status, 408);
}

#[tokio::test]
async fn a_silent_connection_is_closed_without_a_response() {
    let settings = [&SETTINGS[..], &[("http.keep_alive_seconds", "1")]].concat();
    let app = TestApp::start_with(&settings).await;
    let mut silent = Wire::open(&app).await;
    assert_eq!(silent.rest().await, "");
    let mut after_one = Wire::open(&app).await;
    after_one.send(LIVE).await;
    assert_eq!(after_one.answer("GET").await.status, 200);
    assert_eq!(after_one.rest().await, "");
}

#[tokio::test]
async fn a_peer_that_does_not_read_its_responses_is_disconnected() {
    let app = TestApp::start_with(&SETTINGS).await;
    let mut wire = Wire::open(&app).await;
    // More than the socket buffers of both ends hold.
    let requests = 60;
    let page = "GET /openapi.json HTTP/1.1\r\nHost: shop\r\n\r\n";
    wire.send(&page.repeat(requests)).await;
    let mut healthy = Wire::open(&app).await;
    let disconnected = r#"payments_connections_refused_total{reason="write_timeout"} 1"#;
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
    while !metrics(&app).await.contains(disconnected) {
        ticks.tick().await;
    }
    let answers = wire.rest().await.matches("HTTP/1.1 200").count();
    assert!(answers < requests, "all were sent");
    healthy.send(LIVE).await;
}

async fn metrics(app: &TestApp) -> String {
    let response = app.get("/metrics").send().await.expect("an answer");
    response.text().await.expect("a body")
}
