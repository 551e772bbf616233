//! The quote of a request for an instrument.

use payments_core::id::SavedCardId;
use payments_core::instrument::QuoteUse;

use crate::error::{ApiError, FieldError, Problem};
use crate::quotes;
use crate::state::AppState;

/// A quote of this service for this saved card.
pub(super) struct Presented {
    pub(super) used: QuoteUse,
    /// What [`quotes::verify`] says of it.
    pub(super) status: &'static str,
}

/// Reads a quote, which may no longer be valid.
///
/// # Errors
/// 409 if it is not this service's or for another card, 503 without keys or if the database does not answer.
pub(super) async fn presented(
    state: &AppState,
    text: &str,
    saved_card: SavedCardId,
) -> Result<Presented, ApiError> {
    let verified = quotes::verify(state, text).await?;
    let (status, is_valid) = (verified.status, verified.is_valid());
    let claims = verified.claims.ok_or_else(|| refused(status))?;
    if claims.choice.saved_card != Some(saved_card) {
        return Err(refused("other_card"));
    }
    let used = QuoteUse {
        quote: claims.jti,
        pos: claims.terms.pos,
        expires_at: claims.expires_at(),
        is_valid,
    };
    Ok(Presented { used, status })
}

/// The quote is not accepted, with the reason in one word.
pub(super) fn refused(reason: &'static str) -> ApiError {
    Problem::QuoteRefused.about(vec![FieldError::at("quote", reason)])
}
