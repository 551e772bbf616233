//! The lowest plan of a listing, as category pages show it: "3 × 6.83".

use super::{CardOffer, Listing, PlanOffer};

/// The plan of a listing with the smallest single installment, and its card.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LowestPlan<'l, 'c> {
    /// The card that offers the plan.
    pub card: CardOffer<'l, 'c>,
    /// The plan, with its amounts.
    pub plan: PlanOffer<'c>,
}

/// The plan with the smallest single installment. Of equal ones the plan with the lower total, then that of the
/// card listed first, then the one with fewer installments. `None` for an empty listing.
///
/// Does not allocate.
pub fn lowest<'l, 'c>(listing: &'l Listing<'c>) -> Option<LowestPlan<'l, 'c>> {
    let mut lowest: Option<LowestPlan<'l, 'c>> = None;
    let mut lowest_key = (i64::MAX, i64::MAX);
    for card in listing.offers() {
        for plan in card.plans {
            let (single, total) = (
                plan.quote.single_installment_amount(),
                plan.quote.total_amount(),
            );
            let key = (single.minor, total.minor);
            // Of equal ones the first.
            if lowest.is_none() || key < lowest_key {
                lowest = Some(LowestPlan { card, plan: *plan });
                lowest_key = key;
            }
        }
    }
    lowest
}
