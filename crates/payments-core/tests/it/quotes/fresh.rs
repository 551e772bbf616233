//! A fresh quote is valid, and any change of its purchase is found.

use payments_core::catalog::Catalog;
use payments_core::listing::list;
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::purchase::Purchase;
use payments_core::quotes::{
    Choice, Current, Period, PurchaseChange, QuoteClaims, QuoteStatus, QuotedPlan, quote_plan,
    verify,
};
use proptest::prelude::*;
use serde_json::json;

use super::{claims, in_shop};
use crate::shop::{COUNTS, catalog, count, item, slug};
use crate::strategies::{any_purchase, any_rules, any_store};

/// Every single change of a purchase, and what it is called.
fn changed(purchase: &Purchase) -> Vec<(PurchaseChange, Purchase)> {
    use PurchaseChange::{Amount, CustomerSegments, Items, State};

    let with = |change: &dyn Fn(&mut Purchase)| {
        let mut purchase = purchase.clone();
        change(&mut purchase);
        purchase
    };
    let amount = purchase.amount;
    let other_currency = if amount.currency == Currency::TRY {
        Currency::JPY
    } else {
        Currency::TRY
    };
    let other_state = purchase.state.is_none().then(|| slug("held"));
    vec![
        (
            Amount,
            with(&|one| one.amount = Money::new(amount.minor - 1, amount.currency)),
        ),
        (
            Amount,
            with(&|one| one.amount = Money::new(amount.minor, other_currency)),
        ),
        (State, with(&|one| one.state.clone_from(&other_state))),
        (Items, with(&|one| one.items[0].quantity += 1)),
        (Items, with(&|one| one.items[0].categories.clear())),
        (
            Items,
            with(&|one| {
                let attributes = &mut one.items[0].attributes;
                drop(attributes.insert("new".to_owned(), json!(1)));
            }),
        ),
        (Items, with(&|one| drop(one.items.pop()))),
        (Items, with(&|one| one.items.push(item(&["books"], &[])))),
        (
            CustomerSegments,
            with(&|one| one.customer_segments.push(slug("new"))),
        ),
    ]
}

fn status<'c>(
    claims: &QuoteClaims,
    purchase: &Purchase,
    catalog: &'c Catalog,
    moment: Moment,
    rounding: Rounding,
) -> QuoteStatus<'c> {
    let current = Current {
        purchase: Some(purchase),
        saved_card: None,
    };
    verify(claims, current, catalog, moment, rounding)
}

/// Whether a listing of this purchase has the plan.
fn is_listed(
    quoted: &QuotedPlan<'_>,
    purchase: &Purchase,
    catalog: &Catalog,
    moment: Moment,
    rounding: Rounding,
) -> bool {
    let listing = list(catalog, purchase, moment, rounding);
    let mut offers = listing.offers();
    offers.any(|offer| {
        let mut plans = offer.plans.iter();
        plans.any(|plan| plan.plan.pk == quoted.plan.pk)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_fresh_quote_is_valid_and_one_of_a_changed_purchase_says_what_changed(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
        rounding in prop::sample::select(Rounding::ALL.to_vec()),
    ) {
        store.rules = rules;
        let catalog = catalog(store);
        let period = Period::new(moment.utc, chrono::TimeDelta::minutes(15));
        for card in catalog.cards() {
            for installments in COUNTS {
                let choice = Choice::of_card(card.pk, count(installments));
                let quoted = quote_plan(&catalog, &purchase, &choice, rounding, period, in_shop);
                let Ok(quoted) = quoted else { continue };
                let claims = claims(&quoted, None);
                let status_of = |one: &Purchase| status(&claims, one, &catalog, moment, rounding);
                prop_assert_eq!(status_of(&purchase), QuoteStatus::Valid);
                for (change, other) in changed(&purchase) {
                    let status = status_of(&other);
                    if is_listed(&quoted, &other, &catalog, moment, rounding) {
                        prop_assert_eq!(status, QuoteStatus::PurchaseChanged(vec![change]));
                    } else {
                        prop_assert_eq!(status.as_str(), "no_longer_offered");
                    }
                }
            }
        }
    }
}
