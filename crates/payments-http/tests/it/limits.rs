//! Requests that are too large or too slow.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{CUSTOMER, TestApp};
use crate::bad_bodies::send;

const OTP: &str = "/payments/stored-cards/otp/";

#[tokio::test]
async fn large_bodies_are_refused_announced_or_not() {
    let app = TestApp::start().await;
    let large = format!(r#"{{"otp":"123456","x":"{}"}}"#, "x".repeat(5_000));
    let (status, answer) = send(&app, OTP, Some("application/json"), large.clone()).await;
    assert_eq!(
        (status, &answer["detail"]),
        (
            StatusCode::PAYLOAD_TOO_LARGE,
            &json!("The request body is too large.")
        )
    );
    let exact = format!(r#"{{"otp":"123456","x":"{}"}}"#, "x".repeat(4_096 - 23));
    assert_eq!(exact.len(), 4_096);
    assert_eq!(
        send(&app, OTP, Some("application/json"), exact).await.0,
        400
    );
    // Chunked, without an announced length.
    let token = app.csrf_token(Some(CUSTOMER)).await;
    let head = format!(
        "POST {OTP} HTTP/1.1\r\nhost: shop\r\ncookie: osessionid={CUSTOMER}\r\nx-csrftoken: {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4_096));
    let answer = raw(&app, &format!("{head}{chunk}{chunk}0\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_slow_body_is_not_waited_for() {
    let app = TestApp::start_with(&[("http.body_timeout_seconds", "1")]).await;
    let token = app.csrf_token(Some(CUSTOMER)).await;
    let head = format!(
        "POST {OTP} HTTP/1.1\r\nhost: shop\r\ncookie: osessionid={CUSTOMER}\r\nx-csrftoken: {token}\r\n\
         content-type: application/json\r\ncontent-length: 20\r\n\r\n{{",
    );
    let answer = raw(&app, &head).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"detail\""), "{answer}");
}

/// The response to these bytes, until the service closes or a timeout.
async fn raw(app: &TestApp, request: &str) -> String {
    let address = app.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let mut buffer = [0; 4_096];
    while let Ok(Ok(length)) =
        tokio::time::timeout(Duration::from_mins(1), stream.read(&mut buffer)).await
    {
        answer.extend_from_slice(&buffer[..length]);
        if length == 0 || answer.ends_with(b"}") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn slow_headers_are_not_waited_for() {
    let app = TestApp::start_with(&[("http.header_timeout_seconds", "1")]).await;
    let answer = raw(&app, "GET /health/live HTTP/1.1\r\nhost: shop\r\nx-slow: ").await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408 "),
        "{answer}"
    );
}

#[tokio::test]
async fn malformed_or_oversized_requests_are_refused_and_the_service_keeps_running() {
    let app = TestApp::start().await;
    let long_path = format!("GET /{} HTTP/1.1\r\nhost: shop\r\n\r\n", "x".repeat(70_000));
    let large_header = format!(
        "GET /health/live HTTP/1.1\r\nhost: shop\r\nx-large: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    let many_headers = format!(
        "GET /health/live HTTP/1.1\r\nhost: shop\r\n{}\r\n",
        "x-many: x\r\n".repeat(500)
    );
    let two_lengths = format!(
        "POST {OTP} HTTP/1.1\r\nhost: shop\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"
    );
    for request in [
        "\u{16}\u{3}\u{1}\r\n\r\n",
        &long_path,
        &large_header,
        &many_headers,
        &two_lengths,
    ] {
        let answer = raw(&app, request).await;
        let begin: String = request.chars().take(40).collect();
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{begin}: {answer}"
        );
        assert!(!answer.contains("xxxx"), "{begin}: {answer}");
        assert_eq!(
            app.get("/health/live")
                .send()
                .await
                .expect("an answer")
                .status(),
            200
        );
    }
}

#[tokio::test]
async fn many_large_bodies_at_once_wait_outside() {
    const LARGE: usize = 16 << 20;
    let app = TestApp::start_with(&[("demo.enabled", "true")]).await;
    let announced = |length: usize| {
        format!(
            "POST /manage/v1/import/ HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer demo\r\n\
             Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    let address = app.url.trim_start_matches("http://");
    let begin = async |length: usize| {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream
            .write_all(announced(length).as_bytes())
            .await
            .expect("sent");
        let mut answer = [0; 1_024];
        let mut length = stream.read(&mut answer).await.expect("an answer");
        // The response may arrive in the same packet or in the next one.
        if answer[..length].ends_with(b" Continue\r\n\r\n") {
            let more = stream.read(&mut answer[length..]);
            let more = tokio::time::timeout(Duration::from_millis(300), more).await;
            length += more.unwrap_or(Ok(0)).expect("an answer");
        }
        let answer = String::from_utf8_lossy(&answer[..length]).to_lowercase();
        (stream, answer)
    };
    let mut held = Vec::new();
    for _ in 0..4 {
        let (stream, answer) = begin(LARGE).await;
        assert!(!answer.contains("http/1.1 503"), "{answer}");
        held.push(stream);
    }
    let (mut refused, mut answer) = begin(LARGE).await;
    while !answer.contains("retry-after") {
        let mut more = [0; 1_024];
        let length = refused.read(&mut more).await.expect("an answer");
        assert_ne!(length, 0, "{answer}");
        answer += &String::from_utf8_lossy(&more[..length]).to_lowercase();
    }
    assert!(answer.contains("http/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 1"), "{answer}");
    let (small, answer) = begin(1_000).await;
    assert!(!answer.contains("http/1.1 503"), "{answer}");
    drop((held.pop(), small));
    let freed = async { while begin(LARGE).await.1.contains("http/1.1 503") {} };
    let freed = tokio::time::timeout(Duration::from_mins(1), freed).await;
    freed.expect("room again");
}
