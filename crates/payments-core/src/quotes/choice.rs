//! The plan that a quote is requested for.

use alloc::vec::Vec;

use crate::catalog::{Card, CardSelection, Catalog, InstallmentCount};
use crate::id::CardId;
use crate::listing::{Candidate, Fact, LeftOut, Reason};

/// A number of installments on a card, which is known by its key, by the customer's card, or by both.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    card: Option<CardId>,
    selection: Option<&'a CardSelection>,
    pub(super) installment_count: InstallmentCount,
}

/// Why there is no quote.
#[derive(Clone, Debug, PartialEq)]
pub enum NotQuoted<'c> {
    /// The customer's card can be each of these cards, in the order of the catalog. Choose one of them.
    Ambiguous(Vec<&'c Card>),
    /// The plan is not offered, for these reasons: at least one.
    NotOffered(Vec<LeftOut<'c>>),
}

impl<'a> Choice<'a> {
    /// A plan of this card.
    pub const fn of_card(card: CardId, installment_count: InstallmentCount) -> Self {
        Self {
            card: Some(card),
            selection: None,
            installment_count,
        }
    }

    /// A plan of the card that the customer's card means: of `card`, or else of the only card in the selection.
    pub const fn of_selection(
        selection: &'a CardSelection,
        card: Option<CardId>,
        installment_count: InstallmentCount,
    ) -> Self {
        Self {
            card,
            selection: Some(selection),
            installment_count,
        }
    }

    pub(super) const fn selection(&self) -> Option<&'a CardSelection> {
        self.selection
    }

    /// The position of the chosen card. It may be outside the selection: then the card is left out for that reason.
    pub(super) fn card_position<'c>(&self, catalog: &'c Catalog) -> Result<usize, NotQuoted<'c>> {
        if let Some(card) = self.card {
            return catalog.card_position(card).ok_or_else(no_such_card);
        }
        let selection = self.selection.ok_or_else(no_such_card)?;
        let all = 0..catalog.cards().len();
        let mut meant = all.filter(|position| selection.can_mean(*position));
        let mut chosen = selection.cards(catalog);
        match (chosen.next(), chosen.next()) {
            (Some(card), None) => catalog.card_position(card.pk).ok_or_else(no_such_card),
            (Some(_), Some(_)) => Err(NotQuoted::Ambiguous(selection.cards(catalog).collect())),
            // Digits mean no card of an inactive point of sale.
            (None, _) if selection.is_of_inactive_pos(catalog) => {
                Err(NotQuoted::NotOffered(because_of(Fact::PosInactive)))
            }
            // Every card that the digits can mean has another point of sale.
            (None, _) => meant.next().ok_or_else(no_such_card),
        }
    }
}

/// The reason that concerns the whole purchase.
pub(super) fn because_of(fact: Fact) -> Vec<LeftOut<'static>> {
    vec![LeftOut {
        candidate: Candidate::Purchase,
        reason: Reason::Fact(fact),
    }]
}

fn no_such_card<'c>() -> NotQuoted<'c> {
    NotQuoted::NotOffered(because_of(Fact::NoSuchCard))
}
