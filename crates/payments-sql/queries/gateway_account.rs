//! Accounts at gateways, and the rows that belong to them.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::{GatewayAccount, Pos};
use payments_core::record::PosPart;
use payments_core::record::{PosInUse, Referrer};
use payments_core::slug::Slug;

use payments_sql::batch::Batch;
use payments_sql::schema::{intents, saved_cards, token_deletions};
use payments_sql::sql_error::SqlError;

use super::{Connection, pos, referrer};

/// The maximum number of references of each kind that are reported.
const REPORTED: i64 = 5;

/// The columns of an account: its gateway and its label.
pub(super) type AccountColumns = (String, String);

/// An account of two columns.
pub(super) fn read(
    table: &'static str,
    gateway: &str,
    label: &str,
) -> Result<GatewayAccount, SqlError> {
    let slug = |text| Slug::parse(text).map_err(|error| SqlError::row(table, error));
    Ok(GatewayAccount {
        gateway: slug(gateway)?,
        label: slug(label)?,
    })
}

/// The points of sale of a change (index and reason) that are referred to and whose gateway, or whose account's
/// credentials, the change would remove. New references wait until the change is written, and
/// then check the point of sale again.
pub(super) async fn in_use(
    connection: &mut Connection,
    batch: &Batch<'_>,
) -> Result<Vec<(usize, PosInUse)>, SqlError> {
    let new_pos = batch.pos();
    let pks: Vec<i64> = new_pos.iter().map(|pos| pos.pk.get()).collect();
    let mut in_use = Vec::new();
    for old in pos::stored(connection, &pks).await? {
        let Some(new) = new_pos.iter().find(|pos| pos.pk == old.pk) else {
            continue;
        };
        let Some(lost) = Lost::between(&old, new) else {
            continue;
        };
        let pk = old.pk.get();
        super::lock_pos(connection, pk).await?;
        let index = batch.index_of_pos(pk);
        for part in lost.parts() {
            let referring = referring(connection, pk, &part).await?;
            if !referring.is_empty() {
                in_use.push((index, PosInUse { part, referring }));
            }
        }
    }
    in_use.sort_by_key(|(index, _)| *index);
    Ok(in_use)
}

/// What a change of a point of sale removes.
enum Lost {
    Gateway,
    Accounts(BTreeSet<Slug>),
}

impl Lost {
    fn between(old: &Pos, new: &Pos) -> Option<Self> {
        if old.gateway != new.gateway {
            return Some(Self::Gateway);
        }
        let kept = new.labels();
        let lost: BTreeSet<Slug> = old.labels().difference(&kept).cloned().collect();
        (!lost.is_empty()).then_some(Self::Accounts(lost))
    }

    fn parts(self) -> Vec<PosPart> {
        match self {
            Self::Gateway => vec![PosPart::Gateway],
            Self::Accounts(labels) => labels.into_iter().map(PosPart::Account).collect(),
        }
    }
}

/// The first references to a point of sale, or to one of its accounts, of each kind. In the order in which a token
/// moves from one table to the next, so that none is missed on its way.
async fn referring(
    connection: &mut Connection,
    pk: i64,
    part: &PosPart,
) -> Result<Vec<Referrer>, SqlError> {
    let mut open = intents::table
        .filter(intents::pos.eq(pk).and(intents::outcome.is_null()))
        .select((intents::customer, intents::id))
        .order(intents::created_at)
        .limit(REPORTED)
        .into_boxed();
    let mut cards = saved_cards::table
        .filter(saved_cards::pos.eq(pk))
        .select((saved_cards::customer, saved_cards::pk))
        .limit(REPORTED)
        .into_boxed();
    let mut deletions = token_deletions::table
        .filter(token_deletions::pos.eq(pk))
        .select(token_deletions::id)
        .limit(REPORTED)
        .into_boxed();
    match part {
        // In the order of an index, so that the server does not scan all cards for the first few.
        PosPart::Gateway => cards = cards.order((saved_cards::pos, saved_cards::token)),
        PosPart::Account(label) => {
            open = open.filter(intents::account.eq(label.as_str()));
            let of_account = cards.filter(saved_cards::account.eq(label.as_str()));
            cards = of_account.order((saved_cards::pos, saved_cards::account));
            deletions = deletions.filter(token_deletions::account.eq(label.as_str()));
        }
    }
    let mut all = referrer::intents(open.load(connection).await?)?;
    all.extend(referrer::saved_cards(cards.load(connection).await?)?);
    let deletions: Vec<i64> = deletions.load(connection).await?;
    all.extend(deletions.into_iter().map(Referrer::TokenDeletion));
    Ok(all)
}
