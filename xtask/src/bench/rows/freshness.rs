//! How soon another replica lists a change while both have all they can do, and whether it ever mixes two catalogs.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::{Ground, Rows, row};
use crate::bench::asking::{self, Answer};
use crate::bench::round::{Load, Target, load};
use crate::bench::row::{Figure, Goal, Row, Unit};
use crate::bench::samples::Samples;
use crate::bench::stage::Stage;
use crate::bench::started::Started;
use crate::bench::store::{self, TOKEN};

const GOAL: Goal = Goal::AtMost(2_000.0);
const LISTING: &str = "/payments/cards/product/1/";
/// Their numbers are rates in percent.
const MOST_CHANGES: u32 = 99;
/// A price is this and the number of its change; no price before is higher.
const BEFORE: u64 = 10_000;

/// Two replicas on one database; one is written to, the other is watched. The store is another one afterwards.
///
/// # Errors
/// A server fails, or a listing shows parts of two catalogs.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let mut watched = stage.fresh_service(ground.programs)?;
    let written = stage.service.target();
    let replicas = [written, watched.target()];
    let lasts = ground.pace.round * u32::try_from(ground.pace.rounds)?;
    let (prices, catalogs) = thread::scope(|scope| {
        let loads =
            replicas.map(|replica| scope.spawn(move || full_load(ground, stage, replica, lasts)));
        let is_under_load = || !loads.iter().any(thread::ScopedJoinHandle::is_finished);
        let times = changes(written.address, &mut watched, is_under_load);
        for load in loads {
            let ended = load.join();
            ended.map_err(|_| anyhow::anyhow!("a load panicked"))??;
        }
        times
    })?;
    let note = format!("{} changes of it, {}", catalogs.len(), stage.name);
    Ok(vec![
        fresh("a price", &prices, &note),
        fresh(
            "a plan's rate and label and a rule, at once and never mixed",
            &catalogs,
            &note,
        ),
    ])
}

fn fresh(what: &str, times: &[Duration], note: &str) -> Row {
    let seconds = Samples::of(times.iter().map(Duration::as_secs_f64));
    let figure = Figure::Measured {
        unit: Unit::Milliseconds,
        samples: seconds.times(1e3),
    };
    let what = format!("until another replica lists {what}, both under full load");
    row("fresh", &what, Some(GOAL), figure, note)
}

fn full_load(ground: &Ground<'_>, stage: &Stage, replica: Target, lasts: Duration) -> Result<()> {
    load(
        &ground.programs.bench,
        replica,
        &stage.products(),
        Load::lasting(lasts),
    )?;
    Ok(())
}

/// One change after the other, as long as the load lasts: of a price and of the catalog in turn. How long each kind took.
fn changes(
    written: SocketAddr,
    watched: &mut Started,
    is_under_load: impl Fn() -> bool,
) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let (mut prices, mut catalogs) = (Vec::new(), Vec::new());
    for number in (1..=MOST_CHANGES).map(u64::from) {
        let price_is = |shown: &Shown| shown.price == number;
        let price_took = until_listed(written, watched, &price(number), price_is)?;
        let catalog_is = |shown: &Shown| shown.catalog == number;
        let catalog_took = until_listed(written, watched, &catalog(number), catalog_is)?;
        if !is_under_load() {
            break;
        }
        prices.push(price_took);
        catalogs.push(catalog_took);
    }
    Ok((prices, catalogs))
}

/// Counted from before the change is written.
fn until_listed(
    written: SocketAddr,
    watched: &mut Started,
    change: &Value,
    is_listed: impl Fn(&Shown) -> bool,
) -> Result<Duration> {
    let (begun, _) = watched.wait_for(LISTING, &[], Answer::is_ok)?;
    asking::import(written, TOKEN, change.to_string().as_bytes())?;
    let (seen, last) = watched.wait_for(LISTING, &[], |answer| {
        Shown::of(answer).is_none_or(|shown| is_listed(&shown))
    })?;
    if Shown::of(&last).is_none() {
        bail!("after the change {change}: no listing, or one of two catalogs");
    }
    Ok(seen.saturating_sub(begun))
}

fn price(number: u64) -> Value {
    json!({"products": [{
        "pk": 1, "name": "Product 1", "price": format!("{}.00", BEFORE + number), "currency": "TRY",
        "categories": ["electronics/phones"], "attributes": {"brand": "acme"}, "is_active": true,
    }]})
}

/// The number as the rate and the label of a card's plan, and as the rate that a rule gives another card.
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

/// The numbers of the last changes that a listing shows; zero before the first.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    price: u64,
    catalog: u64,
}

impl Shown {
    /// None of what is no listing, or one of two catalogs.
    fn of(answer: &Answer) -> Option<Self> {
        let listing: Value = serde_json::from_slice(answer.body()).ok()?;
        let plan = |card: usize| &listing["results"][card]["installments"][1];
        let price = plan(0)["amount"].as_number()?.to_string();
        let whole = price.split('.').next()?.parse::<u64>().ok()?;
        let label: u64 = plan(0)["label"].as_str()?.parse().unwrap_or_default();
        let (rate, of_rule) = (&plan(0)["interest_rate"], &plan(1)["interest_rate"]);
        let number = (label > 0).then_some(label);
        let is_one = [rate, of_rule].iter().all(|rate| rate.as_u64() == number);
        is_one.then_some(Self {
            price: whole.saturating_sub(BEFORE),
            catalog: label,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{BEFORE, Shown};
    use crate::bench::asking::Answer;

    fn shown(label: &str, rate: &Value, of_rule: &Value) -> Option<Shown> {
        let amount = BEFORE + 5;
        let plan = |label: &str, rate: &Value| json!({"amount": amount, "label": label, "interest_rate": rate});
        let card = |label: &str, rate: &Value| json!({"installments": [plan("1", &json!(0)), plan(label, rate)]});
        let listing = json!({"results": [card(label, rate), card("2 installments", of_rule)]});
        let answer = format!("HTTP/1.1 200 OK\r\n\r\n{listing}");
        Shown::of(&Answer::of(answer.into_bytes()).unwrap())
    }

    #[test]
    fn a_listing_tells_of_which_changes_it_is() {
        let before = shown("2 taksit", &json!(2.25), &json!(2.25));
        assert_eq!(
            before,
            Some(Shown {
                price: 5,
                catalog: 0
            })
        );
        let after = shown("7", &json!(7), &json!(7));
        assert_eq!(
            after,
            Some(Shown {
                price: 5,
                catalog: 7
            })
        );
    }

    #[test]
    fn a_listing_of_two_catalogs_is_none() {
        assert_eq!(shown("7", &json!(6), &json!(7)), None);
        assert_eq!(shown("7", &json!(7), &json!(6)), None);
        assert_eq!(shown("6", &json!(7), &json!(7)), None);
        assert_eq!(shown("2 taksit", &json!(2.25), &json!(7)), None);
    }
}
