//! The catalog as a whole.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::{CatalogParts, CatalogVersion};
use payments_core::ports::{CatalogSource, Unavailable};

use crate::schema::catalog_version;
use crate::sql_error::SqlError;
use crate::table_functions::Span;

use super::{Connection, Database, bank, card, card_type, payment_option, pos, rule};

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

async fn version(connection: &mut Connection) -> Result<CatalogVersion, SqlError> {
    let version = catalog_version::table
        .select(catalog_version::version)
        .first(connection)
        .await?;
    Ok(CatalogVersion(version))
}

async fn parts(connection: &mut Connection) -> Result<CatalogParts, SqlError> {
    let cards = card::rows(connection, &Span::All, &[]).await?;
    Ok(CatalogParts {
        banks: all(
            bank::rows(connection, &Span::All, &[]).await?,
            bank::Row::read,
        )?,
        card_types: all(
            card_type::rows(connection, &Span::All, &[]).await?,
            card_type::Row::read,
        )?,
        pos: all(
            pos::rows(connection, &Span::All, &[]).await?,
            pos::Row::read,
        )?,
        cards: card::with_children(connection, cards).await?,
        payment_options: all(
            payment_option::rows(connection, &Span::All, &[]).await?,
            payment_option::Row::read,
        )?,
        rules: all(
            rule::rows(connection, &Span::All, &[]).await?,
            rule::Row::read,
        )?,
    })
}

fn all<Row, T>(
    rows: Vec<Row>,
    read: impl Fn(Row) -> Result<T, SqlError>,
) -> Result<Vec<T>, SqlError> {
    rows.into_iter().map(read).collect()
}
