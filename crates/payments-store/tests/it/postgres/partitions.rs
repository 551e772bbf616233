//! Partitioned tables: what is unique across them, and codes that are used at a month's end.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::audit::{AuditOutcome, AuditRecord};
use payments_core::card_storage::{CardStorage, CodeRequest, Ports, Settings, Verdict};
use payments_core::catalog::Catalog;
use payments_core::id::CustomerId;
use payments_core::intent::{IntentStatus, RecordIntent};
use payments_core::language::Language;
use payments_core::otp::OtpCode;
use payments_core::ports::Tokenizers;
use payments_core::record::Record;
use payments_core::store_data::Session;
use payments_core::testkit::fakes::{FakeClock, FakeFlows, FakeGateway, FakeSms};
use payments_core::testkit::sample;
use payments_store::testing::TestDatabase;
use payments_store::{ExpiringTable, FaultKind, Store};
use tokio_postgres::Client;

use super::{raw, store};
use crate::audit::{append, seal, verdict};
use crate::cleanup::clean_up;
use crate::fixture::{author, change, digest, fill, now};

/// The first month that has a partition of its own begins then.
pub(super) async fn end_of_first_partition(admin: &Client) -> DateTime<Utc> {
    let sql = "SELECT extract(epoch FROM min(ends))::bigint FROM months_of('audit_log')";
    let ends: i64 = admin.query_one(sql, &[]).await.expect("an end").get(0);
    DateTime::from_timestamp(ends, 0).expect("an instant")
}

/// An instant in SQL.
pub(super) fn literal(at: DateTime<Utc>) -> String {
    format!("TIMESTAMP '{}'", at.naive_utc())
}

/// Card storage on a database, with fakes of all else.
struct Shop {
    storage: CardStorage,
    catalog: Catalog,
    clock: Arc<FakeClock>,
    gateway: Arc<FakeGateway>,
    sms: Arc<FakeSms>,
}

impl Shop {
    async fn on(store: &Store, at: DateTime<Utc>) -> Self {
        fill(store).await;
        let (version, catalog) = store.catalog.load().await.expect("a catalog");
        let clock = Arc::new(FakeClock::new(at));
        let gateway = Arc::new(FakeGateway::default());
        let sms = Arc::new(FakeSms::default());
        let ports = Ports {
            intents: store.intents.clone(),
            actions: store.actions.clone(),
            saved_cards: store.saved_cards.clone(),
            stored_tokens: store.stored_tokens.clone(),
            code_tries: store.code_tries.clone(),
            sms_limits: store.sms_limits.clone(),
            audit: store.audit.clone(),
            sms: sms.clone(),
            tokenizers: Tokenizers::default().with("sandbox", gateway.clone()),
            clock: clock.clone(),
            ..Ports::in_memory()
        };
        Self {
            storage: CardStorage::new(ports, sample::keys(), Settings::default())
                .expect("settings"),
            catalog: Catalog::build(version, catalog).expect("a catalog"),
            clock,
            gateway,
            sms,
        }
    }

    /// Holds a card and sends a code; returns the code.
    async fn code(&self) -> OtpCode {
        let owner = sample::owner();
        let held = self
            .storage
            .submit_card(&self.catalog, &owner, sample::card());
        held.await.expect("a held card");
        let request = CodeRequest {
            phone: sample::phone(),
            language: Language::En,
            address: None,
        };
        self.storage
            .send_code(&owner, request)
            .await
            .expect("a code");
        OtpCode::parse(&self.sms.last_code().expect("a code")).expect("a code")
    }

    async fn enter(&self, code: &OtpCode) -> Verdict {
        let owner = sample::owner();
        let entered = self.storage.submit_code(&self.catalog, &owner, code);
        entered.await.expect("a verdict")
    }

    /// As after a restart of Redis without its data.
    fn lose_flows(&mut self) {
        self.storage.ports_mut().flows = Arc::new(FakeFlows::default());
    }
}

/// The flow store loses its data, so that only the database says what the code was used for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_used_code_is_still_used_after_the_end_of_its_month() {
    let database = TestDatabase::partitioned().await;
    let store = store(&database).await;
    let admin = raw(&database).await;
    let end = end_of_first_partition(&admin).await;
    let mut shop = Shop::on(&store, end - TimeDelta::seconds(30)).await;
    let code = shop.code().await;
    assert_eq!(shop.enter(&code).await, Verdict::Saved);
    // The database's own clock dated the intent.
    let last_day = literal(end - TimeDelta::seconds(20));
    let dated = format!("UPDATE intents SET created_at = {last_day}");
    admin.batch_execute(&dated).await.expect("an intent");
    shop.clock.advance(60);
    for _ in 0..3 {
        shop.lose_flows();
        assert_eq!(shop.enter(&code).await, Verdict::Saved);
    }
    // Nor does the next month take the same intent, or a second end of it.
    let id = "SELECT id, outcome FROM intents";
    let row = admin.query_one(id, &[]).await.expect("one intent");
    let next_month = literal(end + TimeDelta::seconds(30));
    let again = format!(
        "INSERT INTO intents (id, customer, pos, created_at) VALUES ($1, 7, 1, {next_month}) ON CONFLICT DO NOTHING"
    );
    let inserted = admin.execute(&again, &[&row.get::<_, String>(0)]).await;
    assert_eq!(inserted.expect("an answer"), 0);
    assert_eq!(shop.gateway.tokenize_calls(), 1);
    let customer = CustomerId::new(7).expect("a key");
    assert_eq!(
        store
            .saved_cards
            .list(customer)
            .await
            .expect("a list")
            .len(),
        1
    );
    let ends = "SELECT count(*) FROM audit_log WHERE ending IS NOT NULL";
    let ends: i64 = admin.query_one(ends, &[]).await.expect("a count").get(0);
    assert_eq!(ends, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unique_is_so_across_months() {
    let database = TestDatabase::partitioned().await;
    let store = store(&database).await;
    fill(&store).await;
    let admin = raw(&database).await;
    let end = end_of_first_partition(&admin).await;
    let intent = crate::erasure::recorded(&store, 9, 7).await;
    let later = literal(end + TimeDelta::days(3));
    let moved =
        format!("UPDATE intents SET created_at = {later} RETURNING tableoid::regclass::text");
    let part: String = admin.query_one(&moved, &[]).await.expect("it").get(0);
    assert_ne!(part, "intents_earlier");
    assert_eq!(
        store.intents.status(&intent).await.expect("a status"),
        IntentStatus::Open
    );
    let again = crate::erasure::intent(9, 7);
    let again = store.intents.record(&again).await.expect("an answer");
    assert_eq!(again, RecordIntent::Exists);

    let ends = |outcome, at| AuditRecord {
        intent: Some(payments_core::flow::FlowId([8; 16]).intent()),
        customer: CustomerId::new(7).expect("a key"),
        pos: None,
        outcome,
        gateway_code: None,
        consent: None,
        instrument: None,
        author: None,
        at,
    };
    for (outcome, at) in [
        (AuditOutcome::Void, end - TimeDelta::days(1)),
        (AuditOutcome::Void, end + TimeDelta::days(1)),
        (AuditOutcome::CardLost, end + TimeDelta::days(1)),
        (AuditOutcome::CardLost, end + TimeDelta::days(900)),
    ] {
        store
            .audit
            .append(&ends(outcome, at))
            .await
            .expect("an answer");
    }
    let found = "SELECT count(*), min(outcome) FROM audit_log WHERE ending IS NOT NULL";
    let row = admin.query_one(found, &[]).await.expect("a count");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, &str>(1)), (1, "void"));
}

/// A unique index of the log would need its time, so a number could be written twice by who may write any number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_record_with_the_number_of_another_month_is_found() {
    let database = TestDatabase::partitioned().await;
    let store = store(&database).await;
    append(&store, 1..4).await;
    seal(&store, now()).await;
    assert!(verdict(&store).await.is_intact());
    let forged = "ALTER TABLE audit_log ALTER COLUMN id SET GENERATED BY DEFAULT;
        INSERT INTO audit_log (id, outcome, at) SELECT 2, 'saved', max(ends) - INTERVAL '1 day' FROM months_of('audit_log')";
    raw(&database)
        .await
        .batch_execute(forged)
        .await
        .expect("a record");
    let verdict = verdict(&store).await;
    let mut faults = verdict.first_faults.iter();
    assert!(
        faults.any(|one| (one.kind, one.record) == (FaultKind::Changed, Some(2))),
        "{verdict:?}"
    );
}

/// Rows of different partitions have the same places.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cleanup_deletes_no_row_at_the_same_place_in_another_partition() {
    let database = TestDatabase::partitioned().await;
    let store = store(&database).await;
    fill(&store).await;
    for number in 0..200 {
        let expires_at = if number % 2 == 0 {
            now() - TimeDelta::days(1)
        } else {
            now() + TimeDelta::days(1)
        };
        let session = Session::new(digest(&format!("one_{number}")), expires_at);
        let change = change([Record::Session(session)]);
        let written = store.records.apply(&change, author()).await;
        written.expect("a session");
    }
    let report = clean_up(&store, now(), 0).await;
    assert_eq!(report.rows(ExpiringTable::Sessions), 100);
    let left = "SELECT count(*) FROM sessions";
    let left: i64 = raw(&database)
        .await
        .query_one(left, &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(left, 101);
}
