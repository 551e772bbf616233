//! The catalog's history, from the records of its writes.

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::audit::Author;
use payments_core::catalog::{Card, CatalogVersion, Policy, Pos};
use payments_core::history::{
    Evidence, GapReason, Objects, Outcome, Recorded, Restoration, objects,
};
use payments_core::id::{BankId, PosId};
use payments_core::ports::RecordsError;
use payments_core::record::{Change, Key, Part, Preconditions, Record, Reference, Referrer};
use payments_store::{AuditFilter, Store};

use crate::audit::{key, seal};
use crate::fixture::{
    author, bank, bin, card, card_type, change, fill, now, payment_option, plan, product, rule,
    slug,
};
use crate::records::of;

fn second(number: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(number)
}

async fn apply(store: &Store, number: i64, change: &Change) {
    let author = Author {
        at: second(number),
        ..author().clone()
    };
    let applied = store.records.apply(change, &author).await;
    applied.expect("a change");
}

async fn delete(store: &Store, number: i64, part: Part, key: Key) {
    let author = Author {
        at: second(number),
        ..author().clone()
    };
    let deleted = store
        .records
        .delete(part, &key, &Preconditions::NONE, &author);
    deleted.await.expect("an answer");
}

async fn catalog(store: &Store) -> (CatalogVersion, Objects) {
    let (version, parts) = store.catalog.load().await.expect("a catalog");
    (version, objects(parts))
}

async fn evidence(store: &Store, at: DateTime<Utc>) -> Evidence {
    let evidence = store.audit_trail.evidence(at, None).await;
    evidence.expect("an answer").1
}

async fn as_of(store: &Store, at: DateTime<Utc>) -> Objects {
    let then = evidence(store, at).await.as_of(at, &Policy::default());
    then.expect("what there was")
}

fn terminal(pk: i64, name: &str) -> Record {
    let pk = PosId::new(pk).expect("a key");
    Record::Pos(Pos::new(pk, name, slug(name), slug("sandbox")))
}

/// An object of every part of the catalog.
fn first_catalog() -> Change {
    change([
        Record::Bank(bank(1, "garanti")),
        Record::CardType(card_type(1, "bonus")),
        terminal(1, "main"),
        Record::Card(card(1, "bonus-card")),
        Record::PaymentOption(payment_option(1, "credit-card")),
        Record::Rule(rule("phones")),
    ])
}

/// The bank gets another key with the same slug, its card moves to a new point of sale and loses its BINs and plans to
/// another card, and the option and the rule are deleted.
fn second_catalog() -> Change {
    let moved = Card {
        bank: BankId::new(2).expect("a key"),
        pos: PosId::new(2).expect("a key"),
        bins: vec![bin("777777")],
        installments: vec![plan(77, 6)],
        ..card(1, "bonus-card")
    };
    let successor = Card {
        bank: BankId::new(2).expect("a key"),
        pos: PosId::new(2).expect("a key"),
        ..card(1, "successor")
    };
    let successor = Card {
        pk: payments_core::id::CardId::new(2).expect("a key"),
        ..successor
    };
    let mut whole = change([
        Record::Bank(bank(2, "garanti")),
        terminal(2, "main"),
        Record::Card(moved),
        Record::Card(successor),
        Record::Rule(rule("books")),
    ]);
    whole.deletions = vec![
        of(Part::Banks, 1),
        of(Part::Pos, 1),
        of(Part::PaymentOptions, 1),
        Reference {
            part: Part::Rules,
            key: Key::Slug(slug("phones")),
        },
    ];
    whole
}

pub(crate) async fn the_catalog_as_of_every_moment_is_the_one_that_was_there(store: &Store) {
    apply(store, 1, &first_catalog()).await;
    let mut there = vec![catalog(store).await.1];
    apply(
        store,
        2,
        &change([Record::Bank(bank(9, "spare")), Record::Product(product(1))]),
    )
    .await;
    there.push(catalog(store).await.1);
    apply(store, 3, &second_catalog()).await;
    there.push(catalog(store).await.1);
    delete(store, 4, Part::Banks, Key::Pk(9)).await;
    there.push(catalog(store).await.1);
    let before = evidence(store, second(0)).await;
    let gaps = before.as_of(second(0), &Policy::default());
    assert_eq!(
        gaps.expect_err("nothing is known")[0].reason,
        GapReason::NotReached
    );
    for (number, expected) in (1..).zip(&there) {
        assert_eq!(as_of(store, second(number)).await, *expected, "{number}");
        let later = second(number) + TimeDelta::milliseconds(999);
        assert_eq!(as_of(store, later).await, *expected, "after {number}");
    }
    // A change of which the clock was behind was made when it was committed.
    apply(store, 0, &change([Record::Bank(bank(9, "late"))])).await;
    assert_eq!(as_of(store, second(3)).await, there[2]);
    assert_eq!(as_of(store, second(4)).await, catalog(store).await.1);
}

pub(crate) async fn a_restored_catalog_is_written_as_a_whole(store: &Store) {
    apply(store, 1, &first_catalog()).await;
    let (_, then) = catalog(store).await;
    apply(store, 2, &second_catalog()).await;
    let (version, present) = catalog(store).await;
    let restoration = Restoration::of(as_of(store, second(1)).await, &present);
    let change = Change {
        upserts: restoration.upserts().cloned().collect(),
        deletions: restoration.deletions,
        catalog_version: Some(version),
        ..Change::default()
    };
    let previewed = store.records.preview(&change).await.expect("effects");
    assert_eq!(previewed.len(), change.upserts.len());
    assert_eq!(
        catalog(store).await,
        (version, present),
        "a preview writes nothing"
    );
    apply(store, 3, &change).await;
    assert_eq!(catalog(store).await, (CatalogVersion(version.0 + 1), then));
    assert_eq!(
        as_of(store, second(2)).await.len(),
        6,
        "the restoration is recorded as well"
    );
    let again = store.records.apply(&change, author()).await;
    assert!(
        matches!(again, Err(RecordsError::PreconditionFailed)),
        "the version is another one"
    );
}

pub(crate) async fn a_change_that_deletes_what_others_refer_to_writes_nothing(store: &Store) {
    apply(store, 1, &first_catalog()).await;
    let before = catalog(store).await;
    let mut refused = change([Record::Bank(bank(2, "akbank"))]);
    refused.deletions = vec![of(Part::Banks, 1), of(Part::Pos, 1), of(Part::Cards, 404)];
    let referred = |preview: Result<(), RecordsError>| match preview {
        Err(RecordsError::Referred(referred)) => referred,
        other => panic!("{other:?}"),
    };
    let object = |part, pk| Referrer::Object(of(part, pk));
    let expected = vec![
        (of(Part::Banks, 1), vec![object(Part::Cards, 1)]),
        (
            of(Part::Pos, 1),
            vec![object(Part::Cards, 1), object(Part::PaymentOptions, 1)],
        ),
    ];
    let previewed = store.records.preview(&refused).await.map(|_| ());
    assert_eq!(referred(previewed), expected);
    let applied = store.records.apply(&refused, author()).await.map(|_| ());
    assert_eq!(referred(applied), expected);
    refused.deletions = vec![of(Part::Banks, 1)];
    refused.upserts = vec![Record::Card(card(1, "bonus-card"))];
    let dangling = store.records.apply(&refused, author()).await;
    assert!(
        matches!(dangling, Err(RecordsError::Dangling(missing)) if missing == [(0, of(Part::Banks, 1))])
    );
    assert_eq!(catalog(store).await, before);
}

pub(crate) async fn what_retention_dropped_is_not_known(store: &Store) {
    apply(store, 1, &first_catalog()).await;
    apply(store, 2, &change([Record::Bank(bank(9, "spare"))])).await;
    seal(store, now()).await;
    let day = TimeDelta::days(1).num_seconds();
    apply(store, 2 * day, &change([Record::Bank(bank(9, "renamed"))])).await;
    delete(store, 2 * day, Part::Rules, Key::Slug(slug("phones"))).await;
    let today = now().date_naive();
    let (key, tomorrow) = (key(1), today + TimeDelta::days(1));
    let pruned = store.audit_trail.prune(&key, tomorrow, 100).await;
    assert_eq!(pruned.expect("an answer"), 7);
    let gaps = evidence(store, second(5))
        .await
        .as_of(second(5), &Policy::default());
    assert_eq!(
        gaps.expect_err("it is not known")[0].reason,
        GapReason::Pruned
    );
    // No change since then was dropped, so what did not change is known, too.
    let then = as_of(store, second(day)).await;
    assert_eq!(then.len(), 7);
    assert_eq!(
        then[&(Part::Banks, Key::Pk(9))],
        Record::Bank(bank(9, "spare"))
    );
}

pub(crate) async fn changes_are_found_by_object_and_author(store: &Store) {
    fill(store).await;
    apply(store, 1, &change([Record::Bank(bank(1, "renamed"))])).await;
    let keys = async |filter: AuditFilter| {
        let page = store.audit_trail.page(&filter, None, 100).await;
        let rows = page.expect("a page").into_iter();
        let found = rows.map(|row| (row.entry.part.expect("a part"), row.entry.outcome));
        found.collect::<Vec<_>>()
    };
    let catalog = AuditFilter {
        parts: Part::ALL
            .into_iter()
            .filter(|part| part.is_catalog())
            .collect(),
        ..AuditFilter::default()
    };
    assert_eq!(keys(catalog.clone()).await.len(), 9);
    let bank = AuditFilter {
        parts: vec![Part::Banks],
        key: Some("1".to_owned()),
        principal: Some("back office".to_owned()),
        ..AuditFilter::default()
    };
    let of_bank = ["updated", "created"].map(|outcome| ("banks".to_owned(), outcome.to_owned()));
    assert_eq!(keys(bank.clone()).await, of_bank);
    let other = AuditFilter {
        principal: Some("another".to_owned()),
        ..bank.clone()
    };
    assert_eq!(keys(other).await, []);
    let products = AuditFilter {
        parts: vec![Part::Products],
        ..AuditFilter::default()
    };
    assert_eq!(keys(products).await.len(), 2);
    let one = of(Part::Banks, 1);
    let (_, evidence) = store
        .audit_trail
        .evidence(now(), Some(&one))
        .await
        .expect("an answer");
    assert_eq!((evidence.present.len(), evidence.earlier.len()), (1, 1));
    let later: Vec<_> = evidence.later.iter().filter_map(Recorded::read).collect();
    assert_eq!(later.len(), 1);
    assert_eq!(
        (&later[0].reference, later[0].outcome),
        (&one, Outcome::Updated)
    );
    assert_eq!(later[0].changes().len(), 3, "name, slug and logo");
}
