//! What it costs to write a listing as JSON, in time and in allocations: `cargo bench -p payments-http`.
//!
//! Times differ from machine to machine; compare figures of one run only. The counts of allocations are exact.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up fails"
)]

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher, black_box};
use payments_core::language::Language;
use payments_core::listing::list;
use payments_core::money::Rounding;
use payments_http::i18n::Sentences;
use payments_http::listing_json::{Fragments, write};

#[expect(dead_code, reason = "the core's tests use the rest of it")]
#[path = "../../payments-core/tests/it/shop.rs"]
mod shop;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The reference body of 12 cards with 6 plans each, and one of 1,000 with 12: figures between prepared pieces.
#[divan::bench(args = [(12, 6), (1_000, 12)])]
fn written(bencher: Bencher<'_, '_>, (cards, plans): (usize, u8)) {
    let catalog = shop::catalog(shop::large(cards, plans));
    let sentences = Sentences::read().unwrap();
    let fragments = Fragments::of(
        &catalog,
        Language::Tr,
        &sentences,
        "https://pay.example.com",
    );
    let purchase = shop::purchase(129_990);
    let listing = list(&catalog, &purchase, shop::now(), Rounding::Up);
    let body = write(&listing, purchase.amount, &fragments);
    bencher
        .counter(BytesCount::new(body.body.len()))
        .bench(|| write(black_box(&listing), purchase.amount, &fragments));
}

/// Preparing the pieces, once per snapshot and language.
#[divan::bench(args = [(12, 6), (1_000, 12)], sample_count = 20)]
fn pieces_prepared(bencher: Bencher<'_, '_>, (cards, plans): (usize, u8)) {
    let catalog = shop::catalog(shop::large(cards, plans));
    let sentences = Sentences::read().unwrap();
    bencher.bench(|| {
        Fragments::of(
            black_box(&catalog),
            Language::Tr,
            &sentences,
            "https://pay.example.com",
        )
    });
}
