//! Banks.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::Bank;
use payments_core::id::BankId;
use payments_core::slug::Slug;

use payments_sql::schema::banks;
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = banks, check_for_backend(Backend))]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    pk: i64,
    name: String,
    slug: String,
    logo: Option<String>,
    logo_path: Option<String>,
}

table! {
    Banks: banks, Record::Bank(Bank);
    key pk: i64;
    columns name, slug, logo, logo_path;
    filters Slug: slug;
    pk pk;
    unique slug;
}

impl FromNoun<Bank> for Row {
    fn of(noun: &Bank) -> Result<Self, SqlError> {
        Ok(Self {
            pk: noun.pk.get(),
            name: noun.name.clone(),
            slug: noun.slug.to_string(),
            logo: noun.logo.clone(),
            logo_path: noun.logo_path.clone(),
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<Bank, SqlError> {
        Ok(Bank {
            pk: BankId::new(self.pk).map_err(|error| SqlError::row("banks", error))?,
            name: self.name,
            slug: Slug::parse(&self.slug).map_err(|error| SqlError::row("banks", error))?,
            logo: self.logo,
            logo_path: self.logo_path,
        })
    }
}
