//! Intents.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Timestamp;
use diesel_async::RunQueryDsl;
use payments_core::audit::{AuditOutcome, AuditRecord};
use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::catalog::GatewayAccount;
use payments_core::consent::Consent;
use payments_core::flow::IntentId;
use payments_core::id::{CustomerId, PosId, SavedCardId};
use payments_core::intent::{COMMIT_WINDOW, Intent, IntentOutcome, RecordIntent};
use payments_core::saved_card::NewSavedCard;

use payments_sql::column::{self, instant};
use payments_sql::prepared::Prepare as _;
use payments_sql::schema::{card_actions, intents};
use payments_sql::sql_error::SqlError;

use super::gateway_account::AccountColumns;
use super::token_deletion::{self, Orphan};
use super::{
    Connection, audit, card_action_cleanup, customer, customer_key, dead_token, gateway_account,
    saved_card,
};

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("intents", error)
}

pub(super) async fn record(
    connection: &mut Connection,
    intent: &Intent,
) -> Result<RecordIntent, SqlError> {
    // An erasure locks the customer too: it either sees this intent or is seen by it.
    super::lock_customer(connection, intent.customer.get()).await?;
    if customer::is_erased(connection, intent.customer.get()).await? {
        return Ok(RecordIntent::CustomerErased);
    }
    if audit::has_end(connection, &intent.id).await? {
        return Ok(RecordIntent::Exists);
    }
    let (customer, pos) = (intent.customer.get(), intent.pos.get());
    let (gateway, label) = (&intent.account.gateway, &intent.account.label);
    // Locked until the commit, so that a concurrent removal of the account sees the intent.
    let present = super::present_account(connection, pos).await?;
    let is_present = |(at, account): &(String, String)| {
        (at.as_str(), account.as_str()) == (gateway.as_str(), label.as_str())
    };
    if !present.as_ref().is_some_and(is_present) && !is_known(connection, &intent.id).await? {
        return Ok(RecordIntent::AccountChanged);
    }
    let provider_customer_key =
        customer_key::present(connection, customer, pos, &intent.account).await?;
    let card = intent.card.as_ref();
    let row = (
        intents::id.eq(&intent.id.0),
        intents::customer.eq(customer),
        intents::pos.eq(pos),
        intents::gateway.eq(gateway.as_str()),
        intents::account.eq(label.as_str()),
        intents::created_at.eq(sql::<Timestamp>(super::NOW)),
        intents::looks.eq(0),
        intents::provider_customer_key.eq(provider_customer_key
            .as_ref()
            .map(|key| key.as_str().to_owned())),
        intents::fingerprint.eq(card.map(|card| card.fingerprint.to_hex())),
        intents::masked_number.eq(card.map(|card| card.masked_number.as_str().to_owned())),
    );
    let written = diesel::insert_into(intents::table)
        .values(row)
        .on_conflict_do_nothing();
    let is_new = written.prepared().execute(connection).await? > 0;
    Ok(if is_new {
        RecordIntent::Recorded {
            provider_customer_key,
        }
    } else {
        RecordIntent::Exists
    })
}

/// Whether an intent was recorded.
pub(super) async fn is_known(connection: &mut Connection, id: &IntentId) -> Result<bool, SqlError> {
    let rows = intents::table.filter(intents::id.eq(&id.0)).count();
    Ok(rows.get_result::<i64>(connection).await? > 0)
}

/// The outcome of an intent; `None` while it is open, or if it is unknown.
pub(super) async fn outcome(
    connection: &mut Connection,
    id: &IntentId,
) -> Result<Option<IntentOutcome>, SqlError> {
    type Columns = (Option<String>, Option<i64>, Option<String>);
    let columns = (intents::outcome, intents::saved_card, intents::gateway_code);
    let found: Option<Columns> = intents::table
        .filter(intents::id.eq(&id.0))
        .select(columns)
        .first(connection)
        .await
        .optional()?;
    let Some((Some(outcome), saved_card, gateway_code)) = found else {
        return Ok(None);
    };
    match (outcome.as_str(), saved_card) {
        ("saved", Some(pk)) => Ok(Some(IntentOutcome::Saved(
            SavedCardId::new(pk).map_err(broken)?,
        ))),
        ("refused", None) => Ok(Some(IntentOutcome::Refused { gateway_code })),
        ("reconciled", None) => Ok(Some(IntentOutcome::Reconciled)),
        _ => Err(broken("an unknown outcome")),
    }
}

/// An intent whose row is locked until the transaction ends.
struct Locked {
    customer: CustomerId,
    pos: PosId,
    account: GatewayAccount,
    is_open: bool,
    is_of_erased: bool,
    /// Whether it was recorded within [`COMMIT_WINDOW`].
    is_recent: bool,
}

async fn lock(connection: &mut Connection, id: &IntentId) -> Result<Option<Locked>, SqlError> {
    type Columns = (
        i64,
        i64,
        AccountColumns,
        bool,
        bool,
        (NaiveDateTime, NaiveDateTime),
    );
    let row = diesel::update(intents::table.filter(intents::id.eq(&id.0)))
        .set(intents::looks.eq(intents::looks));
    let columns = (
        intents::customer,
        intents::pos,
        (intents::gateway, intents::account),
        intents::outcome.is_null(),
        intents::is_of_erased,
        (intents::created_at, sql::<Timestamp>(super::NOW)),
    );
    let locked: Option<Columns> = row
        .returning(columns)
        .prepared()
        .get_result(connection)
        .await
        .optional()?;
    let Some((customer, pos, (gateway, label), is_open, is_of_erased, (recorded_at, now))) = locked
    else {
        return Ok(None);
    };
    let customer = CustomerId::new(customer).map_err(broken)?;
    Ok(Some(Locked {
        customer,
        pos: PosId::new(pos).map_err(broken)?,
        account: gateway_account::read("intents", &gateway, &label)?,
        is_open,
        is_of_erased,
        is_recent: recorded_at > now - COMMIT_WINDOW,
    }))
}

/// Whether an intent may still commit a token or get an action.
async fn is_on_time(
    connection: &mut Connection,
    id: &IntentId,
    locked: &Locked,
) -> Result<bool, SqlError> {
    if locked.is_recent {
        return Ok(true);
    }
    let actions = card_actions::table.filter(card_actions::intent.eq(&id.0));
    Ok(actions.count().get_result::<i64>(connection).await? > 0)
}

/// Locks an intent; returns whether it is open, its customer is not erased, and it may have an action.
pub(super) async fn lock_for_action(
    connection: &mut Connection,
    id: &IntentId,
) -> Result<bool, SqlError> {
    let locked = lock(connection, id).await?;
    match locked.filter(|locked| locked.is_open && !locked.is_of_erased) {
        Some(locked) => is_on_time(connection, id, &locked).await,
        None => Ok(false),
    }
}

/// Locks an intent; returns whether it is open.
pub(super) async fn is_open(connection: &mut Connection, id: &IntentId) -> Result<bool, SqlError> {
    let locked = lock(connection, id).await?;
    Ok(locked.is_some_and(|locked| locked.is_open))
}

/// How a locked intent is closed.
struct Closing<'a> {
    outcome: AuditOutcome,
    saved_card: Option<SavedCardId>,
    gateway_code: Option<&'a str>,
    consent: Option<Consent>,
    now: DateTime<Utc>,
}

impl Closing<'_> {
    const fn reconciled(now: DateTime<Utc>) -> Self {
        Self {
            outcome: AuditOutcome::Reconciled,
            saved_card: None,
            gateway_code: None,
            consent: None,
            now,
        }
    }
}

async fn close(
    connection: &mut Connection,
    id: &IntentId,
    locked: &Locked,
    closing: &Closing<'_>,
) -> Result<(), SqlError> {
    let gateway_code = closing.gateway_code.and_then(column::gateway_code);
    let end = (
        intents::outcome.eq(closing.outcome.as_str()),
        intents::saved_card.eq(closing.saved_card.map(SavedCardId::get)),
        intents::gateway_code.eq(gateway_code),
        intents::closed_at.eq(instant(closing.now)),
        // The reconciler needs them only while the intent is open.
        intents::provider_customer_key.eq(None::<String>),
        intents::fingerprint.eq(None::<String>),
        intents::masked_number.eq(None::<String>),
    );
    diesel::update(intents::table.filter(intents::id.eq(&id.0)))
        .set(end)
        .prepared()
        .execute(connection)
        .await?;
    dead_token::forget(connection, id).await?;
    card_action_cleanup::clear(connection, id).await?;
    let record = AuditRecord {
        intent: Some(id.clone()),
        customer: locked.customer,
        pos: Some(locked.pos),
        outcome: closing.outcome,
        gateway_code: gateway_code.map(str::to_owned),
        consent: closing.consent.clone(),
        instrument: None,
        author: None,
        at: closing.now,
    };
    audit::append(connection, &record).await
}

pub(super) async fn save_card(
    connection: &mut Connection,
    id: &IntentId,
    card: &NewSavedCard,
    now: DateTime<Utc>,
) -> Result<Option<IntentOutcome>, SqlError> {
    let Some(locked) = lock(connection, id).await? else {
        return Err(broken("an intent that was never recorded"));
    };
    super::lock_customer(connection, locked.customer.get()).await?;
    let found = [(card.token.clone(), card.provider_customer_key.clone())];
    if !locked.is_open {
        // The reconciler no longer searches for the token.
        queue_found(connection, &locked, &found).await?;
        return outcome(connection, id).await;
    }
    let present = super::present_account(connection, card.pos.get()).await?;
    let account = (card.account.gateway.as_str(), card.account.label.as_str());
    let is_present = present.is_some_and(|(at, label)| (at.as_str(), label.as_str()) == account);
    if locked.is_of_erased || !is_present {
        queue_found(connection, &locked, &found).await?;
        close(connection, id, &locked, &Closing::reconciled(now)).await?;
        return Ok(Some(IntentOutcome::Reconciled));
    }
    let (pos, token) = (card.pos.get(), card.token.as_str());
    // In this order: `reclaim` takes the token from the queue, and a deletion that is done before that is noted.
    let may_be_dead = !is_on_time(connection, id, &locked).await?
        || !token_deletion::reclaim(connection, pos, &card.account, token).await?
        || dead_token::is_dead(connection, id, token).await?;
    if may_be_dead {
        return Ok(None);
    }
    let pk = saved_card::save(connection, card, now).await?;
    let closing = Closing {
        outcome: AuditOutcome::Saved,
        saved_card: Some(pk),
        gateway_code: None,
        consent: Some(Consent {
            at: card.consented_at,
            version: card.consent_version.clone(),
        }),
        now,
    };
    close(connection, id, &locked, &closing).await?;
    Ok(Some(IntentOutcome::Saved(pk)))
}

pub(super) async fn refuse(
    connection: &mut Connection,
    id: &IntentId,
    gateway_code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), SqlError> {
    let Some(locked) = lock(connection, id).await?.filter(|locked| locked.is_open) else {
        return Ok(());
    };
    let closing = Closing {
        outcome: AuditOutcome::Refused,
        saved_card: None,
        gateway_code,
        consent: None,
        now,
    };
    close(connection, id, &locked, &closing).await
}

pub(super) async fn reconcile(
    connection: &mut Connection,
    id: &IntentId,
    found: &[(CardToken, Option<ProviderCustomerKey>)],
    now: DateTime<Utc>,
) -> Result<(), SqlError> {
    let Some(locked) = lock(connection, id).await? else {
        return Ok(());
    };
    // Also if the intent was closed by then: a late token has no card row.
    queue_found(connection, &locked, found).await?;
    if !locked.is_open {
        return Ok(());
    }
    close(connection, id, &locked, &Closing::reconciled(now)).await
}

/// Queues the tokens found for an intent.
async fn queue_found(
    connection: &mut Connection,
    locked: &Locked,
    found: &[(CardToken, Option<ProviderCustomerKey>)],
) -> Result<(), SqlError> {
    super::lock_customer(connection, locked.customer.get()).await?;
    for (token, key) in found {
        let orphan = Orphan::of(
            locked.customer,
            locked.pos,
            &locked.account,
            token,
            key.as_ref(),
        );
        token_deletion::queue(connection, &orphan, None).await?;
    }
    Ok(())
}

/// A customer's first open intents.
pub(super) async fn open_of_customer(
    connection: &mut Connection,
    customer: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>, SqlError> {
    let open = intents::table.filter(
        intents::customer
            .eq(customer)
            .and(intents::outcome.is_null()),
    );
    Ok(open
        .select((intents::customer, intents::id))
        .order(intents::id)
        .limit(limit)
        .load(connection)
        .await?)
}

/// The first open intents at a point of sale.
pub(super) async fn open_at_pos(
    connection: &mut Connection,
    pos: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>, SqlError> {
    let open = intents::table.filter(intents::pos.eq(pos).and(intents::outcome.is_null()));
    Ok(open
        .select((intents::customer, intents::id))
        .order(intents::id)
        .limit(limit)
        .load(connection)
        .await?)
}
