//! The walk over some cards: the same decisions as in a listing, with what is left out kept card by card.

use alloc::vec::Vec;

use crate::catalog::{CardSelection, Catalog};
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::Purchase;
use crate::rules::index::Stage;

use super::{Observer as _, Walk, nothing_to_list};
use crate::listing::{Candidate, LeftOut, Listing, Reason};

/// What was decided about some cards.
#[derive(Debug)]
pub(in crate::listing) struct DecidedCards<'c> {
    /// The cards that are offered.
    pub(in crate::listing) listing: Listing<'c>,
    /// The rules of the purchase; `None` if it has an empty listing whatever the rules are.
    pub(in crate::listing) rules: Option<Stage<'c>>,
    /// What is left out: of the purchase and the payment options first, then card by card.
    pub(in crate::listing) left_out: Vec<LeftOut<'c>>,
    /// The number of reasons that precede those of the cards.
    pub(in crate::listing) general: usize,
    pub(in crate::listing) cards: Vec<DecidedCard>,
}

/// What was decided about one card. Its reasons begin where those of the previous card end.
#[derive(Clone, Copy, Debug)]
pub(in crate::listing) struct DecidedCard {
    /// The position of the card in [`Catalog::cards`].
    pub(in crate::listing) position: usize,
    /// Its position among the cards of the listing, if it is offered.
    pub(in crate::listing) offer: Option<usize>,
    pub(in crate::listing) left_out_end: usize,
}

/// Decides about the cards at these positions of [`Catalog::cards`].
pub(in crate::listing) fn decide_cards<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
    selection: Option<&CardSelection>,
    positions: impl ExactSizeIterator<Item = usize>,
) -> DecidedCards<'c> {
    let mut cards = Vec::with_capacity(positions.len());
    let mut left_out = Vec::new();
    if let Some(fact) = nothing_to_list(purchase, selection, moment) {
        left_out.left_out(Candidate::Purchase, Reason::Fact(fact));
        cards.extend(positions.map(|position| DecidedCard {
            position,
            offer: None,
            left_out_end: 1,
        }));
        return DecidedCards {
            listing: Listing::empty(catalog),
            rules: None,
            left_out,
            general: 1,
            cards,
        };
    }
    let listing = Listing::with_room(catalog);
    let options = catalog.payment_options().len();
    let stage = Stage::new(catalog.rule_book(), options, purchase, moment);
    let amount = purchase.amount;
    let mut walk = Walk::new(listing, catalog, stage, amount, rounding, &mut left_out);
    walk.payment_options();
    let general = walk.observer.len();
    for position in positions {
        let offers = walk.listing.len();
        walk.card_of(selection, position);
        cards.push(DecidedCard {
            position,
            offer: (walk.listing.len() > offers).then_some(offers),
            left_out_end: walk.observer.len(),
        });
    }
    let Walk { listing, stage, .. } = walk;
    DecidedCards {
        listing,
        rules: Some(stage),
        left_out,
        general,
        cards,
    }
}
