//! Every case on PostgreSQL.

use payments_store::testing::TestDatabase;
use payments_store::{Store, StoreSettings};

use crate::cases::cases_on;

async fn open() -> (Store, TestDatabase) {
    let database = TestDatabase::migrated().await;
    let store = Store::open(&StoreSettings::new(database.url.clone()))
        .await
        .expect("a store");
    (store, database)
}

cases_on!(super::open);
