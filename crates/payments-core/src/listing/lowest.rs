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
    let offers = listing.offers().flat_map(|card| {
        let plans = card.plans.iter();
        plans.map(move |plan| LowestPlan { card, plan: *plan })
    });
    // `min_by_key` returns the first of equal elements.
    offers.min_by_key(|offer| {
        let quote = offer.plan.quote;
        let (single, total) = (quote.single_installment_amount(), quote.total_amount());
        (single.minor, total.minor)
    })
}
