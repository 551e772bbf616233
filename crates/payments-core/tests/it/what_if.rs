//! What would change: each kind of change, by example and against a naive comparison.

use payments_core::catalog::{Catalog, CatalogParts, CatalogVersion, Policy};
use payments_core::import::Document;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::purchase::{Context, Purchase, PurchaseKey};
use payments_core::rules::Rule;
use payments_core::what_if::{ChangedPurchases, Comparison, Report, WhatIf};
use serde_json::json;

use crate::cells::rows;
use crate::shop::{card, catalog, item, now, parts, purchase, rate, rule, slug};

mod naive;
mod other_rules;
mod properties;

/// The key of the basket `pk`.
fn key(pk: i64) -> PurchaseKey {
    PurchaseKey::new(Context::Basket, pk).unwrap()
}

/// Compares two catalogs for baskets with the keys 1, 2, …
fn compare(
    in_force: CatalogParts,
    draft: CatalogParts,
    purchases: &[Purchase],
    check: impl FnOnce(Report<'_>),
) {
    let (in_force, draft) = (catalog(in_force), catalog(draft));
    let what_if = WhatIf::new(&in_force, &draft, now(), Rounding::Up);
    let mut comparison = Comparison::new(&what_if);
    for (purchase, pk) in purchases.iter().zip(1..) {
        comparison.add(key(pk), purchase);
    }
    check(comparison.report(50));
}

fn ruled(rules: &[Rule]) -> CatalogParts {
    CatalogParts {
        rules: rules.to_vec(),
        ..parts()
    }
}

fn cap(name: &str, installments: u8) -> Rule {
    let then = json!({"cap_installments": installments});
    rule(name, &json!({"card": ["bonus-card"]}), &then)
}

/// The purchases that gain, lose, gain and lose, and change figures.
fn counts(report: &Report<'_>) -> [u64; 4] {
    [
        &report.gains,
        &report.loses,
        &report.gains_and_loses,
        &report.figures,
    ]
    .map(|one| one.purchases)
}

fn keys(changed: &ChangedPurchases<'_>) -> Vec<i64> {
    changed.examples.iter().map(|one| one.key.pk()).collect()
}

#[test]
fn a_higher_cap_gains_plans_and_the_example_has_both_matrices() {
    let baskets = [purchase(10_000)];
    compare(
        ruled(&[cap("a", 6)]),
        ruled(&[cap("a", 9)]),
        &baskets,
        |report| {
            assert_eq!((report.compared, report.unchanged), (1, 0));
            assert_eq!(counts(&report), [1, 0, 0, 0]);
            let example = &report.gains.examples[0];
            assert_eq!(example.key, key(1));
            assert_eq!(example.amount, purchase(10_000).amount);
            assert_eq!((example.gained, example.lost, example.refigured), (1, 0, 0));
            // The cards that do not change are not shown.
            assert_eq!(example.card_count, 1);
            assert_eq!(
                rows(&example.in_force),
                [["bonus-card", "100.00", "51.00", "34.34", "17.67", "a", "a"]]
            );
            assert_eq!(
                rows(&example.draft),
                [[
                    "bonus-card",
                    "100.00",
                    "51.00",
                    "34.34",
                    "17.67",
                    "12.12",
                    "a"
                ]]
            );
        },
    );
}

#[test]
fn a_new_exclusion_loses_plans_and_may_leave_none() {
    let exclusion = |minor: &str| {
        let when = json!({"amount": {"min": minor}});
        rule("high", &when, &json!({"exclude": true}))
    };
    let baskets = [5_000, 10_000, 20_000].map(purchase);
    compare(ruled(&[]), ruled(&[exclusion("100")]), &baskets, |report| {
        assert_eq!((report.compared, report.unchanged), (3, 1));
        assert_eq!(counts(&report), [0, 2, 0, 0]);
        assert_eq!((report.left_without_plans, report.first_plans), (2, 0));
        assert_eq!((report.lowest.gone, report.lowest.same), (2, 1));
        assert_eq!(keys(&report.loses), [2, 3]);
        assert_eq!(report.loses.examples[0].lost, 18);
        assert_eq!(report.loses.examples[0].lowest_in_draft, None);
    });
    compare(ruled(&[exclusion("100")]), ruled(&[]), &baskets, |report| {
        assert_eq!(counts(&report), [2, 0, 0, 0]);
        assert_eq!((report.left_without_plans, report.first_plans), (0, 2));
        assert_eq!((report.lowest.new, report.lowest.same), (2, 1));
    });
}

#[test]
fn a_purchase_can_gain_plans_and_lose_others() {
    let exclude =
        |name: &str, bank: &str| rule(name, &json!({"bank": [bank]}), &json!({"exclude": true}));
    let (in_force, draft) = (exclude("a", "akbank"), exclude("b", "garanti"));
    let baskets = [purchase(10_000)];
    compare(ruled(&[in_force]), ruled(&[draft]), &baskets, |report| {
        assert_eq!(counts(&report), [0, 0, 1, 0]);
        let example = &report.gains_and_loses.examples[0];
        assert_eq!((example.gained, example.lost), (6, 12));
        assert_eq!((report.left_without_plans, report.first_plans), (0, 0));
    });
}

#[test]
fn another_rate_changes_figures_and_moves_the_lowest_installment() {
    let mut draft = parts();
    for card in &mut draft.cards {
        card.installments[5].interest_rate = rate(0);
    }
    // 12 installments at 12 %: 9.34, 1.12 and 0.01.
    let baskets = [10_000, 1_200, 1].map(purchase);
    compare(parts(), draft, &baskets, |report| {
        assert_eq!(counts(&report), [0, 0, 0, 3]);
        assert_eq!((report.lowest.lower(), report.lowest.higher()), (2, 0));
        assert_eq!(report.lowest.same, 1);
        let currencies: Vec<_> = report.lowest.by_currency().collect();
        let [(Currency::TRY, moves)] = currencies[..] else {
            panic!("{currencies:?}")
        };
        assert_eq!(moves.lower.count, 2);
        // To 8.34 and 1.00.
        assert_eq!(moves.lower.sum().to_plain_string(), "1.12");
        assert_eq!(moves.lower.largest.to_string(), "1.00");
        assert_eq!(moves.higher.count, 0);
        assert_eq!(moves.higher.largest.to_string(), "0.00");
        // 0.02 becomes 0.01, 112.00 becomes 100.00, and 13.44 becomes 12.00.
        assert_eq!(keys(&report.figures), [3, 1, 2]);
        let (in_force, draft) = (
            report.figures.examples[1].lowest_in_force.unwrap(),
            report.figures.examples[1].lowest_in_draft.unwrap(),
        );
        assert_eq!((in_force.minor, draft.minor), (934, 834));
    });
}

#[test]
fn moves_are_summed_exactly_in_each_currency() {
    let of_currency = |currency: Currency, minor: i64| Purchase {
        amount: Money::new(minor, currency),
        ..purchase(1)
    };
    let only_single_payments = |doubled: &str| {
        let when = json!({"currency": [doubled]});
        let mut parts = ruled(&[rule("doubled", &when, &json!({"replace_rate": 100}))]);
        for card in &mut parts.cards {
            card.installments.truncate(1);
        }
        parts
    };
    // Five of these do not fit in 64 bits.
    let dinars = i64::MAX / 4;
    let mut baskets = vec![of_currency(Currency::KWD, dinars); 5];
    baskets.push(of_currency(Currency::JPY, 1_200));
    baskets.push(of_currency(Currency::TRY, 1_200));
    let (in_force, draft) = (only_single_payments("KWD"), only_single_payments("JPY"));
    compare(in_force, draft, &baskets, |report| {
        let moves: Vec<_> = report.lowest.by_currency().collect();
        let [(Currency::JPY, dearer), (Currency::KWD, cheaper)] = moves[..] else {
            panic!("{moves:?}")
        };
        assert_eq!((dearer.higher.count, dearer.lower.count), (1, 0));
        assert_eq!(dearer.higher.sum().to_plain_string(), "1200");
        assert_eq!((cheaper.higher.count, cheaper.lower.count), (0, 5));
        assert_eq!(
            cheaper.lower.sum().to_plain_string(),
            "11529215046068469.755"
        );
        assert_eq!(cheaper.lower.largest, Money::new(dinars, Currency::KWD));
        assert_eq!((report.lowest.lower(), report.lowest.higher()), (5, 1));
        assert_eq!(report.lowest.same, 1);
    });
}

#[test]
fn a_purchase_that_a_changed_rule_does_not_concern_is_unchanged() {
    let of = |cap: u8| {
        let when = json!({"category": ["books"]});
        rule("books", &when, &json!({"cap_installments": cap}))
    };
    let mut book = purchase(10_000);
    book.items = vec![item(&["books"], &[])];
    let baskets = [purchase(10_000), book];
    compare(ruled(&[of(3)]), ruled(&[of(6)]), &baskets, |report| {
        assert_eq!((report.compared, report.unchanged), (2, 1));
        assert_eq!(keys(&report.gains), [2]);
    });
}

#[test]
fn another_name_of_a_rule_or_card_changes_nothing() {
    let mut draft = ruled(&[cap("a", 6)]);
    draft.rules[0].name = "Another".to_owned();
    draft.cards[0].name = "Another".to_owned();
    compare(
        ruled(&[cap("a", 6)]),
        draft,
        &[purchase(10_000)],
        |report| {
            assert_eq!((report.compared, report.unchanged), (1, 1));
            assert_eq!(report.lowest.same, 1);
        },
    );
}

#[test]
fn a_new_card_gains_its_plans_and_a_removed_card_loses_them() {
    let mut draft = parts();
    let removed = draft.cards.remove(1);
    let mut new = card(9, "new-card", 2, 2, 1);
    new.installments.truncate(2);
    draft.cards.insert(0, new);
    compare(parts(), draft, &[purchase(10_000)], |report| {
        let example = &report.gains_and_loses.examples[0];
        assert_eq!((example.gained, example.lost), (2, 6));
        assert_eq!(example.card_count, 2);
        let cards = |matrix| rows(matrix).into_iter().map(|row| row[0].clone()).collect();
        let (in_force, draft): (Vec<String>, Vec<String>) =
            (cards(&example.in_force), cards(&example.draft));
        assert_eq!(in_force, [removed.slug.as_str()]);
        assert_eq!(draft, ["new-card"]);
    });
}

#[test]
fn everything_that_a_listing_depends_on_is_compared() {
    let no_akbank = rule(
        "no-akbank",
        &json!({"bank": ["akbank"]}),
        &json!({"exclude": true}),
    );
    let no_axess = rule(
        "no-axess",
        &json!({"card_type": ["axess"]}),
        &json!({"exclude": true}),
    );
    let in_force = ruled(&[no_akbank, no_axess]);
    let lost = |alter: fn(&mut CatalogParts)| {
        let mut draft = in_force.clone();
        alter(&mut draft);
        let mut lost = 0;
        compare(in_force.clone(), draft, &[purchase(10_000)], |report| {
            lost = report.loses.examples.first().map_or(0, |one| one.lost);
        });
        lost
    };
    assert_eq!(lost(|_| {}), 0);
    assert_eq!(lost(|draft| draft.payment_options[0].is_active = false), 12);
    assert_eq!(lost(|draft| draft.pos[0].is_active = false), 12);
    let other_banks = |draft: &mut CatalogParts| {
        draft.banks[1].slug = slug("another");
        draft.banks[0].slug = slug("akbank");
    };
    assert_eq!(lost(other_banks), 12);
    let other_types = |draft: &mut CatalogParts| {
        draft.card_types[1].slug = slug("another");
        draft.card_types[0].slug = slug("axess");
    };
    assert_eq!(lost(other_types), 12);
}

#[test]
fn at_most_ten_examples_are_those_that_change_most() {
    let cap = |name: &str, from: &str, installments: u8| {
        let when = json!({"amount": {"min": from}});
        rule(name, &when, &json!({"cap_installments": installments}))
    };
    let draft = [cap("small", "5", 6), cap("large", "100", 3)];
    // Two of them lose three plans of each card, the others two.
    let mut baskets: Vec<Purchase> = vec![purchase(1_000); 15];
    for basket in &mut baskets[7..9] {
        *basket = purchase(10_000);
    }
    compare(ruled(&[]), ruled(&draft), &baskets, |report| {
        assert_eq!(report.loses.purchases, 15);
        assert_eq!(keys(&report.loses), [8, 9, 1, 2, 3, 4, 5, 6, 7, 10]);
    });
}

#[test]
fn an_example_shows_no_more_cards_than_asked() {
    let mut draft = parts();
    for card in &mut draft.cards {
        card.installments[1].interest_rate = rate(0);
    }
    let (in_force, draft) = (catalog(parts()), catalog(draft));
    let what_if = WhatIf::new(&in_force, &draft, now(), Rounding::Up);
    let mut comparison = Comparison::new(&what_if);
    comparison.add(key(1), &purchase(10_000));
    let report = comparison.report(2);
    let example = &report.figures.examples[0];
    assert_eq!(example.card_count, 3);
    assert_eq!(example.in_force.rows().len(), 2);
    assert_eq!(example.draft.rows().len(), 2);
}

#[test]
fn comparisons_of_two_threads_are_merged() {
    let (in_force, draft) = (
        catalog(ruled(&[cap("a", 6)])),
        catalog(ruled(&[cap("a", 9)])),
    );
    let what_if = WhatIf::new(&in_force, &draft, now(), Rounding::Up);
    let compare = |pk: i64| {
        let mut comparison = Comparison::new(&what_if);
        comparison.add(key(pk), &purchase(10_000));
        comparison
    };
    let mut merged = std::thread::scope(|scope| {
        let other = scope.spawn(|| compare(1));
        let mut one = compare(2);
        one.merge(other.join().unwrap());
        one
    });
    merged.add(key(3), &purchase(0));
    let report = merged.report(50);
    assert_eq!((report.compared, report.unchanged), (3, 1));
    assert_eq!(keys(&report.gains), [1, 2]);
}

#[test]
fn a_draft_is_a_document_applied_to_the_stored_catalog() {
    let document = json!({"rules": [{
        "slug": "a", "name": "A", "when": {"bank": ["akbank"]}, "then": {"exclude": true},
    }]});
    let document = Document::parse(document.to_string().as_bytes(), &Policy::default()).unwrap();
    let in_force = catalog(parts());
    let draft = Catalog::build(CatalogVersion(1), document.applied_to(parts())).unwrap();
    let what_if = WhatIf::new(&in_force, &draft, now(), Rounding::Up);
    let mut comparison = Comparison::new(&what_if);
    comparison.add(key(1), &purchase(10_000));
    let report = comparison.report(50);
    assert_eq!(report.loses.examples[0].lost, 6);
    let [row] = &rows(&report.loses.examples[0].draft)[..] else {
        panic!("one card changes")
    };
    assert_eq!(row[..2], ["axess-card", "a"]);
}
