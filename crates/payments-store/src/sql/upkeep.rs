//! What a database needs beside the ports.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Days, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::ports::Unavailable;

use crate::changes::CatalogChanges;
use crate::migrations;
use crate::open_error::OpenError;
use crate::pool::PoolState;
use crate::schema::__diesel_schema_migrations;
use crate::sql_error::SqlError;
use crate::upkeep::{Tidied, Upkeep};

use super::{Backend, Connection, Database, code_tries, session, sms_send};

/// Days for which tries of codes are remembered: more than the one they count for, in any time zone.
const DAYS_OF_TRIES: u64 = 3;
/// Days for which it is remembered what became of a message.
const DAYS_OF_MESSAGES: i64 = 30;

/// The versions of the migrations that were run.
pub(super) async fn applied(connection: &mut Connection) -> Result<BTreeSet<String>, SqlError> {
    if !super::has_migrations_table(connection).await? {
        return Ok(BTreeSet::new());
    }
    let versions = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
    Ok(versions.load(connection).await?.into_iter().collect())
}

async fn tidy(connection: &mut Connection, now: DateTime<Utc>) -> Result<Tidied, SqlError> {
    let today = now.date_naive();
    let first_day = today
        .checked_sub_days(Days::new(DAYS_OF_TRIES))
        .unwrap_or(today);
    Ok(Tidied {
        sessions: session::delete_expired(connection, now).await?,
        code_tries: code_tries::delete_before(connection, first_day).await?,
        sms_sends: sms_send::delete_before(connection, now - TimeDelta::days(DAYS_OF_MESSAGES))
            .await?,
    })
}

#[async_trait]
impl Upkeep for Database {
    async fn pending(&self) -> Result<Vec<String>, OpenError> {
        let applied = self
            .read(async |connection| applied(connection).await)
            .await;
        let applied = applied.map_err(|error| OpenError::Unreachable(error.to_string()))?;
        migrations::pending::<Backend>(&super::MIGRATIONS, &applied)
    }

    async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        let connection = self
            .take()
            .await
            .map_err(|error| OpenError::Unreachable(error.to_string()))?;
        super::migrate(connection).await
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

    async fn tidy(&self, now: DateTime<Utc>) -> Result<Tidied, Unavailable> {
        Ok(self
            .write(async |connection| tidy(connection, now).await)
            .await?)
    }
}
