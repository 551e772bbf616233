//! Extends the chain at its end, and prunes it at its beginning.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::audit_chain::{AuditEntry, Link, Seal};
use payments_core::keys::AuditKey;

use payments_sql::audit_trail::{Beginning, Sealed, StoredLink};
use payments_sql::schema::{audit_log, audit_pruned, audit_seals, audit_unsealed};
use payments_sql::sql_error::SqlError;

use super::audit_row::Row;
use super::table::KEYS_PER_QUERY;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_seals, check_for_backend(Backend))]
pub(super) struct LinkRow {
    number: i64,
    day: NaiveDate,
    record: i64,
    key_id: String,
    seal: String,
}

impl LinkRow {
    pub(super) fn read(self, entry: Option<AuditEntry>) -> Result<StoredLink, SqlError> {
        Ok(StoredLink {
            link: link_of(self.number, self.day, &self.seal)?,
            key_id: self.key_id,
            record: self.record,
            entry,
        })
    }
}

/// The last link that retention dropped.
pub(super) async fn beginning(connection: &mut Connection) -> Result<Option<Beginning>, SqlError> {
    type Columns = (i64, NaiveDate, String, String, String);
    let columns = (
        audit_pruned::number,
        audit_pruned::day,
        audit_pruned::seal,
        audit_pruned::key_id,
        audit_pruned::tag,
    );
    let found: Option<Columns> = audit_pruned::table
        .order(audit_pruned::number.desc())
        .select(columns)
        .first(connection)
        .await
        .optional()?;
    let read = |(number, day, seal, key_id, tag): Columns| {
        Ok(Beginning {
            link: link_of(number, day, &seal)?,
            key_id,
            tag: seal_of(&tag)?,
        })
    };
    found.map(read).transpose()
}

/// The last link of the chain.
async fn last(connection: &mut Connection) -> Result<Option<Link>, SqlError> {
    let found: Option<(i64, NaiveDate, String)> = audit_seals::table
        .order(audit_seals::number.desc())
        .select((audit_seals::number, audit_seals::day, audit_seals::seal))
        .first(connection)
        .await
        .optional()?;
    match found {
        Some((number, day, seal)) => Ok(Some(link_of(number, day, &seal)?)),
        None => Ok(beginning(connection).await?.map(|beginning| beginning.link)),
    }
}

pub(super) async fn seal(
    connection: &mut Connection,
    key: &AuditKey,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Sealed, SqlError> {
    if !super::has_sealing_lock(connection).await? {
        return Ok(Sealed::Elsewhere);
    }
    // A sealed record cannot be sealed again: if it is queued again, it must not block the others.
    let sealed = audit_seals::table.select(audit_seals::record);
    let queued_again = audit_unsealed::table.filter(audit_unsealed::record.eq_any(sealed));
    diesel::delete(queued_again).execute(connection).await?;
    let mut last = last(connection).await?;
    let waiting: Vec<Row> = audit_unsealed::table
        .inner_join(audit_log::table.on(audit_log::id.eq(audit_unsealed::record)))
        .order(audit_unsealed::record)
        .limit(limit)
        .select(Row::as_select())
        .load(connection)
        .await?;
    let mut links = Vec::with_capacity(waiting.len());
    for entry in waiting.into_iter().map(Row::read) {
        let link = next(key, last.as_ref(), now, &entry);
        links.push(LinkRow {
            number: link.number,
            day: link.day,
            record: entry.id,
            key_id: key.id().to_owned(),
            seal: link.seal.to_hex(),
        });
        last = Some(link);
    }
    for some in super::by_statement(&links) {
        let inserted = diesel::insert_into(audit_seals::table).values(some);
        inserted.execute(connection).await?;
    }
    let records: Vec<i64> = links.iter().map(|link| link.record).collect();
    for some in records.chunks(KEYS_PER_QUERY) {
        let sealed = audit_unsealed::table.filter(audit_unsealed::record.eq_any(some));
        diesel::delete(sealed).execute(connection).await?;
    }
    Ok(Sealed::Here {
        records: records.len(),
        last,
    })
}

/// The link of a record at the chain's end.
fn next(key: &AuditKey, last: Option<&Link>, now: DateTime<Utc>, entry: &AuditEntry) -> Link {
    let number = last.map_or(0, |link| link.number) + 1;
    // A process whose clock is behind must not return to an earlier day.
    let today = now.date_naive();
    let day = last.map_or(today, |link| link.day.max(today));
    let previous = last.map_or(Seal::NONE, |link| link.seal);
    Link {
        number,
        day,
        seal: key.seal(&previous, number, day, entry),
    }
}

/// Drops links of the chain's first day, with their records, if that day is before `before`.
pub(super) async fn prune(
    connection: &mut Connection,
    key: &AuditKey,
    before: NaiveDate,
    limit: i64,
) -> Result<usize, SqlError> {
    super::lock_sealing(connection).await?;
    let first: Option<NaiveDate> = audit_seals::table
        .order(audit_seals::number)
        .select(audit_seals::day)
        .first(connection)
        .await
        .optional()?;
    let Some(day) = first.filter(|day| *day < before) else {
        return Ok(0);
    };
    let links: Vec<LinkRow> = audit_seals::table
        .filter(audit_seals::day.eq(day))
        .order(audit_seals::number)
        .limit(limit)
        .select(LinkRow::as_select())
        .load(connection)
        .await?;
    let Some(kept) = links.last() else {
        return Ok(0);
    };
    super::begin_pruning(connection).await?;
    drop_links(connection, &links).await?;
    keep(connection, key, &link_of(kept.number, day, &kept.seal)?).await?;
    super::end_pruning(connection).await?;
    Ok(links.len())
}

async fn drop_links(connection: &mut Connection, links: &[LinkRow]) -> Result<(), SqlError> {
    let records: Vec<i64> = links.iter().map(|link| link.record).collect();
    for some in records.chunks(KEYS_PER_QUERY) {
        diesel::delete(audit_log::table.filter(audit_log::id.eq_any(some)))
            .execute(connection)
            .await?;
        diesel::delete(audit_seals::table.filter(audit_seals::record.eq_any(some)))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Stores a dropped link as the chain's beginning, the last one of each day.
async fn keep(connection: &mut Connection, key: &AuditKey, link: &Link) -> Result<(), SqlError> {
    let earlier = audit_pruned::day
        .eq(link.day)
        .and(audit_pruned::number.lt(link.number));
    diesel::delete(audit_pruned::table.filter(earlier))
        .execute(connection)
        .await?;
    let row = (
        audit_pruned::number.eq(link.number),
        audit_pruned::day.eq(link.day),
        audit_pruned::seal.eq(link.seal.to_hex()),
        audit_pruned::key_id.eq(key.id()),
        audit_pruned::tag.eq(key.beginning(link).to_hex()),
    );
    diesel::insert_into(audit_pruned::table)
        .values(row)
        .execute(connection)
        .await?;
    Ok(())
}

fn seal_of(hex: &str) -> Result<Seal, SqlError> {
    Seal::from_hex(hex).ok_or_else(|| SqlError::row("audit_seals", "not a seal"))
}

fn link_of(number: i64, day: NaiveDate, seal: &str) -> Result<Link, SqlError> {
    Ok(Link {
        number,
        day,
        seal: seal_of(seal)?,
    })
}
