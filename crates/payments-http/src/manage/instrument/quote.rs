//! The quote of a request for an instrument.

use payments_core::id::SavedCardId;
use payments_core::instrument::QuoteUse;

use crate::error::{ApiError, FieldError, Problem};
use crate::quotes;
use crate::state::AppState;

/// The use of a quote, which must be valid and for this saved card.
///
/// # Errors
/// 409 with the reason, 503 if the database does not answer.
pub(super) async fn verified(
    state: &AppState,
    text: &str,
    saved_card: SavedCardId,
) -> Result<QuoteUse, ApiError> {
    let verified = quotes::verify(state, text).await?;
    let is_valid = verified.is_valid();
    match verified.claims {
        Some(claims) if is_valid && claims.choice.saved_card == Some(saved_card) => Ok(QuoteUse {
            quote: claims.jti,
            pos: claims.terms.pos,
            expires_at: claims.expires_at(),
        }),
        Some(_) if is_valid => Err(refused("other_card")),
        Some(_) | None => Err(refused(verified.status)),
    }
}

/// The quote is not accepted, with the reason in one word.
pub(super) fn refused(reason: &'static str) -> ApiError {
    Problem::QuoteRefused.about(vec![FieldError::at("quote", reason)])
}
