//! Points of sale.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::Pos;
use payments_core::id::PosId;
use payments_core::slug::Slug;

use payments_sql::column;
use payments_sql::schema::pos;
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, KEYS_PER_QUERY, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = pos, check_for_backend(Backend))]
pub(super) struct Row {
    pk: i64,
    name: String,
    slug: String,
    gateway: String,
    is_active: bool,
    config: String,
    /// The label of the current account, a copy from the configuration that queries can compare.
    account: String,
}

table! {
    PointsOfSale: pos, Record::Pos(Pos);
    key pk: i64;
    columns name, slug, gateway, is_active, config, account;
    filters Slug: slug, Gateway: gateway;
    active is_active;
    pk pk;
    unique slug;
}

impl FromNoun<Pos> for Row {
    fn of(pos: &Pos) -> Result<Self, SqlError> {
        Ok(Self {
            pk: pos.pk.get(),
            name: pos.name.clone(),
            slug: pos.slug.to_string(),
            gateway: pos.gateway.to_string(),
            is_active: pos.is_active,
            config: column::json("pos", &pos.config)?,
            account: pos.account().label.to_string(),
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<Pos, SqlError> {
        Ok(Pos {
            pk: PosId::new(self.pk).map_err(|error| SqlError::row("pos", error))?,
            name: self.name,
            slug: Slug::parse(&self.slug).map_err(|error| SqlError::row("pos", error))?,
            gateway: Slug::parse(&self.gateway).map_err(|error| SqlError::row("pos", error))?,
            is_active: self.is_active,
            config: column::read_json("pos", &self.config)?,
        })
    }
}

/// Those of `pks` that are stored.
pub(super) async fn stored(connection: &mut Connection, pks: &[i64]) -> Result<Vec<Pos>, SqlError> {
    let mut all = Vec::new();
    for some in pks.chunks(KEYS_PER_QUERY) {
        let rows = pos::table.filter(pos::pk.eq_any(some)).order(pos::pk);
        let rows: Vec<Row> = rows.select(Row::as_select()).load(connection).await?;
        for row in rows {
            all.push(row.read()?);
        }
    }
    Ok(all)
}
