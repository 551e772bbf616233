//! P1 and P2: listings compared with what the same server can do at best; and lowest plans, quotes and other forms of a
//! product's listing compared with listings.

use anyhow::{Context, Result, ensure};
use payments_bench::job::{Ceiling, Job, Requests};

use crate::bench::Bench;
use crate::bench::fixture::Fixture;
use crate::bench::load::Processors;
use crate::bench::row::{Goal, Row};
use crate::bench::store;
use crate::server::Server;

/// P1: a product's listing, whole and of the card that typed digits mean, and the same bytes sent statically.
pub(crate) fn products(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let whole = fixture.products();
    let of_card = Requests {
        path: format!("{}?bin={}", whole.path, store::FIRST_BIN),
        ..whole.clone()
    };
    let sides = [("product", whole, 0.93), ("product + BIN", of_card, 0.75)];
    let rows = sides.map(|(name, requests, goal)| {
        let ceiling = ceiling(bench, fixture, &requests, None, None)?;
        let rounds = bench.in_turn(&requests, &requests.to(ceiling.address()))?;
        let what = "listing ÷ the same bytes sent statically";
        let what = format!("{name} {what}, {}", fixture.name);
        let row = rounds.require_same_bytes()?.into_row("P1", what);
        Ok(row.with_goal(Goal::AtLeast(goal)))
    });
    rows.into_iter().collect()
}

/// One product's listing, and the lowest plans of a hundred products in one request.
pub(crate) fn lowest(bench: &Bench) -> Result<Vec<Row>> {
    let fixture = Fixture::uncached(bench, store::CARDS, store::PLANS)?;
    let one = fixture.products();
    let keys: Vec<String> = (1..=100).map(|pk| pk.to_string()).collect();
    let hundred = Requests {
        path: format!("/payments/cards/products/?pk={}", keys.join(",")),
        ..one.clone()
    };
    let what = "time of the lowest plans of 100 products ÷ of one listing, without the cache";
    let row = bench.in_turn(&one, &hundred)?.into_row("lowest", what);
    Ok(vec![row.with_goal(Goal::AtMost(3.0))])
}

/// P2: a basket's and a pre-order's listing, and one query with the same bytes.
pub(crate) fn sessions(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let rows = ["basket", "pre-order"].map(|name| {
        let requests = fixture.sessions(&format!("/payments/cards/{name}/"));
        let database = fixture.servers()?.database.clone();
        let ceiling = ceiling(bench, fixture, &requests, Some(database), None)?;
        let rounds = bench.in_turn(&requests, &requests.to(ceiling.address()))?;
        let what = "listing ÷ one equal query and the same bytes";
        let what = format!("{name} {what}, {}", fixture.name);
        let row = rounds.require_same_bytes()?.into_row("P2", what);
        Ok(row.with_goal(Goal::AtLeast(0.95)))
    });
    rows.into_iter().collect()
}

/// A basket's listing, and a quote of one of its plans.
pub(crate) fn quotes(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let basket = fixture.sessions("/payments/cards/basket/");
    let what = "time of a signed quote ÷ of a basket listing";
    let row = bench
        .in_turn(&basket, &fixture.quotes())?
        .into_row("quote", what);
    Ok(vec![row.with_goal(Goal::AtMost(2.0))])
}

/// A product's listing in each encoding, and the plain one.
pub(crate) fn compressed(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let plain = fixture.products();
    let plain_bytes = plain.first()?.body().len();
    let rows = ["gzip", "br"].map(|encoding| {
        let packed = Requests {
            headers: vec![format!("Accept-Encoding: {encoding}")],
            ..plain.clone()
        };
        let response = packed.first()?;
        let is_packed = response.header("Content-Encoding").is_some();
        ensure!(is_packed, "{encoding} is not offered");
        let what = format!("product listing, {encoding} ÷ plain");
        let row = bench.in_turn(&packed, &plain)?.into_row("compressed", what);
        let bytes = response.body().len();
        Ok(row.with_note(&format!("{bytes} bytes of {plain_bytes}")))
    });
    rows.into_iter().collect()
}

/// A product's listing that the client has already, and the whole one.
pub(crate) fn conditional(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let whole = Requests {
        numbers: 1,
        ..fixture.products()
    };
    let response = whole.first()?;
    let tag = response.header("ETag").context("the listing has no ETag")?;
    let unchanged = Requests {
        headers: vec![format!("If-None-Match: {tag}")],
        status: 304,
        ..whole.clone()
    };
    let rounds = bench.in_turn(&unchanged, &whole)?;
    let row = rounds.into_row("conditional", "product listing, unchanged (304) ÷ plain");
    Ok(vec![row.with_note("one product")])
}

/// A product's listing as the service sends it, sent by another server.
pub(super) fn static_ceiling(
    bench: &Bench,
    fixture: &Fixture,
    processors: Processors<'_>,
) -> Result<Server> {
    ceiling(bench, fixture, &fixture.products(), None, processors)
}

fn ceiling(
    bench: &Bench,
    fixture: &Fixture,
    requests: &Requests,
    database: Option<String>,
    processors: Processors<'_>,
) -> Result<Server> {
    let log = fixture.folder().join("ceiling.log");
    let mut ceiling = Server::start(&log, |bind| {
        let requests = requests.clone();
        let job = Ceiling {
            bind,
            requests,
            database,
        };
        bench.process(&Job::Ceiling(job), processors)
    })?;
    ceiling.wait_for("/", |_| true)?;
    Ok(ceiling)
}
