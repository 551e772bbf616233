//! Changes that wait for approval.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::audit::Author;
use payments_core::ports::Unavailable;
use payments_core::record::Approval;

use payments_sql::column::instant;
use payments_sql::proposals::{Proposal, ProposalState, Proposals, ProposedChange};
use payments_sql::schema::proposals;
use payments_sql::sql_error::SqlError;

use super::{Backend, Connection, Database};

/// The maximum number of open proposals.
const MAX_OPEN: i64 = 1_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = proposals, check_for_backend(Backend))]
struct Row {
    pk: i64,
    principal: String,
    request_id: Option<String>,
    created_at: NaiveDateTime,
    writes: String,
    deletions: String,
    state: String,
    decided_by: Option<String>,
    decided_at: Option<NaiveDateTime>,
}

impl Row {
    fn read(self) -> Result<Proposal, SqlError> {
        let state = ProposalState::from_word(&self.state);
        let decided_at = self.decided_at.map(|at| at.and_utc());
        Ok(Proposal {
            pk: self.pk,
            principal: self.principal,
            request_id: self.request_id,
            created_at: self.created_at.and_utc(),
            writes: self.writes,
            deletions: self.deletions,
            state: state.ok_or_else(|| SqlError::row("proposals", "unknown state"))?,
            decided: self.decided_by.zip(decided_at),
        })
    }
}

/// A proposal with its change: the document, the deletions and the tags.
async fn with_change(
    connection: &mut Connection,
    pk: i64,
) -> Result<Option<(Proposal, ProposedChange)>, SqlError> {
    let columns = (Row::as_select(), proposals::document, proposals::tags);
    let found = proposals::table.find(pk).select(columns);
    let found: Option<(Row, String, String)> = found.first(connection).await.optional()?;
    let Some((row, document, tags)) = found else {
        return Ok(None);
    };
    let proposal = row.read()?;
    let change = ProposedChange {
        document,
        writes: proposal.writes.clone(),
        deletions: proposal.deletions.clone(),
        tags,
    };
    Ok(Some((proposal, change)))
}

/// Adds a proposal, unless an equal one is open; none if too many are.
async fn add(
    connection: &mut Connection,
    change: &ProposedChange,
    author: &Author,
) -> Result<Option<i64>, SqlError> {
    let is_open = proposals::state.eq(ProposalState::Open.as_str());
    let is_equal = proposals::document
        .eq(&change.document)
        .and(proposals::deletions.eq(&change.deletions))
        .and(proposals::tags.eq(&change.tags))
        .and(proposals::principal.eq(&author.principal));
    let equal = proposals::table.filter(is_open.and(is_equal));
    let equal = equal.select(proposals::pk).first(connection).await;
    if let Some(pk) = equal.optional()? {
        return Ok(Some(pk));
    }
    let open = proposals::table.filter(proposals::state.eq(ProposalState::Open.as_str()));
    let open: i64 = open.count().get_result(connection).await?;
    if open >= MAX_OPEN {
        return Ok(None);
    }
    let row = (
        proposals::principal.eq(&author.principal),
        proposals::request_id.eq(&author.request_id),
        proposals::created_at.eq(instant(author.at)),
        proposals::document.eq(&change.document),
        proposals::deletions.eq(&change.deletions),
        proposals::writes.eq(&change.writes),
        proposals::tags.eq(&change.tags),
        proposals::state.eq(ProposalState::Open.as_str()),
    );
    let added = diesel::insert_into(proposals::table).values(row);
    let added = added.returning(proposals::pk).get_result(connection);
    Ok(Some(added.await?))
}

/// Closes the proposal that a change carries out; false if it is not open.
pub(super) async fn approve(
    connection: &mut Connection,
    approval: &Approval,
) -> Result<bool, SqlError> {
    let Approval {
        proposal,
        principal,
        at,
    } = approval;
    let approved = ProposalState::Approved;
    decide(connection, *proposal, approved, principal, instant(*at)).await
}

async fn page(
    connection: &mut Connection,
    state: Option<ProposalState>,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<Proposal>, SqlError> {
    let mut query = proposals::table
        .select(Row::as_select())
        .order(proposals::pk.desc())
        .limit(i64::from(limit))
        .into_boxed::<Backend>();
    if let Some(state) = state {
        query = query.filter(proposals::state.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(proposals::pk.lt(after));
    }
    let rows: Vec<Row> = query.load(connection).await?;
    rows.into_iter().map(Row::read).collect()
}

async fn decide(
    connection: &mut Connection,
    pk: i64,
    state: ProposalState,
    principal: &str,
    now: NaiveDateTime,
) -> Result<bool, SqlError> {
    let is_open = proposals::state.eq(ProposalState::Open.as_str());
    let open = proposals::table.filter(proposals::pk.eq(pk).and(is_open));
    let decided = (
        proposals::state.eq(state.as_str()),
        proposals::decided_by.eq(principal),
        proposals::decided_at.eq(now),
    );
    let closed = diesel::update(open).set(decided).execute(connection);
    Ok(closed.await? > 0)
}

#[async_trait]
impl Proposals for Database {
    async fn add(
        &self,
        change: &ProposedChange,
        author: &Author,
    ) -> Result<Option<i64>, Unavailable> {
        Ok(self
            .write(async |connection| add(connection, change, author).await)
            .await?)
    }

    async fn get(&self, pk: i64) -> Result<Option<(Proposal, ProposedChange)>, Unavailable> {
        Ok(self
            .read(async |connection| with_change(connection, pk).await)
            .await?)
    }

    async fn page(
        &self,
        state: Option<ProposalState>,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Proposal>, Unavailable> {
        Ok(self
            .read(async |connection| page(connection, state, after, limit).await)
            .await?)
    }

    async fn decide(
        &self,
        pk: i64,
        state: ProposalState,
        principal: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, Unavailable> {
        let now = instant(now);
        Ok(self
            .write(async |connection| decide(connection, pk, state, principal, now).await)
            .await?)
    }
}
