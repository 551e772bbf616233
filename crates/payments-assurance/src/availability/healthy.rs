//! A healthy customer, who goes on whatever others do.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;

use crate::proof::{now, since};
use crate::system::{Card, Customer};

/// The time between two requests.
const PAUSE: Duration = Duration::from_millis(50);
/// The fewest requests during one attack.
const FEWEST: u64 = 40;
/// The deadline of every answer: that of the service, and some time for a busy machine.
const DEADLINE: Duration = Duration::from_secs(45);

/// What the customer got.
#[derive(Clone, Debug, Default)]
pub(super) struct Served {
    pub(super) times: Vec<Duration>,
    /// The answers over connections that were opened for them.
    pub(super) over_new_connections: u64,
    /// The cards that were accepted.
    pub(super) cards: u64,
    /// The answers that were none or not the right ones.
    pub(super) errors: Vec<String>,
}

/// How long answers took, over several rounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn add(&mut self, times: &[Duration]) {
        self.0.extend_from_slice(times);
        self.0.sort_unstable();
    }

    pub(super) const fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that 99 % of the answers took at most.
    pub(super) fn p99(&self) -> Duration {
        let place = (self.0.len() * 99).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// Reads the saved cards 20 times a second until the attack is over, every fifth time over a new connection, and every
/// tenth time submits a card instead.
pub(super) async fn go_on(url: &str, customer: &Customer, is_over: &AtomicBool) -> Result<Served> {
    let fresh = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .build()?;
    let mut served = Served::default();
    let mut ticks = tokio::time::interval(PAUSE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut number = 0;
    while number < FEWEST || !is_over.load(Ordering::Relaxed) {
        ticks.tick().await;
        number += 1;
        let started = now();
        let (status, expected) = if number % 10 == 0 {
            let card = Card::new(customer.number)?;
            (
                customer.card(url, &card).await.map(|answer| answer.status),
                204,
            )
        } else if number % 5 == 0 {
            (over_new_connection(&fresh, url, customer).await, 200)
        } else {
            let path = "/payments/stored-cards/";
            let answer = customer.send(reqwest::Method::GET, url, path, None).await;
            (answer.map(|answer| answer.status), 200)
        };
        let took = since(started);
        served.times.push(took);
        if status != Some(expected) {
            served.errors.push(format!(
                "request {number} was answered {status:?} after {took:?}"
            ));
        }
        served.cards += u64::from(expected == 204);
        served.over_new_connections += u64::from(number % 5 == 0 && expected == 200);
    }
    Ok(served)
}

async fn over_new_connection(
    client: &reqwest::Client,
    url: &str,
    customer: &Customer,
) -> Option<u16> {
    let request = client.get(format!("{url}/payments/stored-cards/"));
    let request = request
        .header("cookie", customer.cookie())
        .header("x-csrftoken", customer.csrf())
        .timeout(DEADLINE);
    let answer = request.send().await.ok()?;
    Some(answer.status().as_u16())
}
