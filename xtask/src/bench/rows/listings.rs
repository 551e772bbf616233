//! P1 and P2: listings compared with what the same server can do at best; and other forms of a product's listing.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use payments_bench::http;

use crate::bench::Bench;
use crate::bench::compare::Side;
use crate::bench::fixture::{Fixture, PRODUCT};
use crate::bench::load::Requests;
use crate::bench::row::{Goal, Row};
use crate::bench::store::SESSION_PREFIX;
use crate::server::Server;

/// P1: a product's listing, and the same bytes sent statically.
pub(crate) fn products(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let ceiling = static_ceiling(fixture, Command::new(&bench.beside))?;
    let requests = fixture.products();
    let rounds = bench.in_turn(
        &Side {
            address: fixture.service.address(),
            requests: &requests,
        },
        &Side {
            address: ceiling.address(),
            requests: &requests,
        },
    )?;
    let what = format!(
        "product listing ÷ the same bytes sent statically, {}",
        fixture.name
    );
    let row = rounds.require_same_bytes()?.into_row("P1", what);
    Ok(vec![row.with_goal(Goal::AtLeast(0.8)).printed()])
}

/// P2: a basket's and a pre-order's listing, and one query with the same bytes.
pub(crate) fn sessions(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let cookie = format!("Cookie: osessionid={SESSION_PREFIX}1");
    let rows = ["basket", "pre-order"].map(|name| {
        let path = format!("/payments/cards/{name}/");
        let mut command = Command::new(&bench.beside);
        command.args(["ceiling", "--database", fixture.database()?]);
        let ceiling = ceiling(fixture, command, &path, &[&cookie])?;
        let requests = fixture.sessions(&path);
        let rounds = bench.in_turn(
            &Side {
                address: fixture.service.address(),
                requests: &requests,
            },
            &Side {
                address: ceiling.address(),
                requests: &requests,
            },
        )?;
        let what = format!(
            "{name} listing ÷ one equal query and the same bytes, {}",
            fixture.name
        );
        let row = rounds.require_same_bytes()?.into_row("P2", what);
        Ok(row.with_goal(Goal::AtLeast(0.9)).printed())
    });
    rows.into_iter().collect()
}

/// A product's listing in each encoding, and the plain one.
pub(crate) fn compressed(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let bytes = |headers: &[&str]| {
        let response = http::get(fixture.service.address(), PRODUCT, headers)?;
        Ok::<_, anyhow::Error>((
            response.body().len(),
            response.header("Content-Encoding").is_some(),
        ))
    };
    let plain = fixture.products();
    let rows = ["gzip", "br", "zstd"].map(|encoding| {
        let header = format!("Accept-Encoding: {encoding}");
        let ((packed_bytes, is_packed), (plain_bytes, _)) = (bytes(&[&header])?, bytes(&[])?);
        anyhow::ensure!(is_packed, "{encoding} is not offered");
        let packed = Requests {
            headers: vec![header],
            ..plain.clone()
        };
        let row = same_service(bench, fixture, &packed, &plain, "compressed", encoding)?;
        Ok(row
            .with_note(&format!("{packed_bytes} bytes of {plain_bytes}"))
            .printed())
    });
    rows.into_iter().collect()
}

/// A product's listing that the client has already, and the whole one.
pub(crate) fn conditional(bench: &Bench, fixture: &Fixture) -> Result<Vec<Row>> {
    let response = http::get(fixture.service.address(), PRODUCT, &[])?;
    let tag = response.header("ETag").context("the listing has no ETag")?;
    let keys = fixture.folder().join("one.txt");
    fs::write(&keys, "1\n")?;
    let whole = Requests {
        keys,
        ..fixture.products()
    };
    let headers = vec![format!("If-None-Match: {tag}")];
    let unchanged = Requests {
        headers,
        status: 304,
        ..whole.clone()
    };
    let row = same_service(
        bench,
        fixture,
        &unchanged,
        &whole,
        "conditional",
        "unchanged (304)",
    )?;
    Ok(vec![row.with_note("one product").printed()])
}

fn same_service(
    bench: &Bench,
    fixture: &Fixture,
    ours: &Requests,
    theirs: &Requests,
    id: &'static str,
    form: &str,
) -> Result<Row> {
    let address = fixture.service.address();
    let side = |requests| Side { address, requests };
    let rounds = bench.in_turn(&side(ours), &side(theirs))?;
    Ok(rounds.into_row(id, format!("product listing, {form} ÷ plain")))
}

/// A product's listing as the service sends it, served by the bench's program.
pub(super) fn static_ceiling(fixture: &Fixture, mut bench: Command) -> Result<Server> {
    bench.arg("ceiling");
    ceiling(fixture, bench, PRODUCT, &[])
}

fn ceiling(
    fixture: &Fixture,
    mut command: Command,
    path: &str,
    headers: &[&str],
) -> Result<Server> {
    command.args([
        "--service",
        &fixture.service.address().to_string(),
        "--path",
        path,
    ]);
    for header in headers {
        command.args(["--header", header]);
    }
    let log = fixture.folder().join("ceiling.log");
    let mut ceiling = Server::start(&log, |address| {
        command.args(["--port", &address.port().to_string()]);
        command
    })?;
    ceiling.wait_for(path, headers, |response| response.status() == 200)?;
    Ok(ceiling)
}
