//! Explain: a reason for everything that is not offered.

use payments_core::catalog::{Catalog, PaymentType};
use payments_core::listing::{Candidate, Fact, LeftOut, Reason, RuleEffect, explain, list};
use payments_core::money::Rounding;
use payments_core::purchase::Purchase;
use proptest::prelude::*;
use serde_json::json;

use crate::oracle::lines;
use crate::shop::{catalog, now, parts, payment_option, pos, purchase, rule, ruled};
use crate::strategies::{any_purchase, any_rules, any_store};

/// `what: why` for everything left out.
fn reasons(catalog: &Catalog, purchase: &Purchase) -> Vec<String> {
    let explanation = explain(catalog, purchase, now(), Rounding::Up);
    explanation.left_out.iter().map(described).collect()
}

fn described(left_out: &LeftOut<'_>) -> String {
    let what = match left_out.candidate {
        Candidate::Purchase => "purchase".to_owned(),
        Candidate::PaymentOption(option) => format!("option {}", option.slug),
        Candidate::Card {
            card,
            payment_option: Some(_) | None,
        } => format!("card {}", card.slug),
        Candidate::Plan {
            card,
            plan,
            payment_option: _,
        } => {
            format!("plan {} {}", card.slug, plan.installment_count.get())
        }
    };
    let why = match left_out.reason {
        Reason::Fact(fact) => fact.as_str().to_owned(),
        Reason::Rule { rule, effect } => format!("{} {}", rule.slug, effect.as_str()),
    };
    format!("{what}: {why}")
}

#[test]
fn a_store_that_offers_everything_has_nothing_to_explain() {
    assert!(reasons(&catalog(parts()), &purchase(1)).is_empty());
}

#[test]
fn a_plan_whose_figures_are_too_large_is_left_out_with_that_reason() {
    let reasons = reasons(&catalog(parts()), &purchase(i64::MAX));
    assert!(
        reasons.contains(&"plan bonus-card 3: figures_too_large".to_owned()),
        "{reasons:?}"
    );
    assert!(
        reasons
            .iter()
            .all(|reason| reason.ends_with(": figures_too_large")),
        "{reasons:?}"
    );
}

#[test]
fn an_empty_listing_names_the_purchase() {
    let empty = Purchase {
        items: Vec::new(),
        ..purchase(1)
    };
    assert_eq!(reasons(&catalog(parts()), &empty), ["purchase: no_items"]);
    assert_eq!(
        reasons(&catalog(parts()), &purchase(0)),
        ["purchase: nothing_to_pay"]
    );
}

#[test]
fn a_rule_about_the_purchase_excludes_the_whole_payment_option() {
    let gold = rule(
        "no-cards-here",
        &json!({"amount": {"max": 5}}),
        &json!({"exclude": true}),
    );
    assert_eq!(
        reasons(&ruled(vec![gold]), &purchase(500)),
        [
            "option credit-card: no-cards-here exclude",
            "card bonus-card: payment_options_left_out",
            "card axess-card: payment_options_left_out",
            "card garanti-debit: payment_options_left_out",
        ]
    );
}

#[test]
fn of_rules_with_the_same_minimum_the_first_by_slug_is_the_reason() {
    let minimum = |slug: &str| {
        let then = json!({"minimum_installment_amount": 20});
        rule(slug, &json!({"card": ["bonus-card"]}), &then)
    };
    for rules in [["a", "b"], ["b", "a"]] {
        let rules = rules.map(minimum).to_vec();
        let reasons = reasons(&ruled(rules), &purchase(10_000));
        assert_eq!(
            reasons[0],
            "plan bonus-card 6: a minimum_installment_amount"
        );
    }
}

#[test]
fn a_rule_about_a_card_excludes_the_card_and_one_about_counts_the_plan() {
    let rules = vec![
        rule(
            "no-akbank",
            &json!({"bank": ["akbank"]}),
            &json!({"exclude": true}),
        ),
        rule(
            "no-twelve",
            &json!({"installment_count": {"min": 12}, "card": ["bonus-card"]}),
            &json!({"exclude": true}),
        ),
        rule(
            "debit-cap",
            &json!({"card_payment_type": ["debit"]}),
            &json!({"cap_installments": 6, "minimum_installment_amount": 20}),
        ),
    ];
    assert_eq!(
        reasons(&ruled(rules), &purchase(10_000)),
        [
            "plan bonus-card 12: no-twelve exclude",
            "card axess-card: no-akbank exclude",
            "plan garanti-debit 6: debit-cap minimum_installment_amount",
            "plan garanti-debit 9: debit-cap cap_installments",
            "plan garanti-debit 12: debit-cap cap_installments",
        ]
    );
}

#[test]
fn a_card_without_a_plan_left_is_left_out() {
    let no_plan = rule(
        "nothing",
        &json!({"installment_count": {"min": 1}, "bank": ["akbank"]}),
        &json!({"exclude": true}),
    );
    let reasons = reasons(&ruled(vec![no_plan]), &purchase(1));
    assert_eq!(reasons.len(), 7);
    assert_eq!(reasons[6], "card axess-card: no_plan_left");
}

#[test]
fn inactive_objects_are_explained() {
    let mut parts = parts();
    parts.pos.push(pos(2, "sandbox"));
    parts.pos.push(pos(3, "sandbox"));
    parts.pos[1].is_active = false;
    parts
        .payment_options
        .push(payment_option(2, "wallet", PaymentType::Masterpass, 1));
    parts
        .payment_options
        .push(payment_option(3, "old", PaymentType::CreditCard, 1));
    parts
        .payment_options
        .push(payment_option(4, "dead", PaymentType::CreditCard, 2));
    parts.payment_options[2].is_active = false;
    parts.cards[0].is_active = false;
    parts.cards[1].pos = parts.pos[1].pk;
    parts.cards[2].pos = parts.pos[2].pk;
    assert_eq!(
        reasons(&catalog(parts), &purchase(1)),
        [
            "option wallet: not_credit_card",
            "option old: inactive",
            "option dead: pos_inactive",
            "card bonus-card: inactive",
            "card axess-card: pos_inactive",
            "card garanti-debit: no_payment_option",
        ]
    );
}

#[test]
fn of_several_rules_the_strictest_is_named_and_of_equal_ones_the_first_by_slug() {
    let catalog = ruled(vec![
        rule("c-six", &json!({}), &json!({"cap_installments": 6})),
        rule("b-three", &json!({}), &json!({"cap_installments": 3})),
        rule(
            "a-three",
            &json!({"card": ["axess-card"]}),
            &json!({"cap_installments": 3}),
        ),
    ]);
    let explanation = explain(&catalog, &purchase(1), now(), Rounding::Up);
    let named: Vec<(&str, u8)> = explanation
        .left_out
        .iter()
        .filter_map(|left_out| match (left_out.candidate, left_out.reason) {
            (
                Candidate::Plan { card, .. },
                Reason::Rule {
                    rule,
                    effect: RuleEffect::CapInstallments(cap),
                },
            ) if card.slug.as_str() != "garanti-debit" => Some((rule.slug.as_str(), cap.get())),
            _ => None,
        })
        .collect();
    assert_eq!(named[..3], [("b-three", 3); 3]);
    assert_eq!(named[3..], [("a-three", 3); 3]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn listing_and_explaining_agree(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
    ) {
        store.rules = rules;
        let catalog = catalog(store);
        let listing = list(&catalog, &purchase, moment, Rounding::Up);
        let explanation = explain(&catalog, &purchase, moment, Rounding::Up);
        prop_assert_eq!(lines(&listing), lines(&explanation.listing));
    }

    #[test]
    fn every_plan_is_offered_or_has_a_reason(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
    ) {
        store.rules = rules;
        let catalog = catalog(store);
        let explanation = explain(&catalog, &purchase, moment, Rounding::Up);
        let left_out = &explanation.left_out;
        let all_out = left_out.iter().any(|one| one.candidate == Candidate::Purchase);
        for card in catalog.cards() {
            let offer = explanation.listing.offers().find(|offer| offer.card.pk == card.pk);
            let card_out = left_out.iter().any(|one| {
                matches!(one.candidate, Candidate::Card { card: out, .. } if out.pk == card.pk)
            });
            prop_assert!(offer.is_some() || all_out || card_out, "{} has no reason", card.slug);
            let Some(offer) = offer else { continue };
            for plan in &card.installments {
                let is_offered = offer.plans.iter().any(|one| one.plan.pk == plan.pk);
                let plan_out = left_out.iter().any(|one| matches!(
                    one.candidate,
                    Candidate::Plan { plan: out, payment_option, .. }
                        if out.pk == plan.pk && payment_option.pk == offer.payment_option.pk
                ));
                prop_assert!(is_offered != plan_out, "{} {:?}", card.slug, plan.installment_count);
            }
        }
    }

    #[test]
    fn a_reason_in_the_data_needs_no_rule(mut store in any_store(), (purchase, moment) in any_purchase()) {
        store.rules.clear();
        let catalog = catalog(store);
        let explanation = explain(&catalog, &purchase, moment, Rounding::Up);
        for left_out in explanation.left_out {
            prop_assert!(matches!(left_out.reason, Reason::Fact(fact) if fact != Fact::PaymentOptionsLeftOut));
        }
    }
}
