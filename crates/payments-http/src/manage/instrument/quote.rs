//! The quote of a request for an instrument.

use payments_core::id::SavedCardId;
use payments_core::instrument::QuoteUse;

use crate::error::{ApiError, FieldError, Problem};
use crate::state::AppState;

/// Verifies a quote, which must be valid and for this saved card.
///
/// TODO(merge quotes-http): call `quotes::verify` and map its result. Until then every quote is refused.
#[expect(clippy::unused_async, reason = "verifying reads the purchase")]
pub(super) async fn verified(_: &AppState, _: &str, _: SavedCardId) -> Result<QuoteUse, ApiError> {
    Err(refused("not_ours"))
}

/// The quote is not accepted, with the reason in one word.
pub(super) fn refused(reason: &'static str) -> ApiError {
    Problem::QuoteRefused.about(vec![FieldError::at("quote", reason)])
}
