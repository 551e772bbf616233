//! What verification finds.

use chrono::TimeDelta;
use payments_core::catalog::Catalog;
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use payments_core::purchase::{Buyer, Context, Purchase, PurchaseKey};
use payments_core::quotes::{
    Current, PurchaseChange, PurchaseDigests, QuoteClaims, QuoteStatus, verify,
};
use serde_json::{Value, json};

use super::{claims, described, in_shop, of_token, quote};
use crate::shop::{bins, catalog, item, lira, now, parts, pos, purchase, rate, rule, ruled, slug};

fn status<'c>(
    claims: &QuoteClaims,
    purchase: Option<&Purchase>,
    catalog: &'c Catalog,
    moment: Moment,
) -> QuoteStatus<'c> {
    let current = Current {
        purchase,
        saved_card: None,
    };
    verify(claims, current, catalog, moment, Rounding::Up)
}

#[test]
fn claims_have_registered_names_and_nothing_personal() {
    let catalog = ruled(vec![rule(
        "three",
        &json!({}),
        &json!({"replace_rate": "-5"}),
    )]);
    let quoted = quote(&catalog, &purchase(1_949), 1, 3).unwrap();
    let claims = claims(&quoted, Some(12));
    let json = serde_json::to_value(&claims).unwrap();
    let digests = [
        json["purchase_digest"].clone(),
        json["items_digest"].clone(),
    ];
    assert!(digests.iter().all(|hex| hex.as_str().unwrap().len() == 64));
    let expected = json!({
        "iss": "https://pay.example", "sub": "7", "jti": "07070707070707070707070707070707",
        "iat": 1_795_347_000, "exp": 1_795_347_900, "context": "basket", "pk": 9,
        "choice": {"card": 1, "saved_card": 12}, "amount": "19.49", "currency": "TRY",
        "state": "open", "card": 1, "installment_count": 3, "plan": 102, "payment_option": 1,
        "pos": 1, "gateway": "sandbox", "interest_rate": "-5", "interest_amount": "-0.97",
        "single_installment_amount": "6.18", "total_amount": "18.52",
        "schedule": ["6.18", "6.17", "6.17"], "rules": ["three"], "catalog_version": 1,
        "purchase_digest": digests[0], "items_digest": digests[1],
    });
    assert_eq!(json, expected);
    let quoted = PurchaseDigests::of(&purchase(1_949));
    assert_eq!(digests[0], quoted.purchase.to_hex());
    assert_eq!(digests[1], quoted.items.to_hex());
    assert_eq!(serde_json::from_value::<QuoteClaims>(json).unwrap(), claims);
    let key = PurchaseKey::new(Context::Basket, 9).unwrap();
    assert_eq!(claims.purchase(), Some(key));
    assert!(matches!(claims.buyer(), Buyer::Customer(pk) if pk.get() == 7));
    let mut damaged = expected;
    damaged["jti"] = json!("7");
    assert!(serde_json::from_value::<QuoteClaims>(damaged).is_err());
}

#[test]
fn a_quote_is_valid_until_it_expires() {
    let catalog = catalog(parts());
    let purchase = purchase(1_949);
    let claims = claims(&quote(&catalog, &purchase, 1, 3).unwrap(), None);
    let after = |seconds: i64| in_shop(now().utc + TimeDelta::milliseconds(seconds * 1_000 - 1));
    for seconds in [1, 900] {
        let status = status(&claims, Some(&purchase), &catalog, after(seconds));
        assert_eq!(status, QuoteStatus::Valid);
    }
    let end = in_shop(claims.expires_at());
    // Expired comes first, whatever else has changed.
    assert_eq!(status(&claims, None, &catalog, end), QuoteStatus::Expired);
}

#[test]
fn a_plan_that_is_no_longer_offered_has_its_reasons() {
    let catalog = catalog(parts());
    let purchase = purchase(1_949);
    let claims = claims(&quote(&catalog, &purchase, 1, 3).unwrap(), None);
    let reasons = |catalog: &Catalog, purchase: Option<&Purchase>| match status(
        &claims,
        purchase,
        catalog,
        now(),
    ) {
        QuoteStatus::NoLongerOffered(reasons) => described(&reasons),
        other @ (QuoteStatus::Expired
        | QuoteStatus::PurchaseChanged(_)
        | QuoteStatus::FiguresChanged(_)
        | QuoteStatus::Valid) => panic!("{other:?}"),
    };
    assert_eq!(reasons(&catalog, None), ["purchase: no_such_purchase"]);
    let capped = ruled(vec![rule(
        "cap",
        &json!({}),
        &json!({"cap_installments": 2}),
    )]);
    // The purchase has changed too, but this comes first.
    let other = crate::shop::purchase(2_000);
    assert_eq!(reasons(&capped, Some(&other)), ["plan bonus-card 3: cap"]);
    let mut without = parts();
    without.cards.remove(0);
    let without = crate::shop::catalog(without);
    assert_eq!(
        reasons(&without, Some(&purchase)),
        ["purchase: no_such_card"]
    );
}

#[test]
fn a_changed_purchase_is_reported_with_what_changed() {
    use PurchaseChange::{Amount, CustomerSegments, Items, State};

    let catalog = catalog(parts());
    let quoted_for = Purchase {
        items: vec![
            item(&["phones", "gifts"], &[("a", json!({"x": 1, "y": [2]}))]),
            item(&[], &[]),
        ],
        customer_segments: vec![slug("vip"), slug("b2b")],
        ..purchase(1_949)
    };
    let claims = claims(&quote(&catalog, &quoted_for, 1, 3).unwrap(), None);
    let changed = |change: &dyn Fn(&mut Purchase)| {
        let mut purchase = quoted_for.clone();
        change(&mut purchase);
        match status(&claims, Some(&purchase), &catalog, now()) {
            QuoteStatus::PurchaseChanged(changes) => changes,
            QuoteStatus::Valid => Vec::new(),
            other @ (QuoteStatus::Expired
            | QuoteStatus::NoLongerOffered(_)
            | QuoteStatus::FiguresChanged(_)) => panic!("{other:?}"),
        }
    };
    assert_eq!(changed(&|one| one.amount = lira(1_950)), [Amount]);
    assert_eq!(changed(&|one| one.state = Some(slug("held"))), [State]);
    assert_eq!(changed(&|one| one.items[1].quantity = 2), [Items]);
    assert_eq!(changed(&|one| one.items[0].categories.truncate(1)), [Items]);
    let attribute = |value: Value| {
        changed(&|one| {
            drop(
                one.items[0]
                    .attributes
                    .insert("a".to_owned(), value.clone()),
            );
        })
    };
    assert_eq!(attribute(json!({"x": "1", "y": [2]})), [Items]);
    assert_eq!(attribute(json!({"x": 1, "y": 2})), [Items]);
    assert_eq!(attribute(json!({"y": [2], "x": 1})), []);
    assert_eq!(
        changed(&|one| one.customer_segments.truncate(1)),
        [CustomerSegments]
    );
    let both = |one: &mut Purchase| {
        one.amount = lira(1);
        one.items.truncate(1);
    };
    assert_eq!(changed(&both), [Amount, Items]);
    // The order of a set is not a change.
    let reversed = |one: &mut Purchase| {
        one.items.reverse();
        one.items[1].categories.reverse();
        one.customer_segments.reverse();
    };
    assert_eq!(changed(&reversed), []);
}

#[test]
fn changed_figures_are_reported_old_and_new() {
    let before = catalog(parts());
    let purchase = purchase(1_949);
    let claims = claims(&quote(&before, &purchase, 1, 3).unwrap(), None);
    let mut dearer = parts();
    dearer.cards[0].installments[2].interest_rate = rate(50_000);
    let dearer = catalog(dearer);
    let QuoteStatus::FiguresChanged(changed) = status(&claims, Some(&purchase), &dearer, now())
    else {
        panic!("not changed")
    };
    assert_eq!(changed.old, claims.terms);
    assert_eq!(changed.new.total_amount, "20.47");
    let mut moved = parts();
    moved.pos[0].gateway = slug("iyzico");
    let moved = catalog(moved);
    let status = status(&claims, Some(&purchase), &moved, now());
    assert_eq!(
        status.as_str(),
        "figures_changed",
        "it is charged elsewhere"
    );
    // Another version of the catalog with the same plan changes nothing.
    let same = ruled(vec![rule(
        "akbank",
        &json!({"bank": ["akbank"]}),
        &json!({"exclude": true}),
    )]);
    assert_eq!(
        super::verification::status(&claims, Some(&purchase), &same, now()),
        QuoteStatus::Valid
    );
}

#[test]
fn a_saved_cards_quote_needs_the_saved_card_at_its_point_of_sale() {
    let mut parts = parts();
    parts.cards[0].bins = bins(&["552879"]);
    let before = catalog(parts.clone());
    let purchase = purchase(1_949);
    let claims = claims(&quote(&before, &purchase, 1, 3).unwrap(), Some(12));
    let found = |catalog: &Catalog, has_card: bool| {
        let selection = of_token(catalog, "552879", 1);
        let current = Current {
            purchase: Some(&purchase),
            saved_card: has_card.then_some(&selection),
        };
        match verify(&claims, current, catalog, now(), Rounding::Up) {
            QuoteStatus::Valid => Vec::new(),
            QuoteStatus::NoLongerOffered(reasons) => described(&reasons),
            other @ (QuoteStatus::Expired
            | QuoteStatus::PurchaseChanged(_)
            | QuoteStatus::FiguresChanged(_)) => panic!("{other:?}"),
        }
    };
    assert!(found(&before, true).is_empty());
    assert_eq!(found(&before, false), ["purchase: no_such_card"]);
    parts.pos.push(pos(2, "sandbox"));
    parts.cards[0].pos = parts.pos[1].pk;
    let moved = catalog(parts);
    assert_eq!(
        found(&moved, true),
        ["card bonus-card: token_of_another_pos"]
    );
}

#[test]
fn changes_of_a_purchase_have_stable_words() {
    for (change, word) in [
        (PurchaseChange::Amount, "amount"),
        (PurchaseChange::State, "state"),
        (PurchaseChange::Items, "items"),
        (PurchaseChange::CustomerSegments, "customer_segments"),
    ] {
        assert_eq!(change.as_str(), word);
    }
}
