//! Verifies quotes against the present purchase and catalog.

use chrono::TimeDelta;
use payments_core::catalog::{CardSelection, Catalog};
use payments_core::id::{CustomerId, SavedCardId};
use payments_core::quotes::{self, Current, QuoteClaims, QuoteStatus};
use serde_json::{Value, json};

use crate::error::{ApiError, Problem};
use crate::manage::explain;
use crate::state::AppState;

/// The status of a text that is not a quote of this service.
const NOT_OURS: &str = "not_ours";

/// How far in the future a quote may be issued, since the clocks of processes differ.
const MAX_SKEW: TimeDelta = TimeDelta::seconds(60);

/// What is true of a quote.
#[derive(Clone, Debug)]
pub struct Verified {
    /// `valid`, `not_ours`, `expired`, `no_longer_offered`, `purchase_changed` or `figures_changed`.
    pub status: &'static str,
    /// More about the status, in the words of the API; empty for some.
    pub details: Value,
    /// The claims, if the quote is this service's.
    pub claims: Option<QuoteClaims>,
}

impl Verified {
    /// Whether the quote holds.
    pub fn is_valid(&self) -> bool {
        self.status == QuoteStatus::Valid.as_str()
    }
}

/// Verifies the text of a quote: its signature first, and only then what it says.
///
/// # Errors
/// 503 without keys, or if the database does not answer.
pub async fn verify(state: &AppState, text: &str) -> Result<Verified, ApiError> {
    if !state.quote_keys.is_configured() {
        return Err(Problem::QuotesNotConfigured.into());
    }
    let verified = match opened(state, text) {
        Some(claims) => compare(state, claims).await?,
        None => Verified {
            status: NOT_OURS,
            details: json!({}),
            claims: None,
        },
    };
    state.metrics.quote_verified(verified.status);
    Ok(verified)
}

/// The claims of a quote that this service signed.
fn opened(state: &AppState, text: &str) -> Option<QuoteClaims> {
    let claims: QuoteClaims = state.quote_keys.open(text)?;
    let latest = (state.clock.now() + MAX_SKEW).timestamp();
    (claims.iss == state.public_url && claims.iat <= latest).then_some(claims)
}

async fn compare(state: &AppState, claims: QuoteClaims) -> Result<Verified, ApiError> {
    let purchase = match claims.purchase() {
        // An expired quote needs no query.
        Some(key) if !claims.has_expired(state.clock.now()) => {
            state.purchases.keyed(key, claims.buyer()).await?
        }
        Some(_) | None => None,
    };
    let snapshot = state.snapshots.current();
    let saved_card = match (claims.customer(), claims.choice.saved_card) {
        (Some(customer), Some(pk)) if purchase.is_some() => {
            saved_card_selection(state, &snapshot.catalog, customer, pk).await?
        }
        (Some(_) | None, Some(_) | None) => None,
    };
    let current = Current {
        purchase: purchase.as_ref().map(|keyed| &keyed.purchase),
        saved_card: saved_card.as_ref(),
    };
    let rounding = state.settings.pricing.rounding;
    let status = quotes::verify(
        &claims,
        current,
        &snapshot.catalog,
        state.moment(),
        rounding,
    );
    Ok(Verified {
        status: status.as_str(),
        details: details(&status),
        claims: Some(claims),
    })
}

/// The cards of the catalog that a customer's saved card can mean; `None` if the customer has no such card.
pub(super) async fn saved_card_selection(
    state: &AppState,
    catalog: &Catalog,
    customer: CustomerId,
    pk: SavedCardId,
) -> Result<Option<CardSelection>, ApiError> {
    let card = state.saved_cards.find(customer, pk).await?;
    Ok(card.map(|card| card.selection(catalog)))
}

fn details(status: &QuoteStatus<'_>) -> Value {
    match status {
        QuoteStatus::Expired | QuoteStatus::Valid => json!({}),
        QuoteStatus::NoLongerOffered(reasons) => json!({ "left_out": explain::reasons(reasons) }),
        QuoteStatus::PurchaseChanged(changes) => {
            let words: Vec<&str> = changes.iter().map(|change| change.as_str()).collect();
            json!({ "changed": words })
        }
        QuoteStatus::FiguresChanged(terms) => {
            json!({ "old": terms.old, "new": terms.new })
        }
    }
}
