//! P1 and P2: listings compared with what the same server can do at best; and other forms of a product's listing.

use anyhow::{Context, Result, ensure};
use payments_bench::job::{Ceiling, Job, Requests};

use crate::bench::Bench;
use crate::bench::fixture::Fixture;
use crate::bench::load::Processors;
use crate::bench::row::{Goal, Row};
use crate::server::Server;

/// P1: a product's listing, and the same bytes sent statically.
pub(crate) fn products(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let requests = fixture.products();
    let ceiling = static_ceiling(bench, fixture, None)?;
    let rounds = bench.in_turn(&requests, &requests.to(ceiling.address()))?;
    let what = "product listing ÷ the same bytes sent statically";
    let what = format!("{what}, {}", fixture.name);
    let row = rounds.require_same_bytes()?.into_row("P1", what);
    Ok(vec![row.with_goal(Goal::AtLeast(0.8))])
}

/// P2: a basket's and a pre-order's listing, and one query with the same bytes.
pub(crate) fn sessions(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let rows = ["basket", "pre-order"].map(|name| {
        let requests = fixture.sessions(&format!("/payments/cards/{name}/"));
        let database = fixture.database()?.to_owned();
        let ceiling = ceiling(bench, fixture, &requests, Some(database), None)?;
        let rounds = bench.in_turn(&requests, &requests.to(ceiling.address()))?;
        let what = "listing ÷ one equal query and the same bytes";
        let what = format!("{name} {what}, {}", fixture.name);
        let row = rounds.require_same_bytes()?.into_row("P2", what);
        Ok(row.with_goal(Goal::AtLeast(0.9)))
    });
    rows.into_iter().collect()
}

/// A product's listing in each encoding, and the plain one.
pub(crate) fn compressed(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let plain = fixture.products();
    let plain_bytes = plain.first()?.body().len();
    let rows = ["gzip", "br", "zstd"].map(|encoding| {
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
