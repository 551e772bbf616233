//! The listing: which cards a purchase can be paid with, in which plans, at which figures.
//!
//! ```text
//! list(&Catalog, &Purchase, Moment, Rounding)    -> Listing       what the contract's three GETs answer
//! explain(&Catalog, &Purchase, Moment, Rounding) -> Explanation   the same, and why everything else was left out
//! ```
//! **Both are one walk over the catalog; `explain` only watches it.**

use crate::catalog::Catalog;
use crate::installment::QuoteError;
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::Purchase;

mod explanation;
mod offers;
mod walk;

pub use explanation::{Candidate, Explanation, Fact, LeftOut, Reason, RuleEffect};
pub use offers::{CardOffer, Listing, PlanOffer};

/// Lists the cards and plans a purchase can be paid with, filtered and ordered as the contract says (card lists). A
/// purchase without items, or of nothing to pay, has an empty listing.
///
/// Does not allocate per card or plan.
///
/// # Errors
/// [`QuoteError::Overflow`] when an offered plan's total does not fit 64 bits of minor units.
pub fn list<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
) -> Result<Listing<'c>, QuoteError> {
    walk::walk(catalog, purchase, moment, rounding, &mut walk::Unobserved)
}

/// Lists like [`list`], and tells for every payment option, card and plan left out which fact or rule did it.
///
/// # Errors
/// As [`list`].
pub fn explain<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
) -> Result<Explanation<'c>, QuoteError> {
    let mut left_out = Vec::new();
    let listing = walk::walk(catalog, purchase, moment, rounding, &mut left_out)?;
    Ok(Explanation { listing, left_out })
}
