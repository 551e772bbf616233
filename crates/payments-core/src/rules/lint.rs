//! The analysis of rules: what is not as it seems.

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

/// Analyses the active rules of a catalog.
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
