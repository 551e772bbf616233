//! A healthy client among a thousand misbehaving ones.

use std::time::Duration;

use crate::program::Program;

use super::wire::{LIVE, Wire};

const LISTING: &str = "GET /payments/cards/product/1/ HTTP/1.1\r\nHost: shop\r\n\r\n";
const REQUESTS: usize = 500;

/// Sixty connections that trickle half a request, ten that do not read their responses, and a thousand idle ones, from
/// other addresses. Times are printed but not asserted: `cargo test … -- --nocapture crowd`.
#[tokio::test]
#[expect(
    clippy::print_stdout,
    reason = "the figures are printed only on request"
)]
async fn no_request_of_a_healthy_client_is_refused_while_others_hold_connections() {
    let program = Program::start(&[
        ("http.workers", "2"),
        ("http.keep_alive_seconds", "60"),
        ("http.max_connections_per_peer", "50"),
    ]);
    let url = program.url.clone();
    let mut held = Vec::new();
    for place in 0..1_000_u16 {
        let address = [127, 0, 2, u8::try_from(place % 250 + 1).expect("a byte")];
        let mut idle = Wire::open_at(&url, address).await;
        idle.send(LIVE).await;
        assert_eq!(idle.answer("GET").await.status, 200);
        held.push(idle);
    }
    for place in 0..10_u8 {
        let mut unread = Wire::open_at(&url, [127, 0, 3, place + 1]).await;
        unread
            .send(&"GET /openapi.json HTTP/1.1\r\nHost: shop\r\n\r\n".repeat(50))
            .await;
        held.push(unread);
    }
    let trickling = (0..60_u8).map(|place| {
        let url = url.clone();
        tokio::spawn(async move {
            let address = [127, 0, 4, place % 2 + 1];
            // Reopens closed connections, as an attacker would.
            loop {
                let mut wire = Wire::open_at(&url, address).await;
                wire.send(LIVE).await;
                // Any result is fine.
                let _ = wire
                    .is_closed_while_trickling("GET / HTTP/1.1\r\nX: y\r\n")
                    .await;
            }
        })
    });
    let trickling: Vec<_> = trickling.collect();

    let mut healthy = Wire::open_at(&url, [127, 0, 0, 1]).await;
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        ticks.tick().await;
        let start = payments_http::clock::instant();
        healthy.send(LISTING).await;
        let answer = healthy.answer("GET").await;
        times.push(start.elapsed());
        assert_eq!(answer.status, 200, "{answer:?}");
        // Opens a new connection from time to time.
        if times.len() % 10 == 0 {
            healthy = Wire::open_at(&url, [127, 0, 0, 1]).await;
        }
    }
    times.sort_unstable();
    let at = |share: usize| times[REQUESTS * share / 100 - 1];
    println!("p50 {:?}, p99 {:?}, most {:?}", at(50), at(99), at(100));
    for task in trickling {
        task.abort();
    }
}
