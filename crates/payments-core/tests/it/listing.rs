//! The listing: filters, order, amounts.

use payments_core::catalog::{Catalog, CatalogParts, PaymentType};
use payments_core::listing::{Listing, list};
use payments_core::money::Rounding;
use payments_core::purchase::Purchase;
use proptest::prelude::*;
use serde_json::json;

use crate::oracle::{self, lines};
use crate::shop::{COUNTS, catalog, large, lira, now, parts, payment_option, purchase, rule};
use crate::strategies::{any_purchase, any_rules, any_store};

fn listed<'c>(catalog: &'c Catalog, purchase: &Purchase) -> Listing<'c> {
    list(catalog, purchase, now(), Rounding::Up)
}

fn cards(parts: CatalogParts) -> Vec<String> {
    let catalog = catalog(parts);
    let listing = listed(&catalog, &purchase(100_000));
    listing
        .offers()
        .map(|offer| offer.card.slug.to_string())
        .collect()
}

#[test]
fn every_active_card_is_listed_with_its_plans_by_count() {
    let catalog = catalog(parts());
    let listing = listed(&catalog, &purchase(1_949));
    assert_eq!((listing.len(), listing.plan_count()), (3, 18));
    let first = listing.offers().next().unwrap();
    assert_eq!(first.card.slug.as_str(), "bonus-card");
    assert_eq!(first.bank.slug.as_str(), "garanti");
    assert_eq!(first.card_type.slug.as_str(), "bonus");
    assert_eq!(first.payment_option.slug.as_str(), "credit-card");
    let counts: Vec<u8> = first
        .plans
        .iter()
        .map(|offer| offer.plan.installment_count.get())
        .collect();
    assert_eq!(counts, COUNTS);
    assert_eq!(first.plans[0].quote.total_amount(), lira(1_949));
    assert_eq!(first.plans[2].quote.total_amount(), lira(2_008));
    assert_eq!(first.plans[2].quote.single_installment_amount(), lira(670));
}

#[test]
fn positions_lead_back_to_the_snapshot() {
    let catalog = catalog(large(40, 7));
    let listing = listed(&catalog, &purchase(1_949));
    for offer in listing.offers() {
        assert!(std::ptr::eq(
            &raw const catalog.cards()[offer.card_position],
            offer.card
        ));
        for plan in offer.plans {
            assert!(std::ptr::eq(
                &raw const offer.card.installments[plan.plan_position],
                plan.plan
            ));
        }
    }
}

#[test]
fn an_empty_basket_and_a_zero_amount_list_nothing() {
    let catalog = catalog(parts());
    let mut empty = purchase(1_949);
    empty.items.clear();
    assert!(listed(&catalog, &empty).is_empty());
    for minor in [0, -1, i64::MIN] {
        assert!(listed(&catalog, &purchase(minor)).is_empty());
    }
    assert!(!listed(&catalog, &purchase(1)).is_empty());
}

#[test]
fn cards_are_ordered_by_sort_order_and_then_by_key() {
    let mut parts = parts();
    parts.cards[0].sort_order = 7;
    parts.cards[2].sort_order = 2;
    parts.cards.reverse();
    assert_eq!(cards(parts), ["axess-card", "garanti-debit", "bonus-card"]);
}

#[test]
fn plans_are_ordered_by_count() {
    let mut parts = parts();
    parts.cards[0].installments.reverse();
    let catalog = catalog(parts);
    let listing = listed(&catalog, &purchase(1_949));
    let first = listing.offers().next().unwrap();
    assert!(
        first
            .plans
            .is_sorted_by_key(|offer| offer.plan.installment_count)
    );
}

#[test]
fn inactive_cards_plans_points_of_sale_and_options_are_not_listed() {
    let mut without_card = parts();
    without_card.cards[0].is_active = false;
    assert_eq!(cards(without_card), ["axess-card", "garanti-debit"]);

    let mut without_plans = parts();
    for plan in &mut without_plans.cards[1].installments {
        plan.is_active = false;
    }
    assert_eq!(cards(without_plans), ["bonus-card", "garanti-debit"]);

    let mut without_pos = parts();
    without_pos.pos[0].is_active = false;
    assert!(cards(without_pos).is_empty());

    let mut without_option = parts();
    without_option.payment_options[0].is_active = false;
    assert!(cards(without_option).is_empty());

    let mut other_option = parts();
    other_option.payment_options[0].payment_type = PaymentType::Masterpass;
    assert!(cards(other_option).is_empty());
}

#[test]
fn a_card_two_options_could_offer_is_listed_once_under_the_first_that_accepts_it() {
    let second = payment_option(2, "credit-card-2", PaymentType::CreditCard, 1);
    let mut two = parts();
    two.payment_options.push(second);
    assert_eq!(
        cards(two.clone()),
        ["bonus-card", "axess-card", "garanti-debit"]
    );
    two.rules.push(rule(
        "first-option-not-for-bonus",
        &json!({"payment_option": ["credit-card"], "card": ["bonus-card"]}),
        &json!({"exclude": true}),
    ));
    let catalog = catalog(two);
    let listing = listed(&catalog, &purchase(1_949));
    let options: Vec<&str> = listing
        .offers()
        .map(|offer| offer.payment_option.slug.as_str())
        .collect();
    assert_eq!(options, ["credit-card-2", "credit-card", "credit-card"]);
}

#[test]
fn an_excluded_payment_option_changes_no_rule_among_many() {
    let mut store = parts();
    let second = payment_option(2, "credit-card-2", PaymentType::CreditCard, 1);
    store.payment_options.push(second);
    let when = json!({"payment_option": ["credit-card"]});
    store.rules = vec![rule("r00", &when, &json!({"exclude": true}))];
    let never = json!({"amount": {"min": "1000000"}});
    let excluding = |number| rule(&format!("r{number:02}"), &never, &json!({"exclude": true}));
    store.rules.extend((1..100).map(excluding));
    assert_eq!(cards(store), ["bonus-card", "axess-card", "garanti-debit"]);
}

#[test]
fn a_plan_whose_total_does_not_fit_is_left_out_and_the_others_stay() {
    let all = catalog(parts());
    let listing = listed(&all, &purchase(i64::MAX));
    let lines = lines(&listing);
    let of_bonus: Vec<(u8, i64)> = lines
        .iter()
        .filter(|line| line.0 == "bonus-card")
        .map(|line| (line.2, line.4))
        .collect();
    assert_eq!(of_bonus, [(1, i64::MAX)]);
    assert_eq!(listing.len(), listed(&all, &purchase(1_949)).len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_listing_equals_the_oracle(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
    ) {
        store.rules = rules;
        let expected = oracle::listing(&store, &purchase, moment);
        let catalog = catalog(store);
        let listing = list(&catalog, &purchase, moment, Rounding::Up);
        prop_assert_eq!(lines(&listing), expected);
    }

    #[test]
    fn rules_are_a_set_whose_order_does_not_matter(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
    ) {
        store.rules = rules;
        let in_order = catalog(store.clone());
        store.rules.reverse();
        // Slugs decide the internal order, so they are shuffled too.
        let slugs: Vec<_> = store.rules.iter().rev().map(|rule| rule.slug.clone()).collect();
        for (rule, slug) in store.rules.iter_mut().zip(slugs) {
            rule.slug = slug;
        }
        let reversed = catalog(store);
        prop_assert_eq!(
            lines(&list(&in_order, &purchase, moment, Rounding::Up)),
            lines(&list(&reversed, &purchase, moment, Rounding::Up))
        );
    }

    #[test]
    fn a_cap_or_minimum_never_removes_a_single_payment(
        mut store in any_store(),
        (purchase, moment) in any_purchase(),
        cap in 1_u8..=12,
        minimum in 0_u32..10_000,
    ) {
        let before = catalog(store.clone());
        let then = json!({"cap_installments": cap, "minimum_installment_amount": minimum});
        store.rules.push(rule("limits", &json!({}), &then));
        let after = catalog(store);
        let singles = |catalog: &Catalog| {
            let listing = list(catalog, &purchase, moment, Rounding::Up);
            lines(&listing).into_iter().filter(|line| line.2 == 1).collect::<Vec<_>>()
        };
        prop_assert_eq!(singles(&before), singles(&after));
    }
}
