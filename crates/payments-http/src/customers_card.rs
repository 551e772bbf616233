//! The card that a listing is for: its first digits as typed (`bin`), or one of the customer's saved cards (`saved_card`).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{Either, LocalBoxFuture};
use payments_core::catalog::{CardSelection, Catalog, LeadingDigits};
use payments_core::id::{CustomerId, SavedCardId};
use payments_core::saved_card::SavedCard;

use crate::caller;
use crate::error::{ApiError, FieldError, Problem};
use crate::path::PathPk;
use crate::state::{AppState, of_request};

const BIN: &str = "bin";
const SAVED_CARD: &str = "saved_card";

/// What a listing knows about the customer's card.
#[derive(Clone, Debug)]
pub(crate) enum CustomersCard {
    /// Nothing.
    Unknown,
    /// The first digits, as typed.
    Typed(LeadingDigits),
    /// It is one of the customer's saved cards.
    Saved(Box<SavedCard>),
}

impl CustomersCard {
    /// A saved card of a customer.
    ///
    /// # Errors
    /// 404 if the customer has no such card.
    pub(crate) async fn saved(
        state: &AppState,
        customer: CustomerId,
        pk: SavedCardId,
    ) -> Result<Self, ApiError> {
        let found = state.saved_cards.find(customer, pk).await?;
        let card = found.ok_or(Problem::CardNotFound)?;
        Ok(Self::Saved(Box::new(card)))
    }

    /// The cards that it can be; `None` if nothing is known.
    pub(crate) fn selection(&self, catalog: &Catalog) -> Option<CardSelection> {
        match self {
            Self::Unknown => None,
            Self::Typed(digits) => Some(catalog.select_by_digits(*digits)),
            Self::Saved(card) => Some(card.selection(catalog)),
        }
    }
}

/// The parameters, before the saved card is looked up.
enum Parameters {
    None,
    Bin(LeadingDigits),
    SavedCard(SavedCardId),
}

impl Parameters {
    /// # Errors
    /// 400 for an invalid or repeated parameter, and for both at once. The text is not repeated.
    fn of_query(query: &str) -> Result<Self, ApiError> {
        let values = |wanted| {
            let pairs = form_urlencoded::parse(query.as_bytes());
            pairs.filter_map(move |(name, value)| (name == wanted).then_some(value))
        };
        let (mut bins, mut cards) = (values(BIN), values(SAVED_CARD));
        match (bins.next(), cards.next()) {
            (None, None) => Ok(Self::None),
            (Some(text), None) => {
                let digits = LeadingDigits::parse(&text).ok();
                let digits = digits.filter(|_| bins.next().is_none());
                let invalid = || ApiError::field(BIN, "bin-invalid");
                digits.map(Self::Bin).ok_or_else(invalid)
            }
            (None, Some(text)) => {
                let pk = PathPk::parse(&text).0.filter(|_| cards.next().is_none());
                let pk = pk.and_then(|pk| SavedCardId::new(pk).ok());
                let invalid = || ApiError::field(SAVED_CARD, "saved-card-invalid");
                pk.map(Self::SavedCard).ok_or_else(invalid)
            }
            (Some(_), Some(_)) => Err(ApiError::validation(vec![
                FieldError::new(BIN, "one-card-only"),
                FieldError::new(SAVED_CARD, "one-card-only"),
            ])),
        }
    }
}

/// Looks up a card of the session's customer.
///
/// # Errors
/// 401 without a customer, 404 if the customer has no such card.
async fn saved(request: HttpRequest, pk: SavedCardId) -> Result<CustomersCard, ApiError> {
    let state = of_request(&request)?;
    let (_, customer) = caller::logged_in(&request, &state).await?;
    CustomersCard::saved(&state, customer.pk, pk).await
}

type Answer = Result<CustomersCard, ApiError>;

impl FromRequest for CustomersCard {
    type Error = ApiError;
    type Future = Either<Ready<Answer>, LocalBoxFuture<'static, Answer>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parameters = match request.query_string() {
            "" => Ok(Parameters::None),
            query => Parameters::of_query(query),
        };
        let known = match parameters {
            Err(error) => Err(error),
            Ok(Parameters::None) => Ok(Self::Unknown),
            Ok(Parameters::Bin(digits)) => of_request(request).map(|state| {
                let is_known = state.snapshots.current().catalog.has_bin_of(digits);
                state.bin_counts.count(digits, is_known);
                Self::Typed(digits)
            }),
            Ok(Parameters::SavedCard(pk)) => {
                return Either::Right(Box::pin(saved(request.clone(), pk)));
            }
        };
        Either::Left(ready(known))
    }
}
