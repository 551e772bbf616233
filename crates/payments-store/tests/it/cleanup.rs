//! Cases of rows that expire and are deleted, and of rows that stay.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId};
use payments_core::intent::Intent;
use payments_core::otp::{AttemptTag, CodeTag, CodeTry, TryLimits};
use payments_core::phone::DestinationPrefix;
use payments_core::record::{Key, Part, Record};
use payments_core::sms::{DeliveryState, SentMessage, SmsAnswer, SmsCounter, SmsLimit, SmsRequest};
use payments_core::store_data::Session;
use payments_core::testkit::contract::{account, terms};
use payments_store::{CleanupEnd, CleanupReport, ExpiringTable, Retention, Store};

use crate::fixture::{basket, digest, fill, now, pre_order, session};
use crate::records::{get, write};

/// The same retention for every table.
pub(crate) const fn keep(days: u32) -> Retention {
    Retention {
        closed_intent_days: days,
        basket_days: days,
        pre_order_days: days,
    }
}

/// Long after the database's clock, which dates the writes of baskets.
fn much_later() -> DateTime<Utc> {
    "2200-01-01T00:00:00Z".parse().expect("an instant")
}

pub(crate) async fn clean_up(store: &Store, at: DateTime<Utc>, days: u32) -> CleanupReport {
    let report = store.clean_up(at, keep(days), Duration::from_mins(1)).await;
    for table in &report.tables {
        assert!(matches!(table.ending, CleanupEnd::Done), "{table:?}");
    }
    report
}

pub(crate) async fn expired_sessions_and_old_tries_are_deleted(store: &Store) {
    fill(store).await;
    let ends_now = Session {
        expires_at: now(),
        ..session("over")
    };
    write(store, [Record::Session(ends_now)]).await;
    let code_try = CodeTry {
        customer: CustomerId::new(7).expect("a key"),
        day: now().date_naive(),
        code: CodeTag([7; 8]),
        attempt: AttemptTag([7; 8]),
    };
    let limits = TryLimits {
        per_code: 5,
        per_day: 5,
    };
    let tried = store.code_tries.reserve(&code_try, limits).await;
    tried.expect("a try");
    let report = clean_up(store, now(), 0).await;
    let gone = |report: &CleanupReport| {
        (
            report.rows(ExpiringTable::Sessions),
            report.rows(ExpiringTable::CodeTries),
        )
    };
    assert_eq!(gone(&report), (1, 0));
    let over = Key::Session(digest("over"));
    assert_eq!(get(store, Part::Sessions, &over).await, None);
    let seven = Key::Session(digest("seven"));
    assert!(get(store, Part::Sessions, &seven).await.is_some());
    // A code tried late on a day may be of the next but one by the clock of another time zone.
    let days_later = |days| now() + TimeDelta::days(days);
    assert_eq!(gone(&clean_up(store, days_later(3), 0).await), (1, 0));
    assert_eq!(gone(&clean_up(store, days_later(4), 0).await), (0, 1));
}

pub(crate) async fn messages_are_deleted_after_a_month(store: &Store) {
    let message = SentMessage::new("netgsm", "1").expect("a message");
    let noted = store
        .sms_sends
        .note(&message, DeliveryState::OnItsWay, now());
    assert!(noted.await.expect("a note"));
    let early = clean_up(store, now() + TimeDelta::days(29), 0).await;
    assert_eq!(early.rows(ExpiringTable::SmsSends), 0);
    let late = clean_up(store, now() + TimeDelta::days(30), 0).await;
    assert_eq!(late.rows(ExpiringTable::SmsSends), 1);
}

pub(crate) async fn counts_of_messages_are_deleted_after_their_window(store: &Store) {
    let prefix = DestinationPrefix::parse("90555").expect("a prefix");
    let counter = |key: &str, hours| SmsCounter {
        key: key.to_owned(),
        limit: SmsLimit::Customer,
        most: 5,
        ends_at: now() + TimeDelta::hours(hours),
        of_unverified: false,
    };
    let request = SmsRequest {
        customer: CustomerId::new(7).expect("a key"),
        prefix: prefix.clone(),
        counters: vec![counter("hour", 1), counter("day", 24)],
        breaker: None,
        now: now(),
    };
    let answer = store.sms_limits.take(&request).await.expect("an answer");
    assert!(matches!(answer, SmsAnswer::Granted(_)));
    let noted = store.sms_limits.note_sent(CodeTag([7; 8]), &prefix, now());
    noted.await.expect("a note");
    let rows = async |hours| {
        let report = clean_up(store, now() + TimeDelta::hours(hours), 0).await;
        let rows = |table| report.rows(table);
        (
            rows(ExpiringTable::SmsCounters),
            rows(ExpiringTable::SmsCodes),
        )
    };
    assert_eq!(rows(0).await, (0, 0));
    assert_eq!(rows(1).await, (1, 0));
    assert_eq!(rows(47).await, (1, 0));
    assert_eq!(rows(48).await, (0, 1));
}

pub(crate) async fn only_closed_intents_are_deleted(store: &Store) {
    fill(store).await;
    let ids = [FlowId([1; 16]).intent(), FlowId([2; 16]).intent()];
    for id in &ids {
        let intent = Intent::new(
            id.clone(),
            CustomerId::new(8).expect("a key"),
            PosId::new(2).expect("a key"),
            account("main"),
            None,
        );
        store.intents.record(&intent).await.expect("a record");
    }
    let refused = store.intents.refuse(&ids[0], None, now()).await;
    refused.expect("a refusal");
    let rows = async |days, keep| {
        let report = clean_up(store, now() + TimeDelta::days(days), keep).await;
        report.rows(ExpiringTable::ClosedIntents)
    };
    assert_eq!(rows(29, 30).await, 0);
    assert_eq!(rows(1_000, 0).await, 0, "kept indefinitely");
    assert_eq!(rows(30, 30).await, 1);
    let later = now() + TimeDelta::days(30);
    let open = store.intents.lease_open(later, &terms(9, later)).await;
    let open = open.expect("what is open");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].intent.id, ids[1]);
}

pub(crate) async fn an_old_basket_is_deleted_unless_a_session_or_pre_order_refers_to_it(
    store: &Store,
) {
    fill(store).await;
    write(
        store,
        [
            Record::Basket(basket(10)),
            Record::Basket(basket(11)),
            Record::PreOrder(pre_order(5, 10)),
            Record::Session(Session {
                expires_at: much_later() + TimeDelta::days(1),
                ..session("seven")
            }),
        ],
    )
    .await;
    let gone = |report: &CleanupReport| {
        (
            report.rows(ExpiringTable::PreOrders),
            report.rows(ExpiringTable::Baskets),
        )
    };
    // By any clock they were written after this.
    let long_ago = "2020-01-01T00:00:00Z".parse().expect("an instant");
    assert_eq!(gone(&clean_up(store, long_ago, 30).await), (0, 0));
    assert_eq!(
        gone(&clean_up(store, much_later(), 0).await),
        (0, 0),
        "kept indefinitely"
    );
    let only_baskets = Retention {
        pre_order_days: 0,
        ..keep(30)
    };
    let time = Duration::from_mins(1);
    let report = store.clean_up(much_later(), only_baskets, time).await;
    assert_eq!(gone(&report), (0, 1), "basket 10 has a pre-order");
    assert_eq!(gone(&clean_up(store, much_later(), 30).await), (1, 1));
    assert!(get(store, Part::Baskets, &Key::Pk(9)).await.is_some());
    assert!(get(store, Part::PreOrders, &Key::Pk(4)).await.is_some());
    // The session ends, and all that it named may go with it.
    let after = much_later() + TimeDelta::days(2);
    assert_eq!(gone(&clean_up(store, after, 30).await), (1, 1));
}

pub(crate) async fn one_run_deletes_more_than_a_batch_and_skips_baskets_that_stay(store: &Store) {
    fill(store).await;
    // In both databases' batches, the first are all named by pre-orders and were written at one moment.
    let baskets = (100..1_700).map(|pk| Record::Basket(basket(pk)));
    let pre_orders = (100..1_100).map(|pk| Record::PreOrder(pre_order(pk, pk)));
    write(store, baskets.chain(pre_orders)).await;
    let only_baskets = Retention {
        pre_order_days: 0,
        ..keep(30)
    };
    let time = Duration::from_mins(1);
    let report = store.clean_up(much_later(), only_baskets, time).await;
    assert_eq!(report.rows(ExpiringTable::Baskets), 600);
    assert_eq!(
        clean_up(store, much_later(), 30)
            .await
            .rows(ExpiringTable::Baskets),
        1_001
    );
}
