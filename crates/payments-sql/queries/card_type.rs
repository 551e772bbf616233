//! Card types.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::CardType;
use payments_core::id::CardTypeId;
use payments_core::slug::Slug;

use payments_sql::schema::card_types;
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = card_types, check_for_backend(Backend))]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    pk: i64,
    name: String,
    slug: String,
    logo: Option<String>,
    logo_path: Option<String>,
}

table! {
    CardTypes: card_types, Record::CardType(CardType);
    key pk: i64;
    columns name, slug, logo, logo_path;
    filters Slug: slug;
    pk pk;
    unique slug;
}

impl FromNoun<CardType> for Row {
    fn of(noun: &CardType) -> Result<Self, SqlError> {
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
    pub(super) fn read(self) -> Result<CardType, SqlError> {
        Ok(CardType {
            pk: CardTypeId::new(self.pk).map_err(|error| SqlError::row("card_types", error))?,
            name: self.name,
            slug: Slug::parse(&self.slug).map_err(|error| SqlError::row("card_types", error))?,
            logo: self.logo,
            logo_path: self.logo_path,
        })
    }
}
