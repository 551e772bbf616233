//! The cases that compare catalogs, counted like those of `payments-counted`. They are a program of their own, because their
//! walk over the catalog, beside that of the listing, would change how the listing is compiled.

#![expect(clippy::unwrap_used, reason = "a case that cannot be set up fails")]

// The shop below is written with it.
use chrono as _;

use std::hint::black_box;
use std::process::ExitCode;

use payments_core::catalog::CatalogParts;
use payments_core::money::Rounding;
use payments_core::what_if::WhatIf;

use measured::count;

mod measured;

#[expect(dead_code, reason = "the core's tests use the rest of it")]
#[path = "../../payments-core/tests/it/shop.rs"]
mod shop;

#[path = "../../payments-core/benches/pricing/store_rules.rs"]
mod store_rules;

#[expect(dead_code, reason = "the core's benchmarks use the rest of it")]
#[path = "../../payments-core/benches/pricing/drafts.rs"]
mod drafts;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().unwrap_or_default();
    let times = arguments.next().map_or(1, |times| times.parse().unwrap());
    match &*case {
        "what-if-17x6-rules-23" => what_if(17, 6, 23, times),
        "what-if-100x12-rules-200" => what_if(100, 12, 200, times),
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

/// Compares 100 purchases in two catalogs with different figures for every plan.
fn what_if(cards: usize, plans: u8, rules: usize, times: usize) {
    let in_force = CatalogParts {
        rules: store_rules::rules(rules),
        ..shop::large(cards, plans)
    };
    let draft = drafts::with_other_figures(in_force.clone());
    let (in_force, draft) = (shop::catalog(in_force), shop::catalog(draft));
    let what_if = WhatIf::new(&in_force, &draft, shop::now(), Rounding::Up);
    let purchases = drafts::purchases(100);
    count(times, || drafts::compare(&what_if, black_box(&purchases)));
}
