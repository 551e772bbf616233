//! Records of the audit log that commit late.

use payments_store::testing::TestDatabase;

use super::{raw, store};
use crate::audit::{append, seal, verdict};
use crate::fixture::now;

#[tokio::test]
async fn a_record_that_commits_after_later_ones_were_sealed_is_sealed_next() {
    let database = TestDatabase::migrated().await;
    let store = store(&database).await;
    let slow = raw(&database).await;
    let begun = "BEGIN; INSERT INTO audit_log (outcome, at) VALUES ('void', '2027-01-01')";
    slow.batch_execute(begun).await.expect("a record");
    append(&store, 1..3).await;
    assert_eq!(seal(&store, now()).await, 2);
    slow.batch_execute("COMMIT").await.expect("it commits");
    assert_eq!(verdict(&store).await.unsealed.records, 1);
    assert_eq!(seal(&store, now()).await, 1);
    let verdict = verdict(&store).await;
    assert!(verdict.is_intact(), "{verdict:?}");
    assert_eq!(verdict.unsealed.records, 0);
}
