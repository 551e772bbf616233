//! The customer's card in a question: its first digits, or a saved card with its owner.

use payments_core::catalog::LeadingDigits;
use payments_core::id::{CustomerId, SavedCardId};

use crate::customers_card::CustomersCard;
use crate::error::ApiError;
use crate::manage::query::Parameters;
use crate::path::PathPk;
use crate::state::AppState;

const A_KEY: &str = "use a positive integer";

/// How the card is named.
#[derive(Clone, Copy)]
pub(super) enum NamedCard {
    /// Not at all.
    None,
    /// By its first digits.
    Bin(LeadingDigits),
    /// As a saved card, with its owner.
    Saved(CustomerId, SavedCardId),
}

impl NamedCard {
    /// `None` if the parameters are wrong, which is noted.
    pub(super) fn of(parameters: &mut Parameters) -> Option<Self> {
        let bin = parameters.optional("bin", "use the first 6 to 8 digits", None, |text| {
            LeadingDigits::parse(text).ok().map(Some)
        });
        let saved_card = parameters.optional("saved_card", A_KEY, None, |text| key(text).map(Some));
        let customer = parameters.optional("customer", A_KEY, None, |text| key(text).map(Some));
        match (bin?, saved_card?, customer?) {
            (None, None, None) => Some(Self::None),
            (Some(digits), None, None) => Some(Self::Bin(digits)),
            (None, Some(card), Some(customer)) => Some(Self::Saved(customer, card)),
            (Some(_), Some(_), _) => {
                parameters.wrong("bin", "use either bin or saved_card");
                parameters.wrong("saved_card", "use either bin or saved_card");
                None
            }
            (None, Some(_), None) => {
                parameters.wrong("customer", "use the key of the saved card's owner");
                None
            }
            (_, None, Some(_)) => {
                parameters.wrong("customer", "use it together with saved_card");
                None
            }
        }
    }

    /// # Errors
    /// 404 if the customer has no such card, or if its point of sale uses another account.
    pub(super) async fn find(self, state: &AppState) -> Result<CustomersCard, ApiError> {
        match self {
            Self::None => Ok(CustomersCard::Unknown),
            Self::Bin(digits) => Ok(CustomersCard::Typed(digits)),
            Self::Saved(customer, pk) => CustomersCard::saved(state, customer, pk).await,
        }
    }
}

fn key<Id: TryFrom<i64>>(text: &str) -> Option<Id> {
    Id::try_from(PathPk::parse(text).0?).ok()
}
