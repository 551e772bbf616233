//! The catalog as a whole.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::{CatalogParts, CatalogVersion};
use payments_core::ports::{CatalogSource, Unavailable};

use payments_sql::schema::catalog_version;
use payments_sql::sql_error::SqlError;

use super::bank::Banks;
use super::card::Cards;
use super::card_type::CardTypes;
use super::payment_option::PaymentOptions;
use super::pos::PointsOfSale;
use super::rule::Rules;
use super::table::{Span, Table as _};
use super::{Connection, Database};

#[async_trait]
impl CatalogSource for Database {
    async fn version(&self) -> Result<CatalogVersion, Unavailable> {
        Ok(self
            .read(async |connection| version(connection).await)
            .await?)
    }

    async fn load(&self) -> Result<(CatalogVersion, CatalogParts), Unavailable> {
        let loaded = self.snapshot(async |connection| {
            Ok((version(connection).await?, parts(connection).await?))
        });
        Ok(loaded.await?)
    }
}

pub(super) async fn version(connection: &mut Connection) -> Result<CatalogVersion, SqlError> {
    let version = catalog_version::table
        .select(catalog_version::version)
        .first(connection)
        .await?;
    Ok(CatalogVersion(version))
}

pub(super) async fn parts(connection: &mut Connection) -> Result<CatalogParts, SqlError> {
    Ok(CatalogParts {
        banks: Banks::nouns(connection, &Span::All, &[]).await?,
        card_types: CardTypes::nouns(connection, &Span::All, &[]).await?,
        pos: PointsOfSale::nouns(connection, &Span::All, &[]).await?,
        cards: Cards::nouns(connection, &Span::All, &[]).await?,
        payment_options: PaymentOptions::nouns(connection, &Span::All, &[]).await?,
        rules: Rules::nouns(connection, &Span::All, &[]).await?,
    })
}

/// Increments the catalog's version and notifies the listeners.
pub(super) async fn changed(connection: &mut Connection) -> Result<(), SqlError> {
    let next = catalog_version::version.eq(catalog_version::version + 1);
    diesel::update(catalog_version::table)
        .set(next)
        .execute(connection)
        .await?;
    super::announce_catalog(connection).await
}
