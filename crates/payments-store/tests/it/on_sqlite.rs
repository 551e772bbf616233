//! Every case on SQLite.

use payments_store::{Store, StoreSettings};
use tempfile::TempDir;

use crate::cases::cases_on;

async fn open() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("payments.db").display());
    let store = Store::open(&StoreSettings::new(url))
        .await
        .expect("a store");
    store.migrate().await.expect("the migrations");
    (store, folder)
}

cases_on!(super::open);
