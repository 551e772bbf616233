//! Clears an action's columns after it has ended, or its customer is erased.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::flow::IntentId;

use payments_sql::prepared::Prepare as _;
use payments_sql::schema::{card_actions, intents};
use payments_sql::sql_error::SqlError;

use super::Connection;

/// Clears the columns that are needed only while the intent is open.
pub(super) async fn clear(connection: &mut Connection, id: &IntentId) -> Result<(), SqlError> {
    let row = card_actions::table.filter(card_actions::intent.eq(&id.0));
    let nothing = (
        card_actions::handle.eq(None::<String>),
        card_actions::url.eq(None::<String>),
        NoCard::default(),
    );
    let update = diesel::update(row).set(nothing);
    update.prepared().execute(connection).await?;
    Ok(())
}

/// Clears the cards of a customer who is erased. The gateways are notified later.
pub(super) async fn clear_cards(
    connection: &mut Connection,
    customer: i64,
) -> Result<(), SqlError> {
    let own = intents::table
        .filter(intents::customer.eq(customer))
        .select(intents::id);
    let rows = card_actions::table.filter(card_actions::intent.eq_any(own));
    diesel::update(rows)
        .set(NoCard::default())
        .execute(connection)
        .await?;
    Ok(())
}

/// Empties the columns of the card.
#[derive(AsChangeset, Default)]
#[diesel(table_name = card_actions, treat_none_as_null = true)]
struct NoCard {
    expiry_month: Option<i32>,
    expiry_year: Option<i32>,
    brand: Option<String>,
    holder: Option<String>,
    name: Option<String>,
    consented_at: Option<NaiveDateTime>,
    consent_version: Option<String>,
    bin: Option<String>,
}
