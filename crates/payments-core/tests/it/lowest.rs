//! The lowest plan of a listing.

use payments_core::catalog::CatalogParts;
use payments_core::listing::{list, lowest};
use payments_core::money::Rounding;
use proptest::prelude::*;

use crate::shop::{catalog, now, parts, purchase, rate};
use crate::strategies::{any_purchase, any_rules, any_store};

/// The position of a card in the listing, the installment count, the single installment and the total.
type Figures = (usize, u8, i64, i64);

/// The lowest plan of a purchase, found by comparing every plan with every other.
fn slowly(figures: &[Figures]) -> Option<Figures> {
    let is_before = |one: &Figures, other: &Figures| {
        (one.2, one.3, one.0, one.1) <= (other.2, other.3, other.0, other.1)
    };
    let mut best = figures
        .iter()
        .filter(|one| figures.iter().all(|other| is_before(one, other)));
    best.next().copied()
}

/// The cards and counts of a catalog's lowest plan for an amount.
fn lowest_of(parts: CatalogParts, minor: i64) -> Option<(String, u8)> {
    let catalog = catalog(parts);
    let listing = list(&catalog, &purchase(minor), now(), Rounding::Up);
    let found = lowest(&listing)?;
    let count = found.plan.plan.installment_count.get();
    Some((found.card.card.slug.to_string(), count))
}

#[test]
fn the_smallest_single_installment_is_the_lowest_plan() {
    let mut parts = parts();
    assert_eq!(
        lowest_of(parts.clone(), 194_900),
        Some(("bonus-card".to_owned(), 12))
    );
    // Twelve installments of the second card cost less than those of the first.
    parts.cards[1].installments[5].interest_rate = rate(0);
    assert_eq!(
        lowest_of(parts, 194_900),
        Some(("axess-card".to_owned(), 12))
    );
}

#[test]
fn of_equal_installments_the_plan_with_the_lower_total_is_the_lowest() {
    let mut parts = parts();
    // 12 payments of 0.01 each, whatever the total; the second card's total is lower.
    for card in &mut parts.cards {
        card.installments.drain(..5);
    }
    parts.cards[0].installments[0].interest_rate = rate(1_000_000);
    parts.cards[1].installments[0].interest_rate = rate(0);
    assert_eq!(lowest_of(parts, 6), Some(("axess-card".to_owned(), 12)));
}

#[test]
fn of_equal_plans_that_of_the_first_card_is_the_lowest() {
    let mut parts = parts();
    parts.cards[1].sort_order = 0;
    assert_eq!(
        lowest_of(parts, 194_900),
        Some(("axess-card".to_owned(), 12))
    );
}

#[test]
fn an_empty_listing_has_no_lowest_plan() {
    assert_eq!(lowest_of(parts(), 0), None);
}

proptest! {
    #[test]
    fn the_lowest_plan_is_the_one_found_by_comparing_all(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
    ) {
        store.rules = rules;
        let catalog = catalog(store);
        let listing = list(&catalog, &purchase, moment, Rounding::Up);
        let mut figures = Vec::new();
        for (position, card) in listing.offers().enumerate() {
            figures.extend(card.plans.iter().map(|offer| (
                position,
                offer.plan.installment_count.get(),
                offer.quote.single_installment_amount().minor,
                offer.quote.total_amount().minor,
            )));
        }
        let found = lowest(&listing).map(|found| (
            listing.offers().position(|card| card.card_position == found.card.card_position).unwrap(),
            found.plan.plan.installment_count.get(),
            found.plan.quote.single_installment_amount().minor,
            found.plan.quote.total_amount().minor,
        ));
        prop_assert_eq!(found, slowly(&figures));
    }
}
