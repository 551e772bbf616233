//! The audit log: sealed, verified, append-only, shortened.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use payments_core::audit::{AuditOutcome, AuditRecord};
use payments_core::audit_chain::Seal;
use payments_core::catalog::Bank;
use payments_core::flow::FlowId;
use payments_core::id::CustomerId;
use payments_core::keys::AuditKey;
use payments_core::keys::LastingKey;
use payments_core::record::{Key, Part, Preconditions, Record};
use payments_core::store_data::Customer;
use payments_store::{AuditFilter, AuditRow, FaultKind, Noted, Sealed, Store, Verdict, verify};
use serde_json::{Value, json};

use crate::fixture::{author, bank, change, customer, fill, now, pos, session};

pub(crate) fn key(byte: u8) -> AuditKey {
    AuditKey::of(&LastingKey::new(&[byte; 32]).expect("a key"))
}

fn record(number: u8, pk: i64) -> AuditRecord {
    AuditRecord {
        intent: Some(FlowId([number; 16]).intent()),
        customer: CustomerId::new(pk).expect("a key"),
        pos: None,
        outcome: AuditOutcome::Void,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: None,
        at: now(),
    }
}

pub(crate) async fn append(store: &Store, numbers: std::ops::Range<u8>) {
    for number in numbers {
        let appended = store.audit.append(&record(number, 7)).await;
        appended.expect("a record");
    }
}

pub(crate) async fn seal(store: &Store, at: DateTime<Utc>) -> usize {
    match store.audit_trail.seal(&key(1), at, 1_000).await {
        Ok(Sealed::Here { records, .. }) => records,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn verdict(store: &Store) -> Verdict {
    let verdict = verify(&*store.audit_trail, &[&key(1)], None).await;
    verdict.expect("a verdict")
}

async fn rows(store: &Store, filter: AuditFilter) -> Vec<AuditRow> {
    let page = store.audit_trail.page(&filter, None, 1_000).await;
    page.expect("a page")
}

pub(crate) async fn what_is_committed_is_sealed_once_and_in_order(store: &Store) {
    append(store, 1..6).await;
    let before = verdict(store).await;
    assert_eq!((before.sealed, before.unsealed.records), (0, 5));
    assert_eq!(before.unsealed.oldest, Some(now()));
    let oldest = async || store.audit_trail.oldest_unsealed().await.expect("a moment");
    assert_eq!(oldest().await, Some(now()));
    assert!(before.is_intact(), "a record that waits is nothing wrong");
    let trail = &store.audit_trail;
    for expected in [2, 2, 1, 0] {
        let sealed = trail.seal(&key(1), now(), 2).await.expect("a seal");
        assert!(matches!(sealed, Sealed::Here { records, .. } if records == expected));
    }
    let after = verdict(store).await;
    assert_eq!((after.sealed, after.unsealed.records), (5, 0));
    assert_eq!(oldest().await, None);
    assert_eq!(after.last.map(|link| link.number), Some(5));
    assert!(after.is_intact());
}

pub(crate) async fn concurrent_sealers_make_one_chain(store: &Store) {
    append(store, 1..41).await;
    let sealer = || async {
        for _ in 0..30 {
            let sealed = store.audit_trail.seal(&key(1), now(), 3).await;
            sealed.expect("a seal, or another sealer");
        }
    };
    tokio::join!(sealer(), sealer(), sealer(), append(store, 41..61));
    seal(store, now()).await;
    let verdict = verdict(store).await;
    assert_eq!((verdict.sealed, verdict.unsealed.records), (60, 0));
    assert!(verdict.is_intact(), "{verdict:?}");
}

pub(crate) async fn a_day_begins_with_the_last_seal_of_the_previous_day(store: &Store) {
    for (number, days) in [(1, 0), (2, 1), (3, 0), (4, 2)] {
        append(store, number..number + 1).await;
        // The third sealer's clock is a day behind.
        seal(store, now() + TimeDelta::days(days)).await;
    }
    let links = store.audit_trail.links(0, 10).await.expect("links");
    let days: Vec<i64> = links
        .iter()
        .map(|stored| (stored.link.day - now().date_naive()).num_days())
        .collect();
    assert_eq!(days, [0, 1, 1, 2]);
    assert!(verdict(store).await.is_intact());
}

pub(crate) async fn a_key_verifies_only_what_it_sealed(store: &Store) {
    append(store, 1..3).await;
    seal(store, now()).await;
    append(store, 3..5).await;
    let trail = &*store.audit_trail;
    trail.seal(&key(2), now(), 10).await.expect("a seal");
    let (old, new) = (key(1), key(2));
    let verdict = verify(trail, &[&new], None).await.expect("a verdict");
    assert_eq!(verdict.faults, 2);
    assert_eq!(verdict.first_faults[0].kind, FaultKind::UnknownKey);
    let both = verify(trail, &[&new, &old], None).await.expect("a verdict");
    assert!(both.is_intact());
}

pub(crate) async fn a_noted_seal_has_to_be_in_the_chain(store: &Store) {
    append(store, 1..4).await;
    seal(store, now()).await;
    let last = verdict(store).await.last.expect("a link");
    let (number, seal) = (last.number, last.seal);
    for (noted, is_intact) in [
        (Noted { number, seal }, true),
        (Noted { number: 9, seal }, false),
        (
            Noted {
                number,
                seal: Seal([7; 32]),
            },
            false,
        ),
    ] {
        let verdict = verify(&*store.audit_trail, &[&key(1)], Some(noted)).await;
        assert_eq!(verdict.expect("a verdict").is_intact(), is_intact);
    }
}

pub(crate) async fn retention_drops_whole_days_and_the_rest_still_verifies(store: &Store) {
    for day in 0..3 {
        append(store, day * 5..day * 5 + 5).await;
        seal(store, now() + TimeDelta::days(i64::from(day))).await;
    }
    let prune = async |before: NaiveDate, limit| {
        let pruned = store.audit_trail.prune(&key(1), before, limit).await;
        pruned.expect("an answer")
    };
    let today = now().date_naive();
    assert_eq!(prune(today, 100).await, 0);
    let second = today + TimeDelta::days(2);
    for expected in [3, 2, 3, 2, 0] {
        assert_eq!(prune(second, 3).await, expected);
        assert!(verdict(store).await.is_intact());
    }
    assert_eq!(rows(store, AuditFilter::default()).await.len(), 5);
    append(store, 20..21).await;
    seal(store, now() + TimeDelta::days(3)).await;
    assert_eq!(prune(today + TimeDelta::days(9), 100).await, 5);
    assert_eq!(prune(today + TimeDelta::days(9), 100).await, 1);
    let empty = verdict(store).await;
    assert_eq!(
        (empty.sealed, empty.last.map(|link| link.number)),
        (0, Some(16))
    );
    append(store, 21..22).await;
    seal(store, now() + TimeDelta::days(4)).await;
    assert!(verdict(store).await.is_intact(), "the chain goes on");
}

pub(crate) async fn records_of_an_erased_customer_are_anonymous(store: &Store) {
    let own = |pk| AuditFilter {
        customer: CustomerId::new(pk).ok(),
        ..AuditFilter::default()
    };
    for pk in [70, 71] {
        let written = store
            .records
            .apply(&change([Record::Customer(customer(pk))]), author())
            .await;
        written.expect("a change");
    }
    append_for(store, 1, 70).await;
    append_for(store, 2, 71).await;
    seal(store, now()).await;
    let before = rows(store, own(70)).await;
    assert_eq!(before.len(), 2, "its creation and its flow");
    assert!(before.iter().all(|row| row.customer == Some(70)));
    let pseudonym = before[0].entry.pseudonym.clone().expect("a pseudonym");
    assert!(!pseudonym.contains("70") || pseudonym.len() == 32);
    let deleted = store.records.delete(
        Part::Customers,
        &Key::Pk(70),
        &Preconditions::NONE,
        author(),
    );
    deleted.await.expect("a deletion");
    assert_eq!(rows(store, own(70)).await, []);
    assert_eq!(rows(store, own(71)).await.len(), 2);
    let all = rows(store, AuditFilter::default()).await;
    let left: Vec<&AuditRow> = all
        .iter()
        .filter(|row| row.entry.pseudonym.as_ref() == Some(&pseudonym))
        .collect();
    assert_eq!(left.len(), 3, "and its deletion");
    assert!(left.iter().all(|row| row.customer.is_none()));
    assert!(verdict(store).await.is_intact());
    append_for(store, 3, 70).await;
    let new = rows(store, own(70)).await;
    assert_eq!(
        new.len(),
        1,
        "a new customer of the same key is another one"
    );
    assert_ne!(new[0].entry.pseudonym, Some(pseudonym));
}

pub(crate) async fn sessions_that_support_ends_are_recorded(store: &Store) {
    fill(store).await;
    let customer = CustomerId::new(7).expect("a key");
    let ended = store.erasure.end_sessions(customer, author()).await;
    let ended = ended.expect("an answer").expect("a customer");
    let all = rows(store, AuditFilter::default()).await;
    let ends = all
        .iter()
        .map(|row| &row.entry)
        .filter(|entry| entry.part.as_deref() == Some("sessions") && entry.outcome == "deleted");
    let of: Vec<_> = ends
        .map(|entry| (entry.object_key.clone(), entry.principal.as_deref()))
        .collect();
    let digest = ended.first().map(|digest| digest.to_hex());
    assert_eq!(of, [(digest, Some("back office"))]);
}

pub(crate) async fn an_erased_customer_is_named_in_no_record_not_even_in_later_ones(store: &Store) {
    fill(store).await;
    append_for(store, 1, 7).await;
    let erased = CustomerId::new(7).expect("a key");
    let answer = store.erasure.erase(erased, author()).await;
    answer.expect("an answer").expect("a customer");
    // An intent that was open is settled later.
    append_for(store, 2, 7).await;
    seal(store, now()).await;
    let of_erased = AuditFilter {
        customer: Some(erased),
        ..AuditFilter::default()
    };
    assert_eq!(rows(store, of_erased).await, []);
    let cards = AuditFilter {
        kind: Some("card".to_owned()),
        ..AuditFilter::default()
    };
    let cards = rows(store, cards).await;
    let outcomes: Vec<&str> = cards.iter().map(|row| row.entry.outcome.as_str()).collect();
    assert_eq!(outcomes, ["void", "erased", "void"]);
    let authors = cards.iter().map(|row| row.entry.principal.as_deref());
    let support = Some(author().principal.as_str());
    assert_eq!(authors.collect::<Vec<_>>(), [None, support, None]);
    assert!(cards.iter().all(|row| row.customer.is_none()));
    assert_ne!(cards[0].entry.pseudonym, cards[2].entry.pseudonym);
    assert!(verdict(store).await.is_intact());
}

async fn append_for(store: &Store, number: u8, pk: i64) {
    let appended = store.audit.append(&record(number, pk)).await;
    appended.expect("a record");
}

pub(crate) async fn writes_are_recorded_with_who_and_what(store: &Store) {
    fill(store).await;
    let created = rows(store, AuditFilter::default()).await.len();
    assert_eq!(created, crate::fixture::everything().len());
    let mut secret = pos(1, "main");
    secret
        .config
        .insert("api_key".to_owned(), json!("literal-secret"));
    let renamed = Bank {
        name: "New name".to_owned(),
        ..bank(1, "garanti")
    };
    let called = Customer {
        phone_number: None,
        ..customer(7)
    };
    let written = [
        Record::Bank(renamed),
        Record::Customer(called),
        Record::Customer(customer(8)),
        Record::Pos(secret),
        Record::Session(session("seven")),
    ];
    let counts = store.records.apply(&change(written), author()).await;
    counts.expect("a change");
    let phones = Key::Slug(crate::fixture::slug("phones"));
    let gone = store
        .records
        .delete(Part::Rules, &phones, &Preconditions::NONE, author());
    gone.await.expect("an answer");
    let mut all = rows(store, AuditFilter::default()).await;
    all.truncate(all.len() - created);
    all.sort_by(|one, other| one.entry.part.cmp(&other.entry.part));
    let told = |row: &AuditRow| {
        let entry = &row.entry;
        assert_eq!(entry.principal.as_deref(), Some("back office"));
        assert_eq!(entry.request_id.as_deref(), Some("request-1"));
        assert_eq!((entry.kind.as_str(), entry.at), ("management", now()));
        let changes: Value =
            serde_json::from_str(entry.changes.as_deref().unwrap_or("null")).expect("JSON");
        (
            entry.part.clone().expect("a part"),
            entry.outcome.clone(),
            changes,
        )
    };
    let told: Vec<(String, String, Value)> = all.iter().map(told).collect();
    let parts: Vec<&str> = told.iter().map(|one| one.0.as_str()).collect();
    assert!(
        !parts.contains(&"sessions"),
        "what stays as it is has no record"
    );
    let of = |part: &str| told.iter().find(|one| one.0 == part).expect("a record");
    let (_, outcome, bank) = of("banks");
    assert_eq!(outcome, "updated");
    assert_eq!(bank["fields"], json!(["name"]));
    assert_eq!(bank["before"]["name"], "garanti Bankası");
    assert_eq!(bank["after"]["name"], "New name");
    assert_eq!(of("customers").2, json!({"fields": ["phone_number"]}));
    assert_eq!(of("pos").2["fields"], json!(["config"]));
    let log = format!("{all:?}");
    assert!(!log.contains("literal-secret") && !log.contains("5551234567"));
    let customer = all
        .iter()
        .find(|row| row.entry.part.as_deref() == Some("customers"));
    let customer = &customer.expect("a record").entry;
    assert_eq!(customer.object_key, customer.pseudonym);
}

pub(crate) async fn pages_go_on_where_they_ended(store: &Store) {
    append(store, 1..8).await;
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .audit_trail
            .page(&AuditFilter::default(), after, 3)
            .await;
        let page = page.expect("a page");
        let Some(last) = page.last() else { break };
        after = Some(last.entry.id);
        found.extend(page.into_iter().map(|row| row.entry.id));
    }
    assert_eq!(found.len(), 7);
    assert!(
        found.is_sorted_by(|one, other| one > other),
        "the newest first"
    );
    let past = AuditFilter {
        to: Some(now()),
        ..AuditFilter::default()
    };
    assert_eq!(rows(store, past).await, []);
    let of_one = AuditFilter {
        intent: Some(FlowId([3; 16]).intent().0),
        ..AuditFilter::default()
    };
    assert_eq!(rows(store, of_one).await.len(), 1);
}
