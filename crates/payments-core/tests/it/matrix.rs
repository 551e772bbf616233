//! The matrix: cards, numbers of installments, and a reason in every empty cell.

use payments_core::catalog::{Catalog, LeadingDigits, PaymentType};
use payments_core::id::BankId;
use payments_core::listing::{Cell, Fact, Matrix, MatrixPage, Reason, explain, matrix};
use payments_core::money::Rounding;
use payments_core::purchase::Purchase;
use proptest::prelude::*;
use serde_json::json;

use crate::cells::{rate_rule, reasons, rows};
use crate::shop::{bins, catalog, count, now, parts, payment_option, purchase, rule, ruled};
use crate::strategies::{any_purchase, any_rules, any_store};

fn whole<'c>(catalog: &'c Catalog, purchase: &Purchase) -> Matrix<'c> {
    page(catalog, purchase, &MatrixPage::ALL)
}

fn page<'c>(catalog: &'c Catalog, purchase: &Purchase, page: &MatrixPage) -> Matrix<'c> {
    matrix(catalog, purchase, now(), Rounding::Up, None, page)
}

#[test]
fn a_cell_has_the_amounts_of_its_plan_or_the_reason_why_it_is_empty() {
    let mut parts = parts();
    for card in &mut parts.cards {
        card.installments.truncate(3);
    }
    parts.cards[1].installments.remove(1);
    parts.rules = vec![
        rule(
            "campaign",
            &json!({"card": ["bonus-card"], "installment_count": {"min": 3}}),
            &json!({"replace_rate": 1}),
        ),
        rule(
            "debit",
            &json!({"card_payment_type": ["debit"]}),
            &json!({"cap_installments": 1}),
        ),
    ];
    let catalog = catalog(parts);
    let matrix = whole(&catalog, &purchase(10_000));
    assert_eq!(
        rows(&matrix),
        [
            ["bonus-card", "100.00", "51.00", "33.67 campaign"],
            ["axess-card", "100.00", "no_such_plan", "34.34"],
            ["garanti-debit", "100.00", "debit", "debit"],
        ]
    );
}

#[test]
fn a_card_that_is_not_offered_has_all_its_reasons_in_every_cell() {
    let mut parts = parts();
    parts.cards.remove(2);
    parts.cards[1].is_active = false;
    for card in &mut parts.cards {
        card.installments.truncate(2);
    }
    parts
        .payment_options
        .push(payment_option(2, "second", PaymentType::CreditCard, 1));
    parts.rules = vec![
        rule(
            "no-first",
            &json!({"payment_option": ["credit-card"]}),
            &json!({"exclude": true}),
        ),
        rule(
            "no-garanti",
            &json!({"bank": ["garanti"], "amount": {"min": 1}}),
            &json!({"exclude": true}),
        ),
    ];
    let catalog = catalog(parts);
    assert_eq!(
        rows(&whole(&catalog, &purchase(10_000))),
        [
            ["bonus-card", "no-first, no-garanti", "no-first, no-garanti"],
            ["axess-card", "no-first, inactive", "no-first, inactive"],
        ]
    );
}

#[test]
fn a_purchase_of_nothing_has_its_reason_in_every_cell() {
    let catalog = catalog(parts());
    let matrix = whole(&catalog, &purchase(0));
    let expected = vec!["nothing_to_pay"; 6];
    for row in rows(&matrix) {
        assert_eq!(row[1..], expected);
    }
    assert_eq!(matrix.rows().len(), 3);
}

#[test]
fn a_page_has_the_cards_of_one_bank_and_their_number() {
    let catalog = catalog(parts());
    let cards_on = |bank: Option<i64>, skip: usize, limit: usize| {
        let bank = bank.map(|pk| BankId::new(pk).unwrap());
        let asked = MatrixPage { bank, skip, limit };
        let matrix = page(&catalog, &purchase(10_000), &asked);
        let cards = matrix.rows().map(|row| row.card.pk.get()).collect();
        (matrix.card_count(), cards)
    };
    assert_eq!(cards_on(None, 0, 2), (3, vec![1, 2]));
    assert_eq!(cards_on(None, 2, 2), (3, vec![3]));
    assert_eq!(cards_on(Some(1), 0, 9), (2, vec![1, 3]));
    assert_eq!(cards_on(Some(1), 1, 9), (2, vec![3]));
    assert_eq!(cards_on(Some(1), 7, 9), (2, Vec::<i64>::new()));
}

#[test]
fn columns_are_the_counts_of_the_page_in_order() {
    let mut parts = parts();
    parts.cards[0].installments.truncate(2);
    parts.cards[1].installments.drain(..4);
    parts.cards[1].installments[0].is_active = false;
    parts.cards.truncate(2);
    let catalog = catalog(parts);
    let matrix = whole(&catalog, &purchase(10_000));
    assert_eq!(matrix.installment_counts(), [1, 2, 9, 12].map(count));
}

#[test]
fn of_several_rules_with_the_quoted_rate_the_first_by_slug_is_named() {
    let catalog = ruled(vec![
        rule("a-high", &json!({}), &json!({"replace_rate": 2})),
        rule("c-low", &json!({}), &json!({"replace_rate": 1})),
        rule(
            "b-low",
            &json!({"any": [{"card": ["axess-card"], "installment_count": {"min": 6}}, {"context": ["product"]}]}),
            &json!({"replace_rate": 1}),
        ),
    ]);
    let matrix = whole(&catalog, &purchase(10_000));
    let rows = rows(&matrix);
    // Of 3 and 6 installments.
    assert_eq!(rows[0][3..5], ["33.67 c-low", "16.84 c-low"]);
    assert_eq!(rows[1][3..5], ["33.67 c-low", "16.84 b-low"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_cell_is_what_explain_says(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
        skip in 0_usize..3,
        limit in 0_usize..4,
    ) {
        store.rules = rules;
        let catalog = catalog(store);
        let explanation = explain(&catalog, &purchase, moment, Rounding::Up);
        let page = MatrixPage { bank: None, skip, limit };
        let matrix = matrix(&catalog, &purchase, moment, Rounding::Up, None, &page);
        let cards: Vec<_> = matrix.rows().map(|row| row.card.pk).collect();
        let expected: Vec<_> = catalog.cards().iter().skip(skip).take(limit).map(|card| card.pk).collect();
        prop_assert_eq!(cards, expected);
        for row in matrix.rows() {
            let offer = explanation.listing.offers().find(|offer| offer.card.pk == row.card.pk);
            for installments in 1..14 {
                let count = count(installments);
                let plan = row.card.installments.iter().find(|plan| plan.installment_count == count);
                let offered = offer.and_then(|offer| {
                    offer.plans.iter().find(|plan| plan.plan.installment_count == count)
                });
                match row.cell(count) {
                    Cell::Offered { plan, rate_rule: named } => {
                        let (plan_of_listing, offer) = (offered.unwrap(), offer.unwrap());
                        prop_assert_eq!(plan.quote, plan_of_listing.quote);
                        prop_assert_eq!(plan.rate, plan_of_listing.rate);
                        prop_assert_eq!(plan.plan, plan_of_listing.plan);
                        let expected = rate_rule(&catalog, &purchase, moment, &offer, count);
                        prop_assert_eq!(named.map(|rule| &rule.slug), expected.map(|rule| &rule.slug));
                    }
                    Cell::LeftOut(found) => {
                        prop_assert!(offered.is_none());
                        if plan.is_some() {
                            let expected = reasons(&explanation, row.card, count);
                            prop_assert!(!found.is_empty());
                            prop_assert_eq!(found, expected);
                        } else {
                            prop_assert_eq!(found.len(), 1);
                            prop_assert_eq!(found[0].reason, Reason::Fact(Fact::NoSuchPlan));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_selection_leaves_other_cards_out_of_the_matrix() {
    let mut parts = parts();
    parts.cards[0].bins = bins(&["552879"]);
    let catalog = catalog(parts);
    let selection = catalog.select_by_digits(LeadingDigits::parse("55287900").unwrap());
    let matrix = matrix(
        &catalog,
        &purchase(10_000),
        now(),
        Rounding::Up,
        Some(&selection),
        &MatrixPage::ALL,
    );
    let singles: Vec<_> = rows(&matrix)
        .into_iter()
        .map(|row| row[1].clone())
        .collect();
    assert_eq!(singles, ["100.00", "other_digits", "other_digits"]);
}
