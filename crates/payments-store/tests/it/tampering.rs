//! Attacks on the audit log that are refused, and the detection of those that cannot be.

use chrono::TimeDelta;
use payments_store::{FaultKind, Store};

use crate::audit::{append, key, seal, verdict};
use crate::fixture::now;

/// A database whose rows can be changed behind the store's back, with its owner's rights.
pub(crate) trait Owned {
    /// Runs statements; whether they were accepted.
    async fn run(&self, sql: &str) -> bool;
    /// Turns the triggers off that keep the log append-only.
    async fn disarm(&self);
}

/// What is wrong, and about which record.
async fn faults(store: &Store) -> Vec<(FaultKind, Option<i64>)> {
    let faults = verdict(store).await.first_faults;
    faults.iter().map(|one| (one.kind, one.record)).collect()
}

/// Only retention changes or removes a record or a seal.
pub(crate) async fn no_record_is_changed_or_removed(store: &Store, database: &impl Owned) {
    append(store, 1..3).await;
    seal(store, now()).await;
    let pruned = store
        .audit_trail
        .prune(&key(1), now().date_naive() + TimeDelta::days(1), 1)
        .await;
    pruned.expect("one is dropped");
    for table in ["audit_log", "audit_seals", "audit_pruned"] {
        assert!(
            !database.run(&format!("DELETE FROM {table}")).await,
            "{table}"
        );
    }
    for change in [
        "UPDATE audit_log SET outcome = 'saved'",
        "UPDATE audit_seals SET day = '2027-01-01'",
        "UPDATE audit_pruned SET day = '2027-01-01'",
    ] {
        assert!(!database.run(change).await, "{change}");
    }
    assert!(verdict(store).await.is_intact());
}

/// Nor does a row that is written again in its place, and queueing a sealed record again does not keep others from
/// being sealed.
pub(crate) async fn no_record_is_replaced_or_kept_from_being_sealed(
    store: &Store,
    database: &impl Owned,
    replace: &str,
) {
    append(store, 1..3).await;
    seal(store, now()).await;
    append(store, 3..4).await;
    for table in ["audit_log", "audit_seals"] {
        let replaced = format!("{replace} INTO {table} SELECT * FROM {table}");
        assert!(!database.run(&replaced).await, "{table}");
    }
    let queued = "INSERT INTO audit_unsealed (record) VALUES (1)";
    assert!(database.run(queued).await);
    assert_eq!(seal(store, now()).await, 1);
    append(store, 4..6).await;
    assert_eq!(seal(store, now()).await, 2);
    assert!(verdict(store).await.is_intact());
}

/// Each statement of an owner who has no key is found.
pub(crate) async fn tampering_is_found(
    store: &Store,
    database: &impl Owned,
    sql: &str,
    expected: &[(FaultKind, Option<i64>)],
) {
    append(store, 1..7).await;
    seal(store, now()).await;
    append(store, 7..9).await;
    assert_eq!(faults(store).await, []);
    database.disarm().await;
    assert!(database.run(sql).await, "{sql}");
    assert_eq!(faults(store).await, expected, "{sql}");
}

/// What is wrong, and about which record.
type Found = Vec<(FaultKind, Option<i64>)>;

/// What an owner may try, and what is found.
pub(crate) fn attempts() -> Vec<(&'static str, Found)> {
    use FaultKind::{Changed, Gap, Missing, NeverQueued, Vanished};
    vec![
        ("UPDATE audit_log SET outcome = 'saved' WHERE id = 3", vec![(Changed, Some(3))]),
        ("UPDATE audit_log SET at = '2026-01-01 00:00:00' WHERE id = 6", vec![(Changed, Some(6))]),
        ("DELETE FROM audit_log WHERE id = 2", vec![(Missing, Some(2))]),
        (
            "DELETE FROM audit_log WHERE id = 2; DELETE FROM audit_seals WHERE record = 2",
            vec![(Gap, Some(3)), (Changed, Some(3))],
        ),
        // Two records change places.
        (
            "UPDATE audit_seals SET record = 99 WHERE record = 3; UPDATE audit_seals SET record = 3 WHERE record = 4;
             UPDATE audit_seals SET record = 4 WHERE record = 99",
            vec![(Changed, Some(4)), (Changed, Some(3))],
        ),
        // One without a seal that claims an early time, and one with a forged seal.
        (
            "INSERT INTO audit_log (id, outcome, at) VALUES (0, 'saved', '2026-01-01 00:00:00'), (50, 'saved', '2026-01-01 00:00:00');
             DELETE FROM audit_unsealed WHERE record = 50",
            vec![(NeverQueued, Some(50))],
        ),
        (
            "INSERT INTO audit_seals (number, day, record, key_id, seal) SELECT 7, day, 7, key_id, seal FROM audit_seals WHERE number = 6;
             DELETE FROM audit_unsealed WHERE record = 7",
            vec![(Changed, Some(7))],
        ),
        ("DELETE FROM audit_log WHERE id = 8", vec![(Vanished, Some(8))]),
        // The beginning is removed, also with a forged one in its place.
        (
            "DELETE FROM audit_log WHERE id < 3; DELETE FROM audit_seals WHERE record < 3",
            vec![(Gap, Some(3)), (Changed, Some(3))],
        ),
        (
            "INSERT INTO audit_pruned (number, day, seal, key_id, tag) SELECT number, day, seal, key_id, seal FROM audit_seals WHERE number = 2;
             DELETE FROM audit_log WHERE id < 3; DELETE FROM audit_seals WHERE record < 3",
            vec![(FaultKind::Beginning, None)],
        ),
    ]
}
