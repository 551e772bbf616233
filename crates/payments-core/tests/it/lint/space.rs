//! Every purchase of a small store that the generated rules can tell apart, at every moment that they can tell apart.

use payments_core::moment::Moment;
use payments_core::money::{Currency, Money};
use payments_core::purchase::{Context, Purchase, PurchaseItem};
use serde_json::{Value, json};

use crate::shop::{at, item, now, purchase, slug};

/// What the rules of one case test, besides the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Amount,
    Buyer,
    Items,
    Time,
}

/// Purchases and moments; each purchase can be made at each moment.
#[derive(Debug)]
pub(crate) struct Space {
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) moments: Vec<Moment>,
}

impl Space {
    pub(crate) fn of(subjects: &[Subject]) -> Self {
        let mut purchases = vec![purchase(100_000)];
        if subjects.contains(&Subject::Buyer) {
            purchases = buyers();
        }
        if subjects.contains(&Subject::Items) {
            purchases = with_items();
        }
        // Minimums tell small amounts from large ones.
        let everyday = vec![
            Money::new(1, Currency::TRY),
            Money::new(100_000, Currency::TRY),
        ];
        let amounts = if subjects.contains(&Subject::Amount) {
            amounts()
        } else {
            everyday
        };
        let with = |amount: &Money| {
            let amount = *amount;
            purchases.iter().map(move |purchase| Purchase {
                amount,
                ..purchase.clone()
            })
        };
        let purchases = amounts.iter().flat_map(with).collect();
        let moments = if subjects.contains(&Subject::Time) {
            moments()
        } else {
            vec![now()]
        };
        Self { purchases, moments }
    }

    /// Every purchase at every moment.
    pub(crate) fn points(&self) -> impl Iterator<Item = (&Purchase, Moment)> {
        let purchases = self.purchases.iter();
        purchases.flat_map(|purchase| self.moments.iter().map(move |moment| (purchase, *moment)))
    }
}

/// The bounds of generated rules.
pub(crate) const BOUNDS: [&str; 4] = ["50", "100", "100.005", "250"];

/// Amounts at and next to the bounds, in currencies with two, none and three fraction digits.
fn amounts() -> Vec<Money> {
    let around = |currency: Currency, minors: &[i64]| {
        let minors = minors
            .iter()
            .flat_map(|minor| [minor - 1, *minor, minor + 1]);
        let all = minors
            .chain([1, 100_000_000])
            .map(move |minor| Money::new(minor, currency));
        all.collect::<Vec<_>>()
    };
    [
        around(Currency::TRY, &[5_000, 10_000, 25_000]),
        around(Currency::JPY, &[50, 100, 250]),
        around(Currency::KWD, &[50_000, 100_000, 100_005, 250_000]),
    ]
    .concat()
}

fn product(items: Vec<PurchaseItem>) -> Purchase {
    Purchase {
        context: Context::Product,
        state: None,
        items,
        ..purchase(100_000)
    }
}

fn buyers() -> Vec<Purchase> {
    let mut all = vec![product(vec![item(&[], &[])])];
    let segments = [
        vec![],
        vec![slug("vip")],
        vec![slug("staff")],
        vec![slug("vip"), slug("staff")],
    ];
    for context in [Context::Basket, Context::PreOrder] {
        for state in ["open", "held", "paid"] {
            for customer_segments in &segments {
                for quantity in 1..=4 {
                    let items = vec![PurchaseItem {
                        quantity,
                        ..item(&[], &[])
                    }];
                    all.push(Purchase {
                        context,
                        state: Some(slug(state)),
                        items,
                        customer_segments: customer_segments.clone(),
                        ..purchase(100_000)
                    });
                }
            }
        }
    }
    all
}

/// Products and baskets of one and of two different items.
fn with_items() -> Vec<Purchase> {
    let categories: [&[&str]; 6] = [
        &[],
        &["phones"],
        &["phones/used"],
        &["books"],
        &["phones", "books"],
        &["phones/used", "books"],
    ];
    let attributes = |a: Option<Value>, b: bool| {
        let a = a.map(|a| ("a", a));
        let b = b.then(|| ("b", json!("x")));
        a.into_iter().chain(b).collect::<Vec<_>>()
    };
    let mut items = Vec::new();
    for categories in categories {
        for a in [None, Some(json!(true)), Some(json!(7))] {
            for b in [false, true] {
                items.push(item(categories, &attributes(a.clone(), b)));
            }
        }
    }
    let basket = |items: Vec<PurchaseItem>| Purchase {
        items,
        ..purchase(100_000)
    };
    let mut all = Vec::new();
    for (at, one) in items.iter().enumerate() {
        all.push(product(vec![one.clone()]));
        all.push(basket(vec![one.clone()]));
        for other in &items[at + 1..] {
            all.push(basket(vec![one.clone(), other.clone()]));
        }
    }
    all
}

/// The hours at which generated rules begin or end.
pub(crate) const HOURS: [u8; 4] = [0, 9, 18, 24];

/// The instants at which generated rules begin or end.
pub(crate) const INSTANTS: [&str; 4] = [
    "2026-11-21T21:00:00Z",
    "2026-11-22T11:30:00Z",
    "2026-11-22T15:00:00Z",
    "2026-11-24T21:00:00Z",
];

/// The first and the last day of November 2026 in generated rules.
pub(crate) const DAYS: std::ops::RangeInclusive<u8> = 21..=25;

/// The begin of each part of a day, from before the first day until each weekday was once after the last, and the
/// seconds before and after each instant.
fn moments() -> Vec<Moment> {
    // The shop's midnight is at 21:00 UTC.
    let midnight = at("2026-11-13T21:00:00Z").utc;
    let mut all = Vec::new();
    for day in 0..20 {
        for hour in [0, 9, 18] {
            all.push(midnight + chrono::TimeDelta::hours(24 * day + hour));
        }
    }
    for instant in INSTANTS {
        let instant = at(instant).utc;
        all.extend([instant - chrono::TimeDelta::seconds(1), instant]);
    }
    all.sort_unstable();
    all.dedup();
    all.iter().map(|utc| at(&utc.to_rfc3339())).collect()
}
