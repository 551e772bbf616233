//! Deletes an object that is not referred to.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::audit::Author;
use payments_core::record::{Deleted, Key, Part, Preconditions, Reference, Referrer, Stored};

use payments_sql::batch::Batch;
use payments_sql::cleanup::IntentOwner;
use payments_sql::column;
use payments_sql::schema::{intents, saved_cards};
use payments_sql::sql_error::SqlError;

use super::card::Refers;
use super::session::Names;
use super::{
    Connection, basket, card, catalog, history, intent, part, payment_option, pre_order, pseudonym,
    referrer, session, sms_limits, token_deletion,
};

/// The maximum number of references of each kind that are reported.
const REPORTED: i64 = 5;
/// The maximum number of references to each object that a change deletes.
const REPORTED_OF_CHANGE: usize = 20;

/// Deletes some of the closed intents of an object without other references; returns whether there may be more.
pub(super) async fn delete_closed_intents(
    connection: &mut Connection,
    part: Part,
    key: &Key,
) -> Result<bool, SqlError> {
    let owner = match (part, key) {
        (Part::Pos, Key::Pk(pk)) => IntentOwner::Pos(*pk),
        (Part::Customers, Key::Pk(pk)) => IntentOwner::Customer(*pk),
        (_, Key::Pk(_) | Key::Slug(_) | Key::Session(_)) => return Ok(false),
    };
    super::cleanup::prefer_indexes(connection).await?;
    if !references(connection, part, key, REPORTED)
        .await?
        .is_empty()
    {
        return Ok(false);
    }
    super::cleanup::delete_closed_intents(connection, owner).await
}

/// Whether the preconditions of a deletion hold.
pub(super) async fn preconditions_hold(
    connection: &mut Connection,
    part: Part,
    key: &Key,
    preconditions: &Preconditions,
) -> Result<bool, SqlError> {
    if preconditions.is_none() {
        return Ok(true);
    }
    Ok(match part::find(connection, part, key).await {
        Ok(Some(record)) => preconditions.hold(Stored::Object(&record)),
        Ok(None) => preconditions.hold(Stored::Absent),
        Err(SqlError::Row { .. }) => preconditions.hold(Stored::Unreadable),
        Err(error) => return Err(error),
    })
}

pub(super) async fn delete(
    connection: &mut Connection,
    part: Part,
    key: &Key,
    preconditions: &Preconditions,
    author: &Author,
) -> Result<Deleted, SqlError> {
    if part.is_catalog() {
        super::lock_catalog(connection).await?;
    }
    if !preconditions_hold(connection, part, key, preconditions).await? {
        return Ok(Deleted::PreconditionFailed);
    }
    super::cleanup::prefer_indexes(connection).await?;
    let references = references(connection, part, key, REPORTED).await?;
    if !references.is_empty() {
        return Ok(Deleted::Referred(references));
    }
    // A reference added from here on makes the deletion fail by its foreign key, and the transaction is retried.
    let before = history::before(connection, part, key).await?;
    let was_there = delete_row(connection, part, key).await?;
    if !was_there {
        return Ok(Deleted::NotFound);
    }
    history::deleted(connection, part, key, before.as_ref(), author).await?;
    if let (Part::Customers, Key::Pk(pk)) = (part, key) {
        pseudonym::forget(connection, *pk).await?;
    }
    if part.is_catalog() {
        catalog::changed(connection).await?;
    }
    Ok(Deleted::Deleted)
}

async fn delete_row(connection: &mut Connection, part: Part, key: &Key) -> Result<bool, SqlError> {
    if let Key::Pk(pk) = *key {
        match part {
            Part::Pos => delete_closed_at_pos(connection, pk).await?,
            Part::Customers => {
                delete_closed_of_customer(connection, pk).await?;
                sms_limits::forget_customer(connection, pk).await?;
            }
            Part::Banks
            | Part::CardTypes
            | Part::Cards
            | Part::PaymentOptions
            | Part::Rules
            | Part::Products
            | Part::Baskets
            | Part::PreOrders
            | Part::Sessions => {}
        }
    }
    part::delete(connection, part, key).await
}

/// Which of the objects that a change deletes are referred to by what stays, with their first references.
pub(super) async fn referred(
    connection: &mut Connection,
    batch: &Batch<'_>,
) -> Result<Vec<(Reference, Vec<Referrer>)>, SqlError> {
    let mut referred = Vec::new();
    if batch.deleted().next().is_none() {
        return Ok(referred);
    }
    super::cleanup::prefer_indexes(connection).await?;
    // Those that the change writes or deletes do not count: a written object that refers to a deleted one is refused
    // for its reference.
    let stays = |referrer: &Referrer| match referrer {
        Referrer::Object(Reference { part, key }) => {
            !batch.writes(*part, key) && !batch.deletes(*part, key)
        }
        Referrer::SavedCard { .. } | Referrer::OpenIntent { .. } | Referrer::TokenDeletion(_) => {
            true
        }
    };
    let limit = REPORTED.saturating_add_unsigned(batch.size());
    for (part, keys) in batch.deleted() {
        for key in keys {
            let mut references = references(connection, part, key, limit).await?;
            references.retain(stays);
            references.truncate(REPORTED_OF_CHANGE);
            if !references.is_empty() {
                let key = key.clone();
                referred.push((Reference { part, key }, references));
            }
        }
    }
    Ok(referred)
}

/// Deletes the rows of objects that nothing refers to.
pub(super) async fn delete_rows(
    connection: &mut Connection,
    parts: &[(Part, Vec<&Key>)],
) -> Result<(), SqlError> {
    for (part, keys) in parts {
        for key in keys {
            delete_row(connection, *part, key).await?;
        }
    }
    Ok(())
}

/// The first references to an object of each kind.
async fn references(
    connection: &mut Connection,
    part: Part,
    key: &Key,
    limit: i64,
) -> Result<Vec<Referrer>, SqlError> {
    let Key::Pk(pk) = *key else {
        return Ok(Vec::new());
    };
    Ok(match part {
        Part::Banks => of(
            Part::Cards,
            card::referring(connection, Refers::Bank(pk), limit).await?,
        ),
        Part::CardTypes => of(
            Part::Cards,
            card::referring(connection, Refers::CardType(pk), limit).await?,
        ),
        Part::Pos => references_to_pos(connection, pk, limit).await?,
        Part::Products => of(Part::Baskets, basket::holding(connection, pk, limit).await?),
        Part::Customers => references_to_customer(connection, pk, limit).await?,
        Part::Baskets => {
            let mut all = of(
                Part::PreOrders,
                pre_order::of_basket(connection, pk, limit).await?,
            );
            all.extend(sessions(connection, Names::Basket(pk), limit).await?);
            all
        }
        Part::PreOrders => sessions(connection, Names::PreOrder(pk), limit).await?,
        Part::Cards | Part::PaymentOptions | Part::Rules | Part::Sessions => Vec::new(),
    })
}

async fn references_to_pos(
    connection: &mut Connection,
    pk: i64,
    limit: i64,
) -> Result<Vec<Referrer>, SqlError> {
    let mut all = of(
        Part::Cards,
        card::referring(connection, Refers::Pos(pk), limit).await?,
    );
    all.extend(of(
        Part::PaymentOptions,
        payment_option::at_pos(connection, pk, limit).await?,
    ));
    all.extend(referrer::saved_cards(
        cards_at_pos(connection, pk, limit).await?,
    )?);
    all.extend(referrer::intents(
        intent::open_at_pos(connection, pk, limit).await?,
    )?);
    let deletions = token_deletion::at_pos(connection, pk, limit).await?;
    all.extend(deletions.into_iter().map(Referrer::TokenDeletion));
    Ok(all)
}

async fn references_to_customer(
    connection: &mut Connection,
    pk: i64,
    limit: i64,
) -> Result<Vec<Referrer>, SqlError> {
    let mut all = of(
        Part::Baskets,
        basket::of_customer(connection, pk, limit).await?,
    );
    all.extend(sessions(connection, Names::Customer(pk), limit).await?);
    all.extend(referrer::saved_cards(
        cards_of_customer(connection, pk, limit).await?,
    )?);
    all.extend(referrer::intents(
        intent::open_of_customer(connection, pk, limit).await?,
    )?);
    Ok(all)
}

fn of(part: Part, pks: Vec<i64>) -> Vec<Referrer> {
    let object = |pk| {
        Referrer::Object(Reference {
            part,
            key: Key::Pk(pk),
        })
    };
    pks.into_iter().map(object).collect()
}

async fn sessions(
    connection: &mut Connection,
    what: Names,
    limit: i64,
) -> Result<Vec<Referrer>, SqlError> {
    let digests = session::naming(connection, what, limit).await?;
    let object = |hex: &String| {
        Ok(Referrer::Object(Reference {
            part: Part::Sessions,
            key: Key::Session(column::read_digest("sessions", hex)?),
        }))
    };
    digests.iter().map(object).collect()
}

async fn delete_closed_of_customer(
    connection: &mut Connection,
    customer: i64,
) -> Result<(), SqlError> {
    let closed = intents::table.filter(
        intents::customer
            .eq(customer)
            .and(intents::outcome.is_not_null()),
    );
    diesel::delete(closed).execute(connection).await?;
    Ok(())
}

async fn delete_closed_at_pos(connection: &mut Connection, pos: i64) -> Result<(), SqlError> {
    let closed = intents::table.filter(intents::pos.eq(pos).and(intents::outcome.is_not_null()));
    diesel::delete(closed).execute(connection).await?;
    Ok(())
}

/// A customer's first cards.
async fn cards_of_customer(
    connection: &mut Connection,
    customer: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, SqlError> {
    let found = saved_cards::table
        .filter(saved_cards::customer.eq(customer))
        .select((saved_cards::customer, saved_cards::pk));
    Ok(found
        .order(saved_cards::pk)
        .limit(limit)
        .load(connection)
        .await?)
}

/// The first cards at a point of sale.
async fn cards_at_pos(
    connection: &mut Connection,
    pos: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, SqlError> {
    let found = saved_cards::table
        .filter(saved_cards::pos.eq(pos))
        .select((saved_cards::customer, saved_cards::pk));
    // In the order of the index of points of sale and tokens. By primary key, the server would scan all cards for the
    // first ones of a point of sale that has none.
    let mut found: Vec<(i64, i64)> = found
        .order((saved_cards::pos, saved_cards::token))
        .limit(limit)
        .load(connection)
        .await?;
    found.sort_unstable_by_key(|(_, pk)| *pk);
    Ok(found)
}
