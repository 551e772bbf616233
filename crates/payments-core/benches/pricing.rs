//! The cost of a quote and a listing, in time and allocations: `cargo bench -p payments-core`.
//!
//! Times depend on the machine: compare only times of one run. The numbers of allocations are exact: a listing makes
//! three, of any size.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up fails"
)]

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use payments_core::catalog::{Catalog, CatalogParts};
use payments_core::installment::quote;
use payments_core::listing::{explain, list};
use payments_core::money::Rounding;
use payments_core::what_if::WhatIf;

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/shop.rs"]
mod shop;

#[path = "pricing/store_rules.rs"]
mod store_rules;

#[path = "pricing/drafts.rs"]
mod drafts;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The three amounts of one plan.
#[divan::bench]
fn one_quote(bencher: Bencher<'_, '_>) {
    let (amount, rate, count) = (shop::lira(129_990), shop::rate(37_500), shop::count(3));
    bencher.bench(|| {
        quote(
            black_box(amount),
            black_box(rate),
            black_box(count),
            black_box(Rounding::Up),
        )
    });
}

/// The same with a product that needs 128 bits.
#[divan::bench]
fn one_wide_quote(bencher: Bencher<'_, '_>) {
    let (amount, rate, count) = (shop::lira(1 << 60), shop::rate(37_500), shop::count(3));
    bencher.bench(|| {
        quote(
            black_box(amount),
            black_box(rate),
            black_box(count),
            black_box(Rounding::Up),
        )
    });
}

/// The reference body: 12 cards with 6 plans each, under `rules` rules.
#[divan::bench(args = [0, 10, 100])]
fn listing_12_by_6(bencher: Bencher<'_, '_>, rules: usize) {
    bench_listing(bencher, &catalog(12, 6, rules));
}

/// A hundred times as many plans and more.
#[divan::bench(args = [0, 10, 100])]
fn listing_1000_by_12(bencher: Bencher<'_, '_>, rules: usize) {
    bench_listing(bencher, &catalog(1_000, 12, rules));
}

/// The reference body with reasons: the minimum installment leaves some plans out.
#[divan::bench(args = [0, 10, 100])]
fn explanation_12_by_6(bencher: Bencher<'_, '_>, rules: usize) {
    let catalog = catalog(12, 6, rules);
    let (purchase, moment) = (shop::purchase(20_000), shop::now());
    bencher.bench(|| explain(&catalog, black_box(&purchase), moment, Rounding::Up));
}

/// Building the snapshot, once per write to the catalog.
#[divan::bench(args = [12, 1_000], sample_count = 20)]
fn snapshot_of_100_rules(bencher: Bencher<'_, '_>, cards: usize) {
    let parts = parts(cards, 12, 100);
    bencher
        .with_inputs(|| parts.clone())
        .bench_values(shop::catalog);
}

/// Purchases compared in two catalogs: of the demo store's size, and of a large store's.
#[divan::bench_group]
mod what_if {
    use super::{Bencher, bench_what_if, drafts};

    /// Decided without a listing.
    #[divan::bench(args = [17, 100])]
    fn rule_for_none(bencher: Bencher<'_, '_>, cards: usize) {
        bench_what_if(bencher, cards, drafts::with_a_rule_for_none);
    }

    #[divan::bench(args = [17, 100])]
    fn rule_for_some_cards(bencher: Bencher<'_, '_>, cards: usize) {
        bench_what_if(bencher, cards, drafts::with_a_rule_for_some_cards);
    }

    #[divan::bench(args = [17, 100])]
    fn other_figures(bencher: Bencher<'_, '_>, cards: usize) {
        bench_what_if(bencher, cards, drafts::with_other_figures);
    }

    #[divan::bench(args = [17, 100])]
    fn no_plans(bencher: Bencher<'_, '_>, cards: usize) {
        bench_what_if(bencher, cards, drafts::without_plans);
    }
}

fn bench_what_if(bencher: Bencher<'_, '_>, cards: usize, draft: fn(CatalogParts) -> CatalogParts) {
    let (plans, rules) = if cards == 17 { (6, 23) } else { (12, 200) };
    let in_force = parts(cards, plans, rules);
    let draft = draft(in_force.clone());
    let (in_force, draft) = (shop::catalog(in_force), shop::catalog(draft));
    let what_if = WhatIf::new(&in_force, &draft, shop::now(), Rounding::Up);
    let purchases = drafts::purchases(500);
    bencher
        .counter(ItemsCount::new(purchases.len()))
        .bench(|| drafts::compare(&what_if, black_box(&purchases)).compared());
}

fn bench_listing(bencher: Bencher<'_, '_>, catalog: &Catalog) {
    let (purchase, moment) = (shop::purchase(129_990), shop::now());
    let plans = list(catalog, &purchase, moment, Rounding::Up).plan_count();
    bencher
        .counter(ItemsCount::new(plans))
        .bench(|| list(catalog, black_box(&purchase), moment, Rounding::Up));
}

fn catalog(cards: usize, plans: u8, rules: usize) -> Catalog {
    shop::catalog(parts(cards, plans, rules))
}

fn parts(cards: usize, plans: u8, rules: usize) -> CatalogParts {
    CatalogParts {
        rules: store_rules::rules(rules),
        ..shop::large(cards, plans)
    }
}
