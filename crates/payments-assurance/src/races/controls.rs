//! A fault planted into the system itself.

use anyhow::{Result, ensure};
use payments_core::testkit::world::Invariant;

use crate::planted::breaks;
use crate::system::System;

/// Saves a card a second time, as a database without the constraint would.
const SECOND_ROW: &str = "
    ALTER TABLE saved_cards DROP CONSTRAINT saved_cards_customer_pos_fingerprint_key;
    INSERT INTO saved_cards OVERRIDING SYSTEM VALUE
        SELECT (jsonb_populate_record(NULL::saved_cards, to_jsonb(saved_cards) || '{\"pk\": 9999999}')).*
        FROM saved_cards LIMIT 1";

/// Plants a second row of a card, and finds it. Returns its name.
pub(super) async fn second_row(system: &System) -> Result<String> {
    system.sql().await?.batch_execute(SECOND_ROW).await?;
    let is_found = breaks(&system.world().await?, Invariant::OneEffect);
    ensure!(is_found, "a second row in the database is not found");
    Ok("a second row in the database".to_owned())
}
