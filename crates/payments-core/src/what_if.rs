//! What would change: a draft catalog against the catalog in force, over many purchases.
//!
//! ```text
//! WhatIf::new(&in_force, &draft, Moment, Rounding)   -> WhatIf       the two catalogs, prepared
//! Comparison::new(&WhatIf)                           -> Comparison   what is known so far: of nothing
//! Comparison::add(PurchaseKey, &Purchase)                            decides one purchase in both catalogs
//! Comparison::merge(Comparison)                                      joins the comparisons of two threads
//! Comparison::report(max_cards)                      -> Report       the counts, and examples with both matrices
//! ```
//! **The report depends on the set of purchases alone,** neither on their order nor on how they were divided among
//! comparisons. Cards are the same if they have the same key, and plans if they are of the same card and have the same
//! number of installments. A plan has other figures if its rate or one of its amounts is another one.

use crate::catalog::Catalog;
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::Purchase;

mod comparison;
mod count_set;
mod differences;
mod examples;
mod lowest_moves;
mod plan_changes;
mod report;

pub use comparison::Comparison;
pub use lowest_moves::{CurrencyMoves, LowestMoves, Moves};
pub use report::{ChangedPurchases, Example, OtherRule, Report};

use differences::Differences;
use plan_changes::PlanChanges;

/// A draft catalog and the catalog in force, ready to be compared.
#[derive(Debug)]
pub struct WhatIf<'c> {
    in_force: &'c Catalog,
    draft: &'c Catalog,
    moment: Moment,
    rounding: Rounding,
    differences: Differences<'c>,
}

impl<'c> WhatIf<'c> {
    /// Prepares the comparison of purchases that are made at one moment.
    pub fn new(
        in_force: &'c Catalog,
        draft: &'c Catalog,
        moment: Moment,
        rounding: Rounding,
    ) -> Self {
        Self {
            in_force,
            draft,
            moment,
            rounding,
            differences: Differences::of(in_force, draft),
        }
    }

    /// What changes for a purchase; `None` if nothing does.
    fn changes(&self, purchase: &Purchase) -> Option<PlanChanges<'c>> {
        if !self.differences.may_concern(purchase, self.moment) {
            return None;
        }
        let changes = PlanChanges::of(self, purchase);
        (!changes.cards.is_empty()).then_some(changes)
    }
}
