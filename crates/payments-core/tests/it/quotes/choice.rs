//! Which plan a choice means, and why it is not offered.

use payments_core::catalog::{Catalog, PaymentType};
use payments_core::money::Rounding;
use payments_core::purchase::Purchase;
use payments_core::quotes::{Choice, NotQuoted, QuotedPlan, quote_plan};
use serde_json::json;

use super::{card, in_shop, of_digits, of_token, quarter_of_an_hour, quote, reasons};
use crate::shop::{bins, catalog, count, parts, payment_option, pos, purchase, rule, ruled};

/// Cards 1 and 2 share their first six digits; card 3 has the token's other point of sale.
fn with_bins() -> Catalog {
    let mut parts = parts();
    parts.pos.push(pos(2, "sandbox"));
    let option = payment_option(2, "other-pos", PaymentType::CreditCard, 2);
    parts.payment_options.push(option);
    parts.cards[0].bins = bins(&["55287901"]);
    parts.cards[1].bins = bins(&["55287902"]);
    parts.cards[2].bins = bins(&["41110000"]);
    parts.cards[2].pos = parts.pos[1].pk;
    catalog(parts)
}

fn chosen<'c>(catalog: &'c Catalog, choice: &Choice<'_>) -> Result<QuotedPlan<'c>, NotQuoted<'c>> {
    let period = quarter_of_an_hour();
    let purchase = purchase(1_949);
    quote_plan(catalog, &purchase, choice, Rounding::Up, period, in_shop)
}

#[test]
fn digits_that_mean_several_cards_are_ambiguous_unless_a_card_is_given() {
    let catalog = with_bins();
    let selection = of_digits(&catalog, "552879");
    let ambiguous = chosen(&catalog, &Choice::of_selection(&selection, None, count(3)));
    let Err(NotQuoted::Ambiguous(cards)) = ambiguous else {
        panic!("{ambiguous:?}")
    };
    let pks: Vec<i64> = cards.iter().map(|card| card.pk.get()).collect();
    assert_eq!(pks, [1, 2]);
    let given = Choice::of_selection(&selection, Some(card(2)), count(3));
    assert_eq!(chosen(&catalog, &given).unwrap().card.pk, card(2));
    let exact = of_digits(&catalog, "55287901");
    let only = Choice::of_selection(&exact, None, count(3));
    assert_eq!(chosen(&catalog, &only).unwrap().card.pk, card(1));
}

#[test]
fn a_card_outside_the_selection_is_not_offered() {
    let catalog = with_bins();
    let selection = of_digits(&catalog, "55287901");
    let other = Choice::of_selection(&selection, Some(card(2)), count(3));
    assert_eq!(
        reasons(chosen(&catalog, &other)),
        ["card axess-card: other_digits"]
    );
    let token = of_token(&catalog, "411100", 1);
    for card in [None, Some(card(3))] {
        let choice = Choice::of_selection(&token, card, count(3));
        assert_eq!(
            reasons(chosen(&catalog, &choice)),
            ["card garanti-debit: token_of_another_pos"]
        );
    }
    let mut closed = parts();
    closed.pos[0].is_active = false;
    let closed = crate::shop::catalog(closed);
    let token = of_token(&closed, "552879", 1);
    let choice = Choice::of_selection(&token, None, count(3));
    assert_eq!(
        reasons(chosen(&closed, &choice)),
        ["purchase: pos_inactive"]
    );
    let unknown = of_digits(&catalog, "999999");
    let none = Choice::of_selection(&unknown, None, count(3));
    assert_eq!(reasons(chosen(&catalog, &none)), ["purchase: no_such_card"]);
}

#[test]
fn an_unknown_card_or_count_has_a_reason() {
    let catalog = catalog(parts());
    let of = |pk, installments| reasons(quote(&catalog, &purchase(1), pk, installments));
    assert_eq!(of(99, 3), ["purchase: no_such_card"]);
    assert_eq!(of(1, 5), ["card bonus-card: no_such_plan"]);
}

#[test]
fn the_reasons_are_those_that_concern_the_plan() {
    let catalog = ruled(vec![
        rule(
            "cap",
            &json!({"bank": ["garanti"]}),
            &json!({"cap_installments": 6}),
        ),
        rule(
            "no-axess",
            &json!({"card_type": ["axess"]}),
            &json!({"exclude": true}),
        ),
    ]);
    let of = |pk, installments| reasons(quote(&catalog, &purchase(1_949), pk, installments));
    assert_eq!(of(1, 9), ["plan bonus-card 9: cap"]);
    assert_eq!(of(2, 1), ["card axess-card: no-axess"]);
    let empty = Purchase {
        items: Vec::new(),
        ..purchase(1)
    };
    assert_eq!(
        reasons(quote(&catalog, &empty, 1, 3)),
        ["purchase: no_items"]
    );
    let mut inactive = parts();
    inactive.cards[0].is_active = false;
    let inactive = crate::shop::catalog(inactive);
    assert_eq!(
        reasons(quote(&inactive, &purchase(1), 1, 3)),
        ["card bonus-card: inactive"]
    );
    let closed = ruled(vec![rule(
        "closed",
        &json!({"payment_option": ["credit-card"]}),
        &json!({"exclude": true}),
    )]);
    assert_eq!(
        reasons(quote(&closed, &purchase(1), 1, 3)),
        [
            "option credit-card: closed",
            "card bonus-card: payment_options_left_out"
        ]
    );
}

#[test]
fn the_rules_of_a_quote_are_those_that_concern_its_plan() {
    let then = |percent: i32| json!({"replace_rate": percent});
    let mut inactive = rule("inactive", &json!({}), &then(0));
    inactive.is_active = false;
    let catalog = ruled(vec![
        rule("z-rate", &json!({"bank": ["garanti"]}), &then(2)),
        rule(
            "a-rate",
            &json!({"installment_count": {"min": 3}}),
            &then(4),
        ),
        rule("cap", &json!({}), &json!({"cap_installments": 6})),
        rule("draft", &json!({}), &json!({})),
        rule("other-card", &json!({"bank": ["akbank"]}), &then(1)),
        rule(
            "other-count",
            &json!({"installment_count": {"min": 6}}),
            &then(1),
        ),
        rule("other-basket", &json!({"amount": {"min": "100"}}), &then(1)),
        rule("yesterday", &json!({"not": {"weekday": ["sun"]}}), &then(1)),
        rule(
            "mixed",
            &json!({"any": [{"bank": ["akbank"]}, {"installment_count": {"max": 3}}]}),
            &json!({"minimum_installment_amount": "1"}),
        ),
        inactive,
    ]);
    let rules = |installments| {
        let quoted = quote(&catalog, &purchase(1_949), 1, installments).unwrap();
        let rules = quoted.rules.iter().map(|rule| rule.slug.to_string());
        (quoted.rate.to_string(), rules.collect::<Vec<_>>())
    };
    let three = ["a-rate", "cap", "mixed", "z-rate"].map(str::to_owned);
    assert_eq!(rules(3), ("2".to_owned(), three.to_vec()));
    // Neither a cap nor a minimum concerns the single payment.
    assert_eq!(rules(1), ("2".to_owned(), vec!["z-rate".to_owned()]));
}
