//! The cases whose instructions are counted: `valgrind --tool=callgrind --toggle-collect='*measured*' payments-counted CASE [TIMES]`.
//!
//! Times differ from machine to machine and from minute to minute, counts barely do. `cargo xtask check` holds them against
//! `xtask/instructions.json`.

#![expect(clippy::unwrap_used, reason = "a case that cannot be set up fails")]

// The shop below is written with it.
use chrono as _;

use std::hint::black_box;
use std::process::ExitCode;

use payments_core::catalog::{Bin, Catalog, CatalogParts, LeadingDigits};
use payments_core::installment::quote;
use payments_core::language::Language;
use payments_core::listing::list;
use payments_core::money::Rounding;

use i18n::Sentences;
use json::{Fragments, write};
use measured::count;

mod measured;

#[expect(dead_code, reason = "the core's tests use the rest of it")]
#[path = "../../payments-core/tests/it/shop.rs"]
mod shop;

#[path = "../../payments-core/benches/pricing/store_rules.rs"]
mod store_rules;

/// The service's own writer of listings, without the service around it: that takes minutes to build.
#[expect(dead_code, unreachable_pub, reason = "the service uses the rest of it")]
#[path = "../../payments-http/src/listing_json.rs"]
mod json;

/// Replaces the service's language files, which are not read while a listing is written.
mod i18n {
    use payments_core::catalog::InstallmentCount;
    use payments_core::language::Language;

    pub(crate) struct Sentences;

    impl Sentences {
        #[expect(clippy::unused_self, reason = "the service's sentences are values")]
        pub(crate) fn installment_label(&self, _: Language, count: InstallmentCount) -> String {
            format!("{} Taksit", count.get())
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().unwrap_or_default();
    let times = arguments.next().map_or(1, |times| times.parse().unwrap());
    match &*case {
        "quote" => one_quote(times),
        "listing-12x6-rules-0" => listing(12, 6, 0, times),
        "listing-12x6-rules-10" => listing(12, 6, 10, times),
        "listing-12x6-rules-100" => listing(12, 6, 100, times),
        "writing-12x6" => writing(12, 6, times),
        "listing-and-writing-10x12" => listing_and_writing(10, 12, times),
        "listing-and-writing-1000x12" => listing_and_writing(1_000, 12, times),
        "recognition-of-20000-bins" => recognition(20_000, times),
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

fn one_quote(times: usize) {
    let (amount, rate, installments) = (shop::lira(129_990), shop::rate(37_500), shop::count(3));
    count(times, || {
        quote(
            black_box(amount),
            black_box(rate),
            black_box(installments),
            black_box(Rounding::Up),
        )
    });
}

fn catalog(cards: usize, plans: u8, rules: usize) -> Catalog {
    shop::catalog(CatalogParts {
        rules: store_rules::rules(rules),
        ..shop::large(cards, plans)
    })
}

fn listing(cards: usize, plans: u8, rules: usize, times: usize) {
    let catalog = catalog(cards, plans, rules);
    let purchase = shop::purchase(129_990);
    let moment = shop::now();
    count(times, || {
        list(&catalog, black_box(&purchase), moment, Rounding::Up)
    });
}

/// Finds a card that has `bins` BINs by the first digits of a number.
fn recognition(bins: u32, times: usize) {
    let mut parts = shop::large(12, 6);
    // Every second BIN: adjacent ones could be joined.
    let bin = |number: u32| Bin::parse(&(40_000_000 + 2 * number).to_string()).unwrap();
    parts.cards[0].bins = (0..bins).map(bin).collect();
    let catalog = shop::catalog(parts);
    let digits = LeadingDigits::parse(&(40_000_000 + bins).to_string()).unwrap();
    count(times, || catalog.select_by_digits(black_box(digits)));
}

fn fragments(catalog: &Catalog) -> Fragments {
    Fragments::of(catalog, Language::Tr, &Sentences, "https://pay.example.com")
}

fn writing(cards: usize, plans: u8, times: usize) {
    let catalog = catalog(cards, plans, 0);
    let fragments = fragments(&catalog);
    let purchase = shop::purchase(129_990);
    let listing = list(&catalog, &purchase, shop::now(), Rounding::Up);
    count(times, || {
        write(black_box(&listing), purchase.amount, &fragments)
    });
}

fn listing_and_writing(cards: usize, plans: u8, times: usize) {
    let catalog = catalog(cards, plans, 0);
    let fragments = fragments(&catalog);
    let purchase = shop::purchase(129_990);
    let moment = shop::now();
    count(times, || {
        let listing = list(&catalog, black_box(&purchase), moment, Rounding::Up);
        write(&listing, purchase.amount, &fragments)
    });
}
