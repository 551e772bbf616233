//! The limit on a peer's connections.

use super::wire::{LAST, LIVE, Wire};
use crate::app::TestApp;

#[tokio::test]
async fn one_peer_has_so_many_connections_and_others_are_not_affected() {
    let app = TestApp::start_with(&[
        ("http.max_connections_per_peer", "2"),
        ("http.trusted_proxies", "127.0.0.3/32,10.0.0.0/8"),
    ])
    .await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::open(&app).await;
        wire.send(LIVE).await;
        assert_eq!(wire.answer("GET").await.status, 200);
        held.push(wire);
    }
    let mut third = Wire::open(&app).await;
    let answer = third.answer("GET").await;
    assert_eq!(answer.status, 429, "{answer:?}");
    assert!(answer.head.contains("\r\nretry-after: "), "{answer:?}");
    assert!(
        answer.head.contains("\r\nconnection: close\r\n"),
        "{answer:?}"
    );
    assert_eq!(third.rest().await, "");

    for address in [
        [127, 0, 0, 2],
        [127, 0, 0, 3],
        [127, 0, 0, 3],
        [127, 0, 0, 3],
    ] {
        let mut wire = Wire::open_from(&app, address).await;
        wire.send(LIVE).await;
        assert_eq!(wire.answer("GET").await.status, 200, "{address:?}");
        held.push(wire);
    }
    held.remove(0);
    // The service notices the closed connection a moment later.
    let mut answer = String::new();
    for _ in 0..200 {
        answer = Wire::open(&app).await.ask(LAST).await;
        if answer.starts_with("HTTP/1.1 200 ") {
            break;
        }
    }
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
