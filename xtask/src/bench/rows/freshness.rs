//! How soon another replica lists a change under full load, and that it never mixes two catalogs.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::bench::fixture::{Fixture, PRODUCT, import};
use crate::bench::load::lasting;
use crate::bench::row::{Goal, Row, Samples, Unit};
use crate::bench::store;
use crate::server::Server;

/// Their numbers are rates in percent.
const MAX_CHANGES: u64 = 99;
/// A change's price is this and its number; no earlier price is higher.
const BASE_PRICE: u64 = 10_000;

/// Two replicas on one database, both under load; one gets the changes, the other is watched.
pub(crate) fn rows(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let mut watched = fixture.second_service(bench, None)?;
    let written = fixture.service.address();
    let replicas = [written, watched.address()];
    let load = lasting(bench.round * bench.rounds, &fixture.products());
    let (mut prices, mut catalogs) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        let loads = replicas.map(|replica| {
            let mut load = load.clone();
            load.requests.address = replica;
            scope.spawn(move || bench.load(load))
        });
        for number in 1..=MAX_CHANGES {
            let price = seconds_until(written, &mut watched, &price(number), |shown| {
                shown.price == number
            })?;
            let catalog = seconds_until(written, &mut watched, &catalog(number), |shown| {
                shown.catalog == number
            })?;
            if loads.iter().any(thread::ScopedJoinHandle::is_finished) {
                break;
            }
            prices.push(price);
            catalogs.push(catalog);
        }
        for load in loads {
            load.join().map_err(|_| anyhow!("a load panicked"))??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    let note = format!("{} changes, {}", catalogs.len(), fixture.name);
    let row = |what, seconds: Vec<f64>| {
        let what = format!("until another replica lists {what}, both under full load");
        let row = Row::new(
            "fresh",
            what,
            Unit::Milliseconds,
            Samples::of(seconds).times(1e3),
        );
        row.with_goal(Goal::AtMost(2_000.0)).with_note(&note)
    };
    let parts = "a plan's rate and label and a rule, at once and never mixed";
    Ok(vec![row("a price", prices), row(parts, catalogs)])
}

/// Counted from before the change is sent.
fn seconds_until(
    written: SocketAddr,
    watched: &mut Server,
    change: &Value,
    is_listed: impl Fn(&Shown) -> bool,
) -> Result<f64> {
    let (begun, _) = watched.wait_for(PRODUCT, |response| response.status() == 200)?;
    import(written, change)?;
    let (seen, last) = watched.wait_for(PRODUCT, |response| {
        Shown::of(response.body()).is_none_or(|shown| is_listed(&shown))
    })?;
    Shown::of(last.body())
        .with_context(|| format!("{change}: no listing, or one of two catalogs"))?;
    Ok(Duration::as_secs_f64(&seen.saturating_sub(begun)))
}

fn price(number: u64) -> Value {
    json!({"products": [{
        "pk": 1, "name": "Product 1", "price": format!("{}.00", BASE_PRICE + number), "currency": "TRY",
        "categories": ["electronics/phones"], "attributes": {"brand": "acme"}, "is_active": true,
    }]})
}

/// The number is the rate and the label of a card's plan, and the rate of another card by a rule.
fn catalog(number: u64) -> Value {
    let number = number.to_string();
    let mut card = store::card(1, store::PLANS);
    card["installments"][1]["interest_rate"] = json!(number);
    card["installments"][1]["label"] = json!({"tr": number});
    json!({
        "cards": [card],
        "rules": [{
            "slug": "fresh", "name": "Fresh", "when": {"card": ["card-2"]}, "then": {"replace_rate": number},
        }],
    })
}

/// The numbers of the latest changes in a listing; zero before the first.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    price: u64,
    catalog: u64,
}

impl Shown {
    /// `None` if the body is no listing, or mixes two catalogs.
    fn of(body: &[u8]) -> Option<Self> {
        let listing: Value = serde_json::from_slice(body).ok()?;
        let plan = |card: usize| &listing["results"][card]["installments"][1];
        let price = plan(0)["amount"].as_number()?.to_string();
        let whole = price.split('.').next()?.parse::<u64>().ok()?;
        let label: u64 = plan(0)["label"].as_str()?.parse().unwrap_or_default();
        let (rate, of_rule) = (&plan(0)["interest_rate"], &plan(1)["interest_rate"]);
        let number = (label > 0).then_some(label);
        let is_one = [rate, of_rule].iter().all(|rate| rate.as_u64() == number);
        is_one.then_some(Self {
            price: whole.saturating_sub(BASE_PRICE),
            catalog: label,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{BASE_PRICE, Shown};

    fn shown(label: &str, rate: &Value, of_rule: &Value) -> Option<Shown> {
        let amount = BASE_PRICE + 5;
        let plan = |label: &str, rate: &Value| json!({"amount": amount, "label": label, "interest_rate": rate});
        let card = |label: &str, rate: &Value| json!({"installments": [plan("1", &json!(0)), plan(label, rate)]});
        let listing = json!({"results": [card(label, rate), card("2 installments", of_rule)]});
        Shown::of(listing.to_string().as_bytes())
    }

    #[test]
    fn a_listing_shows_the_latest_changes() {
        let shown_in = |label, rate| shown(label, &json!(rate), &json!(rate));
        let expected = |catalog| Some(Shown { price: 5, catalog });
        assert_eq!(shown_in("2 taksit", 2.25), expected(0));
        assert_eq!(shown("7", &json!(7), &json!(7)), expected(7));
    }

    #[test]
    fn a_listing_of_two_catalogs_is_none() {
        assert_eq!(shown("7", &json!(6), &json!(7)), None);
        assert_eq!(shown("7", &json!(7), &json!(6)), None);
        assert_eq!(shown("6", &json!(7), &json!(7)), None);
        assert_eq!(shown("2 taksit", &json!(2.25), &json!(7)), None);
    }
}
