//! Payment options.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::{PaymentOption, PaymentType};
use payments_core::id::{PaymentOptionId, PosId};
use payments_core::slug::Slug;

use payments_sql::schema::payment_options;
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = payment_options, check_for_backend(Backend))]
pub(super) struct Row {
    pk: i64,
    name: String,
    slug: String,
    payment_type: String,
    pos: i64,
    is_active: bool,
    sort_order: i64,
}

table! {
    PaymentOptions: payment_options, Record::PaymentOption(PaymentOption);
    key pk: i64;
    columns name, slug, payment_type, pos, is_active, sort_order;
    filters Slug: slug, PaymentType: payment_type, Pos: pos;
    active is_active;
    pk pk;
    unique slug;
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("payment_options", error)
}

impl FromNoun<PaymentOption> for Row {
    fn of(option: &PaymentOption) -> Result<Self, SqlError> {
        Ok(Self {
            pk: option.pk.get(),
            name: option.name.clone(),
            slug: option.slug.to_string(),
            payment_type: option.payment_type.as_str().to_owned(),
            pos: option.pos.get(),
            is_active: option.is_active,
            sort_order: option.sort_order,
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<PaymentOption, SqlError> {
        Ok(PaymentOption {
            pk: PaymentOptionId::new(self.pk).map_err(broken)?,
            name: self.name,
            slug: Slug::parse(&self.slug).map_err(broken)?,
            payment_type: PaymentType::from_slug(Slug::parse(&self.payment_type).map_err(broken)?),
            pos: PosId::new(self.pos).map_err(broken)?,
            is_active: self.is_active,
            sort_order: self.sort_order,
        })
    }
}

/// The first payment options at a point of sale.
pub(super) async fn at_pos(
    connection: &mut Connection,
    pos: i64,
    limit: i64,
) -> Result<Vec<i64>, SqlError> {
    let found = payment_options::table
        .filter(payment_options::pos.eq(pos))
        .select(payment_options::pk);
    Ok(found
        .order(payment_options::pk)
        .limit(limit)
        .load(connection)
        .await?)
}
