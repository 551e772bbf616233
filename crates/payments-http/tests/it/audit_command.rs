//! `payments audit prune` on a log whose older records were sealed years ago.

use chrono::{DateTime, Utc};
use payments_core::audit::{AuditOutcome, AuditRecord};
use payments_core::flow::FlowId;
use payments_core::id::CustomerId;
use payments_core::keys::{AuditKey, LastingKey};
use payments_store::{Sealed, Store, StoreSettings};
use tempfile::TempDir;

use crate::program::run;

/// 32 times the letter `a`, in base64.
const LASTING_KEY: &str = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

async fn append_and_seal(store: &Store, numbers: std::ops::RangeInclusive<u8>, sealed: &str) {
    let at: DateTime<Utc> = sealed.parse().expect("an instant");
    for number in numbers {
        let record = AuditRecord {
            intent: Some(FlowId([number; 16]).intent()),
            customer: CustomerId::new(7).expect("a key"),
            pos: None,
            outcome: AuditOutcome::Void,
            gateway_code: None,
            consent: None,
            instrument: None,
            author: None,
            at,
        };
        store.audit.append(&record).await.expect("a record");
    }
    let key = AuditKey::of(&LastingKey::new(&[b'a'; 32]).expect("a key"));
    let sealed = store.audit_trail.seal(&key, at, 100).await;
    assert!(matches!(sealed, Ok(Sealed::Here { .. })), "{sealed:?}");
}

#[tokio::test]
async fn records_older_than_their_retention_are_dropped_and_the_rest_verifies() {
    let folder = TempDir::new().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("payments.db").display());
    let store = Store::open(&StoreSettings::new(url.clone())).await;
    let store = store.expect("a store");
    store.migrate().await.expect("a schema");
    append_and_seal(&store, 1..=2, "2001-01-01T10:00:00Z").await;
    append_and_seal(&store, 3..=3, "2026-01-01T10:00:00Z").await;
    drop(store);

    let settings = [
        ("database.url", &*url),
        ("security.lasting_key", LASTING_KEY),
    ];
    let printed = |arguments: &[&str], more: &[(&str, &str)]| {
        let settings: Vec<_> = settings.iter().chain(more).copied().collect();
        let output = run(arguments, &settings);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let for_ever = printed(&["audit", "prune"], &[("audit.retention_days", "0")]);
    assert_eq!(for_ever, "audit.retention_days is 0: nothing is dropped\n");
    let pruned = printed(&["audit", "prune"], &[]);
    assert!(
        pruned.starts_with("dropped 2 records sealed before "),
        "{pruned}"
    );
    let verified = printed(&["audit", "verify"], &[]);
    assert!(
        verified.ends_with("the audit log is intact\n"),
        "{verified}"
    );
    let left = printed(&["audit"], &[]);
    assert_eq!(left.matches(" void ").count(), 1, "{left}");
    let again = printed(&["audit", "prune"], &[]);
    assert!(again.starts_with("dropped 0 records "), "{again}");
}
