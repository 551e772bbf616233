//! Tokens that were deleted while an intent was open that may have got the same token.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::flow::IntentId;
use payments_core::intent::DELETIONS_NOTED_FOR;

use payments_sql::column::instant;
use payments_sql::schema::{card_actions, dead_tokens, intents};
use payments_sql::sql_error::SqlError;

use super::gateway_account::AccountColumns;
use super::{Connection, lease};

/// Records a token's deletion for the intents at its account that are open and may have received it: those within
/// [`DELETIONS_NOTED_FOR`], and those with an action, which gets its result at any time. Others commit no token. An
/// intent that is recorded later calls its gateway later, so that its token is valid.
pub(super) async fn note(
    connection: &mut Connection,
    pos: i64,
    (gateway, label): &AccountColumns,
    token: &str,
) -> Result<(), SqlError> {
    let since = instant(lease::now(connection).await? - DELETIONS_NOTED_FOR);
    let has_action = exists(card_actions::table.filter(card_actions::intent.eq(intents::id)));
    let open = intents::table.filter(
        intents::outcome
            .is_null()
            .and(intents::pos.eq(pos))
            .and(intents::gateway.eq(gateway))
            .and(intents::account.eq(label))
            .and(intents::created_at.gt(since).or(has_action)),
    );
    let open: Vec<String> = open.select(intents::id).load(connection).await?;
    for id in open {
        let row = (dead_tokens::intent.eq(&id), dead_tokens::token.eq(token));
        let noted = diesel::insert_into(dead_tokens::table).values(row);
        let noted = noted.on_conflict_do_nothing();
        noted.execute(connection).await?;
    }
    Ok(())
}

/// Whether a token was deleted while an intent was open.
pub(super) async fn is_dead(
    connection: &mut Connection,
    id: &IntentId,
    token: &str,
) -> Result<bool, SqlError> {
    let row = dead_tokens::table.filter(
        dead_tokens::intent
            .eq(&id.0)
            .and(dead_tokens::token.eq(token)),
    );
    Ok(row.count().get_result::<i64>(connection).await? > 0)
}

/// Removes the records of an intent that is closed.
pub(super) async fn forget(connection: &mut Connection, id: &IntentId) -> Result<(), SqlError> {
    let rows = dead_tokens::table.filter(dead_tokens::intent.eq(&id.0));
    diesel::delete(rows).execute(connection).await?;
    Ok(())
}
