//! The catalog snapshot: what is refused, and what is found.

use std::time::{Duration, Instant};

use payments_core::catalog::{Catalog, CatalogParts, CatalogVersion, PaymentOption};
use payments_core::id::{CardId, PaymentOptionId, PlanId, PosId};
use payments_core::json::Violations;
use payments_core::rules::{Condition, Effect};
use payments_core::slug::Slug;
use serde_json::json;

use crate::shop::{bank, bins, card, catalog, count, parts, pos, rule};

fn mistakes(parts: CatalogParts) -> Vec<String> {
    let mistakes = Catalog::build(CatalogVersion(1), parts).unwrap_err();
    mistakes.iter().map(ToString::to_string).collect()
}

fn card_id(pk: i64) -> CardId {
    CardId::new(pk).unwrap()
}

#[test]
fn all_dangling_references_are_reported() {
    let mut parts = parts();
    let stray = card(9, "stray", 77, 88, 99);
    parts.cards.push(stray);
    parts.payment_options[0].pos = PosId::new(66).unwrap();
    assert_eq!(
        mistakes(parts),
        [
            "/payment_options/0/pos: there is no such object in pos",
            "/cards/3/bank: there is no such object in banks",
            "/cards/3/card_type: there is no such object in card_types",
            "/cards/3/pos: there is no such object in pos",
        ]
    );
}

#[test]
fn both_sides_of_a_collision_are_reported() {
    let mut parts = parts();
    parts.banks.push(bank(3, "garanti"));
    parts.cards[1].pk = card_id(1);
    assert_eq!(
        mistakes(parts),
        [
            "/banks/0/slug: garanti belongs to bank 3",
            "/banks/2/slug: garanti belongs to bank 1",
            "/cards/0/pk: this is taken",
            "/cards/0/pk: this is taken",
        ]
    );
}

#[test]
fn a_count_is_unique_within_a_card_and_a_plan_key_over_all_cards() {
    let mut parts = parts();
    parts.cards[0].installments[1].installment_count = count(3);
    parts.cards[1].installments[0].pk = parts.cards[0].installments[0].pk;
    let plan = parts.cards[0].installments[0].pk;
    let same = "another plan of this card has the same number of installments";
    assert_eq!(
        mistakes(parts),
        [
            format!("/cards/0/installments/0/pk: {plan} belongs to card 2 (axess-card)"),
            format!("/cards/1/installments/0/pk: {plan} belongs to card 1 (bonus-card)"),
            format!("/cards/0/installments/1/installment_count: {same}"),
            format!("/cards/0/installments/2/installment_count: {same}"),
        ]
    );
}

#[test]
fn rules_have_unique_slugs() {
    let mut parts = parts();
    parts.rules = vec![
        rule("twice", &json!({}), &json!({})),
        rule("twice", &json!({}), &json!({})),
    ];
    assert_eq!(mistakes(parts)[0], "/rules/0/slug: this is taken");
}

#[test]
fn a_bin_belongs_to_one_card_active_or_not() {
    let mut parts = parts();
    parts.cards[0].bins = bins(&["554960"]);
    parts.cards[1].bins = bins(&["554960", "5549"]);
    let both = [
        "/cards/0/bins/0: 554960 belongs to card 2 (axess-card)",
        "/cards/1/bins/0: 554960 belongs to card 1 (bonus-card)",
    ];
    assert_eq!(mistakes(parts.clone()), both);
    parts.cards[1].is_active = false;
    assert_eq!(
        mistakes(parts.clone()),
        both,
        "a retired card keeps its BINs from its successor"
    );
    parts.cards[1].bins = bins(&["5549"]);
    catalog(parts);
}

#[test]
fn a_bin_that_a_card_has_twice_is_reported_once() {
    let mut parts = parts();
    parts.cards[1].bins = bins(&["554960", "5549", "554960"]);
    for is_active in [true, false] {
        parts.cards[1].is_active = is_active;
        assert_eq!(
            mistakes(parts.clone()),
            ["/cards/1/bins/2: this list has 554960 twice"]
        );
    }
}

#[test]
fn a_collision_repeats_nothing_that_could_be_a_card_number() {
    let number = 5_528_790_000_000_008;
    let mut parts = parts();
    parts.cards[0].pk = card_id(number);
    parts.cards[0].slug = Slug::parse(&number.to_string()).unwrap();
    parts.cards[0].bins = bins(&["55287900000"]);
    parts.cards[0].installments[0].pk = PlanId::new(number).unwrap();
    parts.cards[1].slug = parts.cards[0].slug.clone();
    parts.cards[1].bins = parts.cards[0].bins.clone();
    parts.cards[1].installments[0].pk = parts.cards[0].installments[0].pk;
    assert_eq!(
        mistakes(parts),
        [
            "/cards/0/slug: this slug belongs to card 2",
            "/cards/1/slug: this slug belongs to card ?",
            "/cards/0/installments/0/pk: this key belongs to card 2 (?)",
            "/cards/1/installments/0/pk: this key belongs to card ? (?)",
            "/cards/0/bins/0: this BIN belongs to card 2 (?)",
            "/cards/1/bins/0: this BIN belongs to card ? (?)",
        ]
    );
}

/// Takes less than a second of processor time if it is linear; many minutes if every element is compared with every other.
#[track_caller]
fn is_checked_quickly(parts: CatalogParts) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the time it takes is what is tested"
    )]
    let begun = Instant::now();
    assert_eq!(mistakes(parts).len(), Violations::MAX_REPORTED + 1);
    let took = begun.elapsed();
    assert!(took < Duration::from_mins(1), "{took:?}");
}

#[test]
fn the_time_to_check_a_catalog_is_linear_in_its_size() {
    let mut taken = parts();
    let every_bin: Vec<String> = (0..60_000).map(|bin| format!("{bin:06}")).collect();
    let every_bin: Vec<&str> = every_bin.iter().map(String::as_str).collect();
    taken.cards[0].bins = bins(&every_bin);
    taken.cards[1].bins = bins(&every_bin);
    is_checked_quickly(taken);

    let mut stray = parts();
    stray.pos.push(pos(2, "sandbox"));
    let option = stray.payment_options.remove(0);
    let numbers = 1..=40_000;
    stray.cards = numbers
        .clone()
        .map(|pk| card(pk, &format!("card-{pk}"), 77, 1, 1))
        .collect();
    let options = numbers.map(|pk| PaymentOption {
        pk: PaymentOptionId::new(pk).unwrap(),
        slug: Slug::parse(&format!("option-{pk}")).unwrap(),
        pos: PosId::new(2).unwrap(),
        ..option.clone()
    });
    stray.payment_options = options.collect();
    is_checked_quickly(stray);
}

#[test]
fn the_longest_bin_of_an_active_card_decides_the_point_of_sale() {
    let mut parts = parts();
    for pk in [2, 3, 4] {
        parts.pos.push(pos(pk, "sandbox"));
    }
    let mut add = |pk: i64, bin: &str| {
        let mut card = card(pk, &format!("card-{pk}"), 1, 1, pk - 8);
        card.bins = bins(&[bin]);
        parts.cards.push(card);
    };
    add(10, "5549");
    add(11, "55496012");
    add(12, "554960123");
    parts.cards.last_mut().unwrap().is_active = false;
    let found = |parts: &CatalogParts, digits: &str| {
        let catalog = catalog(parts.clone());
        let pos = catalog
            .pos_for_pan_digits(digits.as_bytes())
            .map(|pos| pos.pk.get());
        (
            catalog
                .card_for_digits(digits.as_bytes())
                .map(|card| card.pk.get()),
            pos,
        )
    };
    assert_eq!(found(&parts, "5549601234567890"), (Some(11), Some(3)));
    assert_eq!(found(&parts, "5549601334567890"), (Some(10), Some(2)));
    assert_eq!(found(&parts, "4111111111111111"), (None, Some(1)));
    assert_eq!(found(&parts, "55"), (None, Some(1)));
    // An inactive point of sale charges nothing: the next longest BIN applies.
    parts.pos[2].is_active = false;
    assert_eq!(found(&parts, "5549601234567890"), (Some(10), Some(2)));
    parts.payment_options[0].is_active = false;
    assert_eq!(found(&parts, "4111111111111111"), (None, None));
}

#[test]
fn keys_find_their_objects() {
    let mut parts = parts();
    parts.cards.reverse();
    parts.cards[0].sort_order = -5;
    let catalog = catalog(parts);
    for card in catalog.cards() {
        assert_eq!(catalog.card(card.pk), Some(card));
        assert_eq!(catalog.bank(card.bank).map(|bank| bank.pk), Some(card.bank));
        assert_eq!(
            catalog.card_type(card.card_type).map(|one| one.pk),
            Some(card.card_type)
        );
        assert_eq!(catalog.pos(card.pos).map(|pos| pos.pk), Some(card.pos));
    }
    let option = &catalog.payment_options()[0];
    assert_eq!(catalog.payment_option(option.pk), Some(option));
    assert_eq!(catalog.card(card_id(99)), None);
    assert_eq!(catalog.version(), CatalogVersion(1));
}

#[test]
fn rules_are_kept_as_they_were_written() {
    let mut parts = parts();
    parts.rules.push(rule(
        "b",
        &json!({"bank": ["garanti"]}),
        &json!({"exclude": true}),
    ));
    parts.rules.push(rule("a", &json!({}), &json!({})));
    let expected = parts.rules.clone();
    let catalog = catalog(parts);
    let rules: Vec<_> = catalog.rules().cloned().collect();
    assert_eq!(rules, [expected[1].clone(), expected[0].clone()]);
    assert_eq!(
        (&rules[0].when, rules[0].then),
        (&Condition::default(), Effect::default())
    );
}
