//! Customers.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::customer::Customer;
use payments_core::id::CustomerId;
use payments_core::phone::ProfilePhone;

use crate::json;
use crate::schema::customers;
use crate::sql_error::SqlError;
use crate::table_functions::table_functions;

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

table_functions!(customers, pk: i64, phone_number, segments, is_active);

impl Row {
    fn of(customer: &Customer) -> Result<Self, SqlError> {
        Ok(Self {
            pk: customer.pk.get(),
            phone_number: customer
                .phone_number
                .as_ref()
                .map(|phone| phone.as_given().to_owned()),
            segments: json::to_text("customers", &customer.segments)?,
            is_active: customer.is_active,
        })
    }

    pub(super) fn read(self) -> Result<Customer, SqlError> {
        let phone_number = self
            .phone_number
            .as_deref()
            .map(ProfilePhone::parse)
            .transpose();
        Ok(Customer {
            pk: CustomerId::new(self.pk).map_err(|error| SqlError::row("customers", error))?,
            phone_number: phone_number.map_err(|error| SqlError::row("customers", error))?,
            segments: json::from_text("customers", &self.segments)?,
            is_active: self.is_active,
        })
    }
}

pub(super) async fn upsert(
    connection: &mut Connection,
    customers: &[&Customer],
) -> Result<(), SqlError> {
    let rows = customers.iter().map(|customer| Row::of(customer));
    upsert_rows(connection, &rows.collect::<Result<Vec<_>, _>>()?).await
}
