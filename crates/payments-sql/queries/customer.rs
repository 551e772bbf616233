//! Customers.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::CustomerId;
use payments_core::phone::ProfilePhone;
use payments_core::slug::Slug;
use payments_core::store_data::Customer;

use payments_sql::column::{self, instant};
use payments_sql::schema::customers;
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = customers, check_for_backend(Backend))]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    pk: i64,
    phone_number: Option<String>,
    segments: String,
    is_active: bool,
}

table! {
    Customers: customers, Record::Customer(Customer);
    key pk: i64;
    columns phone_number, segments, is_active;
    active is_active;
    pk pk;
}

impl FromNoun<Customer> for Row {
    fn of(customer: &Customer) -> Result<Self, SqlError> {
        Ok(Self {
            pk: customer.pk.get(),
            phone_number: customer
                .phone_number
                .as_ref()
                .map(|phone| phone.as_given().to_owned()),
            segments: column::json("customers", &customer.segments)?,
            is_active: customer.is_active,
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<Customer, SqlError> {
        let phone_number = self
            .phone_number
            .as_deref()
            .map(ProfilePhone::parse)
            .transpose();
        Ok(Customer {
            pk: CustomerId::new(self.pk).map_err(|error| SqlError::row("customers", error))?,
            phone_number: phone_number.map_err(|error| SqlError::row("customers", error))?,
            segments: column::read_json("customers", &self.segments)?,
            is_active: self.is_active,
        })
    }
}

/// The parts of a profile that an erasure needs.
pub(super) struct ErasedProfile {
    /// When the customer was last erased.
    pub(super) erased_at: Option<DateTime<Utc>>,
    /// Whether the profile is still empty: an active profile, a phone or a segment was written after the erasure.
    pub(super) is_erased: bool,
}

/// Loads a customer's profile for an erasure.
pub(super) async fn erasable(
    connection: &mut Connection,
    pk: i64,
) -> Result<Option<ErasedProfile>, SqlError> {
    let found: Option<(Row, Option<NaiveDateTime>)> = customers::table
        .filter(customers::pk.eq(pk))
        .select((Row::as_select(), customers::erased_at))
        .first(connection)
        .await
        .optional()?;
    let Some((row, erased_at)) = found else {
        return Ok(None);
    };
    let profile = row.read()?;
    let is_empty = profile.phone_number.is_none() && profile.segments.is_empty();
    Ok(Some(ErasedProfile {
        erased_at: erased_at.map(|at| at.and_utc()),
        is_erased: erased_at.is_some() && is_empty && !profile.is_active,
    }))
}

/// Whether a customer is erased and no active profile was written since.
pub(super) async fn is_erased(connection: &mut Connection, pk: i64) -> Result<bool, SqlError> {
    let erased = customers::table.filter(
        customers::pk
            .eq(pk)
            .and(customers::erased_at.is_not_null())
            .and(diesel::dsl::not(customers::is_active)),
    );
    Ok(erased.count().get_result::<i64>(connection).await? > 0)
}

/// Empties and deactivates a profile; its key stays.
pub(super) async fn erase(
    connection: &mut Connection,
    pk: i64,
    now: DateTime<Utc>,
) -> Result<(), SqlError> {
    let empty = (
        customers::phone_number.eq(None::<String>),
        customers::segments.eq(column::json("customers", &Vec::<Slug>::new())?),
        customers::is_active.eq(false),
        customers::erased_at.eq(instant(now)),
    );
    diesel::update(customers::table.filter(customers::pk.eq(pk)))
        .set(empty)
        .execute(connection)
        .await?;
    Ok(())
}
