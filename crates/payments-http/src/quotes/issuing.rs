//! Issues quotes.

use chrono::TimeDelta;
use payments_core::catalog::{CardSelection, Catalog};
use payments_core::purchase::KeyedPurchase;
use payments_core::quote_id::QuoteId;
use payments_core::quote_request::{CustomersCard, RequestedPlan};
use payments_core::quotes::{
    Choice, ClaimedChoice, NotQuoted, Period, QuoteClaims, QuoteIdentity, quote_plan,
};
use serde_json::json;

use super::keys::KeysError;
use super::verification::saved_card_selection;
use crate::error::{ApiError, Problem};
use crate::manage::explain;
use crate::state::AppState;

/// A quote.
pub(crate) struct Issued {
    pub(crate) claims: QuoteClaims,
    /// The claims as a signed token.
    pub(crate) text: String,
}

/// Quotes a plan for a purchase. Nothing is stored.
///
/// # Errors
/// 404 without the saved card, 409 if the plan is not offered or the card is ambiguous, 503 without keys.
pub(crate) async fn issue(
    state: &AppState,
    keyed: &KeyedPurchase,
    plan: &RequestedPlan,
) -> Result<Issued, ApiError> {
    let snapshot = state.snapshots.current();
    let selection = selection(state, &snapshot.catalog, plan, keyed).await?;
    let (card, count) = (plan.card, plan.installment_count);
    let choice = match (&selection, card) {
        (None, Some(card)) => Choice::of_card(card, count),
        (Some(selection), card) => Choice::of_selection(selection, card, count),
        // The reader requires one of them.
        (None, None) => return Err(Problem::Internal.into()),
    };
    let pricing = state.settings.pricing;
    let lifetime = TimeDelta::seconds(state.settings.quotes.lifetime_seconds.into());
    let quoted = quote_plan(
        &snapshot.catalog,
        &keyed.purchase,
        &choice,
        pricing.rounding,
        Period::new(state.clock.now(), lifetime),
        |instant| pricing.moment(instant),
    );
    let saved_card = match plan.customers_card {
        Some(CustomersCard::Saved(pk)) => Some(pk),
        Some(CustomersCard::Digits(_)) | None => None,
    };
    let identity = QuoteIdentity {
        issuer: state.public_url.clone(),
        id: new_id(state),
        purchase: keyed.key,
        customer: keyed.customer,
        choice: ClaimedChoice { card, saved_card },
    };
    let claims = QuoteClaims::new(&quoted.map_err(|reason| refused(&reason))?, identity);
    let text = state.quote_keys.sign(&claims).map_err(unsigned)?;
    Ok(Issued { claims, text })
}

/// The cards that the customer's card can mean; `None` if only the card of the catalog is given. A saved card is found
/// only for the customer of the purchase.
async fn selection(
    state: &AppState,
    catalog: &Catalog,
    plan: &RequestedPlan,
    keyed: &KeyedPurchase,
) -> Result<Option<CardSelection>, ApiError> {
    match plan.customers_card {
        None => Ok(None),
        Some(CustomersCard::Digits(digits)) => Ok(Some(catalog.select_by_digits(digits))),
        Some(CustomersCard::Saved(pk)) => {
            let customer = keyed.customer.ok_or(Problem::CardNotFound)?;
            let found = saved_card_selection(state, catalog, customer, pk).await?;
            Ok(Some(found.ok_or(Problem::CardNotFound)?))
        }
    }
}

fn new_id(state: &AppState) -> QuoteId {
    let mut bytes = [0; 16];
    state.entropy.fill(&mut bytes);
    QuoteId::new(bytes)
}

fn refused(reason: &NotQuoted<'_>) -> ApiError {
    match reason {
        NotQuoted::Ambiguous(cards) => {
            let candidates = cards.iter().map(|card| {
                json!({ "pk": card.pk, "name": card.name, "slug": card.slug, "pos": card.pos })
            });
            ApiError::new(Problem::AmbiguousCard).with("candidates", candidates.collect())
        }
        NotQuoted::NotOffered(reasons) => {
            ApiError::new(Problem::NotOffered).with("left_out", explain::reasons(reasons))
        }
    }
}

fn unsigned(error: KeysError) -> ApiError {
    match error {
        KeysError::NotConfigured => Problem::QuotesNotConfigured.into(),
        KeysError::TooLong | KeysError::Failed(_) => {
            ApiError::new(Problem::Internal).because(error)
        }
    }
}
