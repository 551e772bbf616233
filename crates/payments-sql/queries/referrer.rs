//! Objects that refer to another one, from their rows.

use payments_core::flow::IntentId;
use payments_core::id::{CustomerId, SavedCardId};
use payments_core::record::Referrer;

use payments_sql::sql_error::SqlError;

/// Saved cards by their customers and keys.
pub(super) fn saved_cards(rows: Vec<(i64, i64)>) -> Result<Vec<Referrer>, SqlError> {
    let broken = |error| SqlError::row("saved_cards", error);
    let saved_card = |(customer, card)| {
        Ok(Referrer::SavedCard {
            customer: CustomerId::new(customer).map_err(broken)?,
            card: SavedCardId::new(card).map_err(broken)?,
        })
    };
    rows.into_iter().map(saved_card).collect()
}

/// Open intents by their customers and ids.
pub(super) fn intents(rows: Vec<(i64, String)>) -> Result<Vec<Referrer>, SqlError> {
    let open_intent = |(customer, id)| {
        let customer =
            CustomerId::new(customer).map_err(|error| SqlError::row("intents", error))?;
        Ok(Referrer::OpenIntent {
            customer,
            intent: IntentId(id),
        })
    };
    rows.into_iter().map(open_intent).collect()
}
