//! Every case on SQLite.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use payments_store::Store;
use tempfile::TempDir;

use crate::cases::cases_on;
use crate::contract::old_intents;
use crate::fixture::patient;
use crate::instruments::{
    a_token_that_is_being_deleted_is_not_given_out, without_an_audit_record_there_is_no_instrument,
};
use crate::leading_digits::rows_of_an_earlier_release_have_the_digits_of_their_mask;
use crate::tampering::{
    Owned, attempts, no_record_is_changed_or_removed,
    no_record_is_replaced_or_kept_from_being_sealed, tampering_is_found,
};

async fn open() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("payments.db").display());
    let store = Store::open(&patient(url)).await.expect("a store");
    store.migrate().await.expect("the migrations");
    (store, folder)
}

cases_on!(super::open);

impl Owned for TempDir {
    async fn run(&self, sql: &str) -> bool {
        let path = self.path().join("payments.db");
        let path = path.to_str().expect("a path");
        let mut raw = SqliteConnection::establish(path).expect("a connection");
        raw.batch_execute(sql).is_ok()
    }

    async fn disarm(&self) {
        for table in ["audit_log", "audit_seals", "audit_pruned"] {
            let sql = format!(
                "DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete;
                 DROP TRIGGER {table}_not_replaced"
            );
            assert!(self.run(&sql).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_of_an_earlier_release_have_the_digits_of_their_mask() {
    let (store, folder) = open().await;
    rows_of_an_earlier_release_have_the_digits_of_their_mask(&store, &folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_intent_commits_no_deleted_token() {
    let (store, folder) = open().await;
    old_intents(&store, &folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_audit_record_is_changed_or_removed() {
    let (store, folder) = open().await;
    no_record_is_changed_or_removed(&store, &folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_audit_record_is_replaced_or_kept_from_being_sealed() {
    let (store, folder) = open().await;
    no_record_is_replaced_or_kept_from_being_sealed(&store, &folder, "INSERT OR REPLACE").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tampering_with_the_audit_log_is_found() {
    for (sql, expected) in attempts() {
        let (store, folder) = open().await;
        tampering_is_found(&store, &folder, sql, &expected).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_instrument_without_an_audit_record() {
    let (store, folder) = open().await;
    let broken =
        "CREATE TRIGGER broken BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'broken'); END";
    let mended = "DROP TRIGGER broken";
    without_an_audit_record_there_is_no_instrument(&store, &folder, broken, mended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_instrument_for_a_token_that_is_being_deleted() {
    let (store, folder) = open().await;
    a_token_that_is_being_deleted_is_not_given_out(&store, &folder).await;
}
