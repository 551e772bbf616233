//! Actions that gateways require of customers.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::action::{
    ActionDigest, ActionStage, BeginAction, NewAction, PendingAction, PendingCard, StoredAction,
};
use payments_core::card::{
    Brand, CardHolder, CardIdentity, CardName, Expiry, Fingerprint, MaskedPan,
};
use payments_core::consent::ConsentVersion;
use payments_core::flow::IntentId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::Intent;
use payments_core::tokenization::{ActionHandle, ActionUrl, GatewayRefusal, RefusalReason};

use payments_sql::column::instant;
use payments_sql::leading_digits;
use payments_sql::schema::{card_actions, intents};
use payments_sql::sql_error::SqlError;

use super::{Backend, Connection, gateway_account, intent};

/// An action. Its columns are cleared when it ends, and those of the card when the customer is erased.
#[derive(Queryable, Selectable)]
#[diesel(table_name = card_actions, check_for_backend(Backend))]
struct Row {
    deadline: NaiveDateTime,
    handle: Option<String>,
    url: Option<String>,
    refusal: Option<String>,
    expiry_month: Option<i32>,
    expiry_year: Option<i32>,
    brand: Option<String>,
    holder: Option<String>,
    name: Option<String>,
    consented_at: Option<NaiveDateTime>,
    consent_version: Option<String>,
    bin: Option<String>,
}

/// The columns of its intent that an action needs.
#[derive(Queryable, Selectable)]
#[diesel(table_name = intents, check_for_backend(Backend))]
struct IntentRow {
    id: String,
    customer: i64,
    pos: i64,
    gateway: String,
    account: String,
    fingerprint: Option<String>,
    masked_number: Option<String>,
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("card_actions", error)
}

impl IntentRow {
    fn read(self) -> Result<Intent, SqlError> {
        let card = match (self.fingerprint, self.masked_number) {
            (Some(fingerprint), Some(mask)) => Some(CardIdentity {
                fingerprint: Fingerprint::from_hex(&fingerprint)
                    .ok_or_else(|| broken("no fingerprint"))?,
                masked_number: MaskedPan::parse(&mask).map_err(broken)?,
            }),
            (None, _) | (_, None) => None,
        };
        Ok(Intent::new(
            IntentId(self.id),
            CustomerId::new(self.customer).map_err(broken)?,
            PosId::new(self.pos).map_err(broken)?,
            gateway_account::read("intents", &self.gateway, &self.account)?,
            card,
        ))
    }
}

impl Row {
    fn pending(self, identity: Option<&CardIdentity>) -> Result<PendingAction, SqlError> {
        let text = |text: &Option<String>| text.clone().ok_or_else(|| broken("it is over"));
        Ok(PendingAction {
            handle: ActionHandle::parse(&text(&self.handle)?).map_err(broken)?,
            url: ActionUrl::parse(&text(&self.url)?).map_err(broken)?,
            deadline: self.deadline.and_utc(),
            card: self.card(identity)?,
        })
    }

    fn card(self, identity: Option<&CardIdentity>) -> Result<Option<PendingCard>, SqlError> {
        let (
            Some(identity),
            Some(month),
            Some(year),
            Some(brand),
            Some(holder),
            Some(consented_at),
        ) = (
            identity,
            self.expiry_month,
            self.expiry_year,
            self.brand,
            self.holder,
            self.consented_at,
        )
        else {
            return Ok(None);
        };
        let month = u32::try_from(month).map_err(broken)?;
        let name = self.name.as_deref().map(CardName::parse);
        let version = self.consent_version.as_deref().map(ConsentVersion::parse);
        let mask = &identity.masked_number;
        Ok(Some(PendingCard {
            leading_digits: leading_digits::read("card_actions", self.bin.as_deref(), mask)?,
            expiry: Expiry::new(month, year).map_err(broken)?,
            brand: Brand::from_word(&brand).ok_or_else(|| broken("an unknown brand"))?,
            holder: CardHolder::parse(&holder).map_err(broken)?,
            name: name.transpose().map_err(broken)?,
            consented_at: consented_at.and_utc(),
            consent_version: version.transpose().map_err(broken)?,
        }))
    }
}

pub(super) async fn begin(
    connection: &mut Connection,
    id: &IntentId,
    action: &NewAction,
) -> Result<BeginAction, SqlError> {
    // Closing the intent and erasing the customer either wait for this lock or are visible here.
    if !intent::lock_for_action(connection, id).await? {
        return Ok(BeginAction::Refused);
    }
    let card = &action.card;
    let digest = action.digest.to_hex();
    let row = (
        card_actions::intent.eq(&id.0),
        card_actions::digest.eq(&digest),
        card_actions::deadline.eq(instant(action.deadline)),
        card_actions::handle.eq(action.handle.as_str()),
        card_actions::url.eq(action.url.as_str()),
        // 1 to 12.
        card_actions::expiry_month.eq(i32::try_from(card.expiry.month()).unwrap_or_default()),
        card_actions::expiry_year.eq(card.expiry.year()),
        card_actions::brand.eq(card.brand.as_str()),
        card_actions::holder.eq(card.holder.as_str()),
        card_actions::name.eq(card.name.as_ref().map(CardName::as_str)),
        card_actions::consented_at.eq(instant(card.consented_at)),
        card_actions::consent_version.eq(card.consent_version.as_ref().map(ConsentVersion::as_str)),
        card_actions::bin.eq(card.leading_digits.as_str()),
    );
    let written = diesel::insert_into(card_actions::table)
        .values(row)
        .on_conflict(card_actions::intent)
        .do_nothing();
    if written.execute(connection).await? > 0 {
        return Ok(BeginAction::Begun);
    }
    let known: String = card_actions::table
        .filter(card_actions::intent.eq(&id.0))
        .select(card_actions::digest)
        .first(connection)
        .await?;
    Ok(if known == digest {
        BeginAction::Begun
    } else {
        BeginAction::Refused
    })
}

pub(super) async fn named(
    connection: &mut Connection,
    digest: &ActionDigest,
) -> Result<Option<StoredAction>, SqlError> {
    let found: Option<(IntentRow, Row)> = intents::table
        .inner_join(card_actions::table)
        .filter(card_actions::digest.eq(digest.to_hex()))
        .select((IntentRow::as_select(), Row::as_select()))
        .first(connection)
        .await
        .optional()?;
    read(connection, found).await
}

pub(super) async fn of_intent(
    connection: &mut Connection,
    id: &IntentId,
) -> Result<Option<StoredAction>, SqlError> {
    let found: Option<(IntentRow, Row)> = intents::table
        .inner_join(card_actions::table)
        .filter(intents::id.eq(&id.0))
        .select((IntentRow::as_select(), Row::as_select()))
        .first(connection)
        .await
        .optional()?;
    read(connection, found).await
}

async fn read(
    connection: &mut Connection,
    found: Option<(IntentRow, Row)>,
) -> Result<Option<StoredAction>, SqlError> {
    let Some((intent, row)) = found else {
        return Ok(None);
    };
    let intent = intent.read()?;
    let stage = match intent::outcome(connection, &intent.id).await? {
        None => ActionStage::Pending(row.pending(intent.card.as_ref())?),
        Some(outcome) => ActionStage::Over {
            outcome,
            // A reason of a later release is ignored.
            reason: row.refusal.as_deref().and_then(RefusalReason::from_word),
        },
    };
    Ok(Some(StoredAction { intent, stage }))
}

pub(super) async fn refuse(
    connection: &mut Connection,
    id: &IntentId,
    refusal: &GatewayRefusal,
    now: DateTime<Utc>,
) -> Result<(), SqlError> {
    if !intent::is_open(connection, id).await? {
        return Ok(());
    }
    diesel::update(card_actions::table.filter(card_actions::intent.eq(&id.0)))
        .set(card_actions::refusal.eq(refusal.reason.as_str()))
        .execute(connection)
        .await?;
    intent::refuse(connection, id, refusal.gateway_code.as_deref(), now).await
}
