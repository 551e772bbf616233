//! Implements migrations, checks and cleanup.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::ports::Unavailable;

use payments_sql::changes::CatalogChanges;
use payments_sql::cleanup::{Batch, ExpiringTable, Place};
use payments_sql::migrations::{Applied, Mark};
use payments_sql::open_error::OpenError;
use payments_sql::pool::PoolState;
use payments_sql::schema::{__diesel_schema_migrations, schema_compatibility};
use payments_sql::sql_error::SqlError;
use payments_sql::upkeep::Upkeep;

use super::{Connection, Database};

/// Reads the applied migrations, and their marks.
pub(crate) async fn applied(connection: &mut Connection) -> Result<Applied, SqlError> {
    let mut applied = Applied {
        versions: BTreeSet::new(),
        compatible_since: BTreeMap::new(),
    };
    if super::has_table(connection, "__diesel_schema_migrations").await? {
        let versions =
            __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
        applied.versions = versions.load(connection).await?.into_iter().collect();
    }
    if super::has_table(connection, "schema_compatibility").await? {
        let marks: Vec<(String, String)> = schema_compatibility::table.load(connection).await?;
        applied.compatible_since = marks.into_iter().collect();
    }
    Ok(applied)
}

/// Records that a migration is compatible with older programs.
pub(crate) async fn record_mark(connection: &mut Connection, mark: &Mark) -> Result<(), SqlError> {
    let row = (
        schema_compatibility::version.eq(mark.version),
        schema_compatibility::since.eq(mark.since),
    );
    diesel::insert_into(schema_compatibility::table)
        .values(row)
        .on_conflict(schema_compatibility::version)
        .do_update()
        .set(schema_compatibility::since.eq(mark.since))
        .execute(connection)
        .await?;
    Ok(())
}

#[async_trait]
impl Upkeep for Database {
    async fn pending(&self) -> Result<Vec<String>, OpenError> {
        let applied = self
            .read(async |connection| applied(connection).await)
            .await;
        let applied = applied.map_err(|error| OpenError::Unreachable(error.to_string()))?;
        super::pending(applied)
    }

    async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        let connection = self
            .take()
            .await
            .map_err(|error| OpenError::Unreachable(error.to_string()))?;
        super::migrate(connection).await
    }

    async fn partition(&self) -> Result<Vec<String>, OpenError> {
        let connection = self
            .take()
            .await
            .map_err(|error| OpenError::Unreachable(error.to_string()))?;
        super::partition(connection).await
    }

    async fn keep_months(&self) -> Result<Vec<String>, Unavailable> {
        let kept = self.write(async |connection| super::keep_months(connection).await);
        Ok(kept.await?)
    }

    async fn check(&self) -> Result<(), Unavailable> {
        let one = self.read(async |connection| {
            diesel::select(1.into_sql::<diesel::sql_types::Integer>())
                .execute(connection)
                .await?;
            Ok(())
        });
        Ok(one.await?)
    }

    fn catalog_changes(&self) -> CatalogChanges {
        Self::catalog_changes(self)
    }

    fn pool(&self) -> PoolState {
        self.pool_state()
    }

    async fn delete_batch(
        &self,
        table: ExpiringTable,
        until: NaiveDateTime,
        from: Option<Place>,
    ) -> Result<Batch, Unavailable> {
        let batch = self.write(async |connection| {
            super::cleanup::delete_batch(connection, table, until, from).await
        });
        Ok(batch.await?)
    }
}
