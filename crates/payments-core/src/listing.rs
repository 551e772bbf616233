//! The listing: which cards a purchase can be paid with, in which plans, at which figures.
//!
//! ```text
//! list(&Catalog, &Purchase, Moment, Rounding)    -> Listing       what the contract's three GETs return
//! explain(&Catalog, &Purchase, Moment, Rounding) -> Explanation   the same, and why everything else was left out
//! matrix(&Catalog, &Purchase, …, &MatrixPage)    -> Matrix        the same as explain, card by card, in pages
//! ```
//! **All are one walk over the catalog; `explain` and `matrix` only watch it.**

use alloc::vec::Vec;

use crate::catalog::{CardSelection, Catalog};
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::Purchase;

mod explanation;
mod lowest;
mod matrix;
mod offers;
mod walk;

pub(crate) use walk::one_card::{CardPlan, CardQuestion};

pub use explanation::{Candidate, Explanation, Fact, LeftOut, Reason, RuleEffect};
pub use lowest::{LowestPlan, lowest};
pub use matrix::{Cell, Matrix, MatrixPage, MatrixRow, matrix};
pub use offers::{CardOffer, Listing, PlanOffer};

/// Lists the cards and plans a purchase can be paid with, filtered and ordered as the contract says (card lists). A
/// purchase without items, or of nothing to pay, has an empty listing.
///
/// A plan whose total does not fit 64 bits of minor units is left out; the others stay.
///
/// Does not allocate per card or plan.
pub fn list<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
) -> Listing<'c> {
    list_only(catalog, purchase, moment, rounding, None)
}

/// Lists like [`list`], but only the cards of a selection if there is one.
pub fn list_only<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
    selection: Option<&CardSelection>,
) -> Listing<'c> {
    let mut unobserved = walk::Unobserved;
    walk::walk(
        catalog,
        purchase,
        moment,
        rounding,
        selection,
        &mut unobserved,
    )
}

/// Lists like [`list`], and reports for every payment option, card and plan that is left out the fact or
/// rule that excluded it.
pub fn explain<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
) -> Explanation<'c> {
    explain_only(catalog, purchase, moment, rounding, None)
}

/// Explains like [`explain`], but offers only the cards of a selection if there is one.
pub fn explain_only<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
    selection: Option<&CardSelection>,
) -> Explanation<'c> {
    let mut left_out = Vec::new();
    let listing = walk::walk(
        catalog,
        purchase,
        moment,
        rounding,
        selection,
        &mut left_out,
    );
    Explanation { listing, left_out }
}
