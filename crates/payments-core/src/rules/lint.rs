//! The analysis of rules: what is not as it seems.
//!
//! Conditions are finite and typed, so it is decidable whether one ever holds, and whether one covers another. The
//! analysis searches for a purchase, a moment and a plan for which conditions hold, or do not hold. **A finding is
//! certain:** what is not decided is not reported. Findings that say that something can happen have a witness, which
//! the compiled rules confirm.
//!
//! # What is analysed
//!
//! The active rules, from a moment on; only [`FindingKind::NeverHolds`] is about all moments. The plans are those under
//! the credit-card payment options of their card's point of sale. Inactive plans, cards and payment options count as
//! well, except in [`FindingKind::TwoRates`] and [`FindingKind::NothingOffered`], which are about what is offered.
//! Without any plan in the catalog, only unknown values are reported.
//!
//! The purchases are those that a store can have: with an amount above zero and at least one item, each with a quantity
//! of at least 1. A basket or pre-order has a state. A product has neither state nor customer, and is one item with the
//! quantity 1. A product can be in any categories, and have any text as each attribute.
//!
//! # What is not decided
//!
//! - An alternative under `any` that never holds, as long as another one can.
//! - An effect on plans that a minimum of another rule always leaves out: only minimums are compared with minimums.
//! - A minimum that other rules override only for the amounts at which it has an effect.
//! - A minimum that no plan reaches at its own rate, if a rule sets a lower rate, even where that rule does not apply.
//! - Purchases that minimums or negative rates leave without any plan, as the single payment has no minimum.
//! - Mixed rules, which test the purchase and the card under one `any` or `not`, may be missing in
//!   [`FindingKind::NothingOffered`].
//! - A rate that two rules replace only under a payment option that is not the first one of its card.
//! - Conditions with more tests of items than their `item_count` allows items, unless one item can match all of them.
//! - Conditions that hold only before 1973, or only in a currency that neither they nor the facts name.
//!
//! # Bounds
//!
//! A rule for which a bound is reached is listed as undecided. One question about one rule takes at most 20,000 steps
//! of about a tenth of a microsecond, and all questions of one kind 4,000,000. A rule has at most 1,000 tests, and all
//! rules together take at most 64 MB. At most [`Analysis::MAX_OF_KIND`] findings of a kind are reported. An effect is
//! overridden by at most 32 rules together, and a question about [`FindingKind::NothingOffered`] considers at most
//! 2,000 pairs of rules and groups of plans.
//!
//! ```
//! use payments_core::chrono::{DateTime, Utc};
//! use payments_core::catalog::{Catalog, CatalogParts, CatalogVersion};
//! use payments_core::money::Rounding;
//! use payments_core::rules::lint::{FindingKind, StoreFacts, lint};
//! use payments_core::rules::{Condition, Effect, Rule};
//! use payments_core::slug::Slug;
//! use serde_json::json;
//!
//! let when = Condition::from_json(&json!({"bank": ["garnti"]}))?;
//! let rule = Rule::new(Slug::parse("garanti")?, "Garanti", when, Effect::default());
//! let parts = CatalogParts { rules: vec![rule], ..CatalogParts::default() };
//! let catalog = Catalog::build(CatalogVersion(1), parts)?;
//!
//! let now: DateTime<Utc> = "2026-11-22T11:30:00Z".parse()?;
//! let analysis = lint(&catalog, &StoreFacts::default(), now, &Utc, Rounding::Up);
//! assert_eq!(analysis.findings[0].kind, FindingKind::UnknownValue);
//! assert_eq!(analysis.findings[0].pointer, "/when/bank/0");
//! assert_eq!(analysis.findings[0].message, "no bank has the slug garnti");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amounts;
mod answer;
mod below_minimum;
mod by_category;
mod choice;
mod covers;
mod facts;
mod fields;
mod finding;
mod formula;
mod items;
mod never_reached;
mod nothing_offered;
mod overridden;
mod part;
mod plans;
mod point;
mod region;
mod report;
mod search;
mod segments;
mod standing;
mod store;
mod test;
mod times;
mod two_rates;
mod unknown_values;

use chrono::{DateTime, TimeZone, Utc};

use crate::catalog::Catalog;
use crate::money::Rounding;

use super::index::bindings::Bindings;

pub use facts::StoreFacts;
pub use finding::{Analysis, Finding, FindingKind, Witness};

use formula::Formulas;
use report::Report;
use store::Store;
use times::InZone;

/// Analyses the active rules of a catalog from a moment on. To analyse a draft, build a catalog with it.
///
/// Dates, weekdays and hours in rules are those of `zone`. `facts` are what products and recent purchases have, and
/// `rounding` is that of listings.
pub fn lint<Z: TimeZone>(
    catalog: &Catalog,
    facts: &StoreFacts,
    now: DateTime<Utc>,
    zone: &Z,
    rounding: Rounding,
) -> Analysis {
    let (cards, zone) = (catalog.card_facts(), InZone(zone));
    let bindings = Bindings::of(catalog.payment_options(), &cards);
    let mut formulas = Formulas::new(&bindings);
    let store = Store::of(catalog, facts, (now, &zone), rounding, &mut formulas);
    let mut report = Report::default();
    unknown_values::find(&store, &mut report);
    if !store.all_plans.is_empty() {
        let points = standing::points(&store, &mut report);
        two_rates::find(&store, &points, &mut report);
        nothing_offered::find(&store, &points, &mut report);
        let effects = never_reached::find(&store, points, &mut report);
        overridden::find(&store, effects, &mut report);
    }
    report.finish()
}
