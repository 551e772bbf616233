//! Queries, sealing and retention of the audit log.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::CatalogVersion;
use payments_core::history::Evidence;
use payments_core::keys::AuditKey;
use payments_core::ports::Unavailable;
use payments_core::record::Reference;

use payments_sql::audit_trail::{
    AuditFilter, AuditRow, AuditTrail, Beginning, Sealed, StoredLink, Unsealed,
};
use payments_sql::column::instant;
use payments_sql::schema::{audit_log, audit_seals, audit_unsealed, customer_pseudonyms};
use payments_sql::sql_error::SqlError;

use super::audit_row::Row;
use super::{Backend, Connection, Database, audit_chain, catalog_log, pseudonym};

/// The number of records per query that looks for missing seals.
const RECORDS_PER_QUERY: i64 = 10_000;

async fn page(
    connection: &mut Connection,
    filter: &AuditFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditRow>, SqlError> {
    let whose = customer_pseudonyms::pseudonym
        .nullable()
        .eq(audit_log::pseudonym);
    let mut query = audit_log::table
        .left_join(customer_pseudonyms::table.on(whose))
        .select((Row::as_select(), customer_pseudonyms::customer.nullable()))
        .order((audit_log::at.desc(), audit_log::id.desc()))
        .limit(limit)
        .into_boxed::<Backend>();
    if let Some(customer) = filter.customer {
        let Some(pseudonym) = pseudonym::find(connection, customer.get()).await? else {
            return Ok(Vec::new());
        };
        query = query.filter(audit_log::pseudonym.eq(pseudonym));
    }
    if let Some(intent) = &filter.intent {
        query = query.filter(audit_log::intent.eq(intent));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(audit_log::kind.eq(kind));
    }
    if !filter.parts.is_empty() {
        if filter.parts.iter().all(|part| part.is_catalog()) {
            query = query.filter(catalog_log::is_of_catalog());
        }
        let parts = filter.parts.iter().map(|part| part.as_str());
        query = query.filter(audit_log::part.eq_any(parts));
    }
    if let Some(key) = &filter.key {
        query = query.filter(audit_log::object_key.eq(key));
    }
    if let Some(principal) = &filter.principal {
        let name = literal(principal);
        let author = audit_log::principal.like(format!("{name} (approved by %)"));
        let approver = audit_log::principal.like(format!("% (approved by {name})"));
        let is_named = audit_log::principal.eq(principal);
        query = query.filter(is_named.or(author.escape('\\')).or(approver.escape('\\')));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_log::at.ge(instant(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_log::at.lt(instant(to)));
    }
    if let Some(id) = after {
        let row = audit_log::table.filter(audit_log::id.eq(id));
        let at: Option<NaiveDateTime> = row
            .select(audit_log::at)
            .first(connection)
            .await
            .optional()?;
        let Some(at) = at else {
            return Ok(Vec::new());
        };
        let is_older = audit_log::at
            .lt(at)
            .or(audit_log::at.eq(at).and(audit_log::id.lt(id)));
        query = query.filter(audit_log::at.le(at)).filter(is_older);
    }
    let rows: Vec<(Row, Option<i64>)> = query.load(connection).await?;
    let read = |(row, customer): (Row, Option<i64>)| AuditRow {
        entry: row.read(),
        customer,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// A pattern that matches this text only.
fn literal(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '%' | '_' | '\\' => format!("\\{letter}"),
        other => other.to_string(),
    };
    text.chars().map(escaped).collect()
}

async fn links(
    connection: &mut Connection,
    after: i64,
    limit: i64,
) -> Result<Vec<StoredLink>, SqlError> {
    let rows: Vec<(audit_chain::LinkRow, Option<Row>)> = audit_seals::table
        .left_join(audit_log::table.on(audit_log::id.eq(audit_seals::record)))
        .filter(audit_seals::number.gt(after))
        .order(audit_seals::number)
        .limit(limit)
        .select((
            audit_chain::LinkRow::as_select(),
            Option::<Row>::as_select(),
        ))
        .load(connection)
        .await?;
    rows.into_iter()
        .map(|(link, row)| link.read(row.map(Row::read)))
        .collect()
}

async fn oldest_unsealed(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, SqlError> {
    let oldest: Option<NaiveDateTime> = audit_unsealed::table
        .inner_join(audit_log::table.on(audit_log::id.eq(audit_unsealed::record)))
        .order(audit_unsealed::record)
        .select(audit_log::at)
        .first(connection)
        .await
        .optional()?;
    Ok(oldest.map(|at| at.and_utc()))
}

async fn unsealed(connection: &mut Connection) -> Result<Unsealed, SqlError> {
    let waiting = audit_unsealed::table
        .left_join(audit_log::table.on(audit_log::id.eq(audit_unsealed::record)));
    let (records, oldest): (i64, Option<NaiveDateTime>) = waiting
        .filter(audit_log::id.is_not_null())
        .select((
            diesel::dsl::count(audit_unsealed::record),
            diesel::dsl::min(audit_log::at.nullable()),
        ))
        .first(connection)
        .await?;
    let vanished: Option<i64> = waiting
        .filter(audit_log::id.is_null())
        .select(diesel::dsl::min(audit_unsealed::record))
        .first(connection)
        .await?;
    Ok(Unsealed {
        records: u64::try_from(records).unwrap_or_default(),
        oldest: oldest.map(|at| at.and_utc()),
        lost: None,
        vanished,
    })
}

/// Among the records after one: the first that neither has a seal nor is queued for one, and where to continue.
async fn lost(
    connection: &mut Connection,
    after: i64,
) -> Result<(Option<i64>, Option<i64>), SqlError> {
    let rows: Vec<(i64, Option<i64>, Option<i64>)> = audit_log::table
        .left_join(audit_seals::table.on(audit_seals::record.eq(audit_log::id)))
        .left_join(audit_unsealed::table.on(audit_unsealed::record.eq(audit_log::id)))
        .filter(audit_log::id.gt(after))
        .order(audit_log::id)
        .limit(RECORDS_PER_QUERY)
        .select((
            audit_log::id,
            audit_seals::record.nullable(),
            audit_unsealed::record.nullable(),
        ))
        .load(connection)
        .await?;
    let is_lost = |row: &&(i64, Option<i64>, Option<i64>)| row.1.is_none() && row.2.is_none();
    let lost = rows.iter().find(is_lost).map(|row| row.0);
    Ok((lost, rows.last().map(|row| row.0)))
}

#[async_trait]
impl AuditTrail for Database {
    async fn page(
        &self,
        filter: &AuditFilter,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, Unavailable> {
        let page = self
            .snapshot(async |connection| page(connection, filter, after, i64::from(limit)).await);
        Ok(page.await?)
    }

    async fn evidence(
        &self,
        at: DateTime<Utc>,
        only: Option<&Reference>,
    ) -> Result<(CatalogVersion, Evidence), Unavailable> {
        let evidence =
            self.snapshot(async |connection| catalog_log::evidence(connection, at, only).await);
        Ok(evidence.await?)
    }

    async fn seal(
        &self,
        key: &AuditKey,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Sealed, Unavailable> {
        let sealed = self.write(async |connection| {
            audit_chain::seal(connection, key, now, i64::from(limit)).await
        });
        Ok(sealed.await?)
    }

    async fn beginning(&self) -> Result<Option<Beginning>, Unavailable> {
        Ok(self
            .read(async |connection| audit_chain::beginning(connection).await)
            .await?)
    }

    async fn links(&self, after: i64, limit: u32) -> Result<Vec<StoredLink>, Unavailable> {
        Ok(self
            .read(async |connection| links(connection, after, i64::from(limit)).await)
            .await?)
    }

    async fn oldest_unsealed(&self) -> Result<Option<DateTime<Utc>>, Unavailable> {
        Ok(self
            .read(async |connection| oldest_unsealed(connection).await)
            .await?)
    }

    async fn unsealed(&self) -> Result<Unsealed, Unavailable> {
        let mut found = self
            .snapshot(async |connection| unsealed(connection).await)
            .await?;
        let mut after = Some(0);
        while let Some(id) = after.filter(|_| found.lost.is_none()) {
            let looked = self.read(async |connection| lost(connection, id).await);
            (found.lost, after) = looked.await?;
        }
        Ok(found)
    }

    async fn prune(
        &self,
        key: &AuditKey,
        before: NaiveDate,
        limit: u32,
    ) -> Result<usize, Unavailable> {
        let pruned = self.write(async |connection| {
            audit_chain::prune(connection, key, before, i64::from(limit)).await
        });
        Ok(pruned.await?)
    }
}
