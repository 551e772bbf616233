//! Listings while the console is used, compared with listings alone.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use payments_bench::http::Client;
use serde_json::json;

use crate::bench::Bench;
use crate::bench::fixture::{Fixture, authorization};
use crate::bench::row::{Goal, Row};
use crate::services::wait::pause;

/// The pause between two requests of a fast user.
const PAUSE: Duration = Duration::from_millis(250);

/// A product's and a basket's listing.
pub(crate) fn rows(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let sides = [
        ("product", fixture.products()),
        ("basket", fixture.sessions("/payments/cards/basket/")),
    ];
    let rows = sides.map(|(name, requests)| {
        let address = requests.address;
        let rounds = bench.beside(&requests, &|ended| work(address, ended))?;
        let what = format!("{name} listing while the console is used ÷ alone, {}", fixture.name);
        let note = "matrix, analysis of all rules, comparison of a rule, list of rules, 0.25 s between them";
        let row = rounds.into_row("console", what).with_note(note);
        Ok(row.with_goal(Goal::AtLeast(0.95)))
    });
    rows.into_iter().collect()
}

/// Sends the requests of a console user until the load ends.
fn work(address: SocketAddr, ended: &AtomicBool) -> Result<()> {
    let rule = json!({
        "slug": "tried", "name": "Tried", "when": {"category": ["electronics"]}, "then": {"cap_installments": 3},
    });
    let draft = json!({ "rules": [rule] }).to_string();
    let requests = [
        ("GET", "/manage/v1/matrix/?context=product&pk=1", ""),
        ("POST", "/manage/v1/lint-rules/", "{}"),
        ("POST", "/manage/v1/what-if/", &*draft),
        ("GET", "/manage/v1/rules/?page_size=1000", ""),
    ];
    let mut client = Client::new(address);
    for (method, path, body) in requests.into_iter().cycle() {
        if ended.load(Ordering::Relaxed) {
            break;
        }
        let response = client.send(method, path, &[&authorization()], body)?;
        let status = response.status();
        ensure!(status == 200, "{method} {path}: {status}");
        pause(PAUSE);
    }
    Ok(())
}
