//! How many rows the server reads for what is asked of big tables.
//!
//! Asked by the service's own queries on its own connections, whose plans are made for any value. What the server counts is
//! held against what is wanted: a table or an index that is read from end to end shows at once.

use std::future::Future;
use std::time::Duration;

use payments_core::id::CustomerId;
use payments_core::ports::contract::terms;
use payments_core::ports::{Deleted, IntentOutcome, Key, PageRequest, Part};
use payments_store::Store;
use payments_store::testing::TestDatabase;
use tokio_postgres::Client;

use super::{raw, store};
use crate::erasure::saved;
use crate::ground::{author, digest, fill, now};
use crate::tidying::tidy;

/// Customers 1000 and on with a card and a closed intent each, all at point of sale 1; three messages and three sessions for
/// each; few of them open, and few of them over.
const SHOP: &str = "
    INSERT INTO customers (pk, segments, is_active) SELECT n, '[]', TRUE FROM generate_series(1000, 100999) AS n;
    INSERT INTO saved_cards (customer, pos, token, masked_number, fingerprint, expiry_month, expiry_year, brand, holder,
            consented_at, created_at, updated_at)
        SELECT n, 1, 'tok_' || n, '554960******0001', lpad(to_hex(n), 64, '0'), 1, 2030, 'visa', 'Ada L',
            '2026-01-01', '2026-01-01', '2026-01-01' FROM generate_series(1000, 100999) AS n;
    INSERT INTO intents (id, customer, pos, created_at, outcome, closed_at)
        SELECT lpad(to_hex(n), 32, '0'), n, 1, '2026-01-01', 'refused', TIMESTAMP '2027-01-01' + n * INTERVAL '1 second'
        FROM generate_series(1000, 100999) AS n;
    INSERT INTO intents (id, customer, pos, created_at, outcome, closed_at)
        SELECT 'f' || lpad(to_hex(n), 31, '0'), 8, 1, '2026-01-01', 'refused', '2027-02-01' FROM generate_series(1, 12000) AS n;
    INSERT INTO sms_sends SELECT 'netgsm', n::text, CASE WHEN n % 30000 = 0 THEN 'on_its_way' ELSE 'delivered' END,
            TIMESTAMP '2027-01-01' + n * INTERVAL '1 second', '2027-01-01' FROM generate_series(1, 300000) AS n;
    INSERT INTO sessions (digest, customer, expires_at)
        SELECT lpad(to_hex(n), 64, '0'), 1000 + n % 100000, TIMESTAMP '2199-01-01' FROM generate_series(1, 300000) AS n;
    ANALYZE;";

/// Rows of tables and indexes read so far, by the server's own count.
async fn rows_read(admin: &Client) -> i64 {
    let sum = "SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)::bigint
                    + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)::bigint";
    admin.query_one(sum, &[]).await.expect("a sum").get(0)
}

/// Connections of the store's that are still there: what each read is counted for certain when it ends.
async fn connections(admin: &Client) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'payments'";
    admin.query_one(count, &[]).await.expect("a count").get(0)
}

/// How many rows the server reads while this is done on a store of its own.
async fn read_by<F, R>(database: &TestDatabase, act: impl FnOnce(Store) -> F) -> (R, i64)
where
    F: Future<Output = R>,
{
    let admin = raw(database).await;
    let before = rows_read(&admin).await;
    let done = act(store(database).await).await;
    let gone = async {
        while connections(&admin).await > 0 {
            admin
                .batch_execute("SELECT pg_sleep(0.02)")
                .await
                .expect("a moment");
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .expect("its connections end with it");
    (done, rows_read(&admin).await - before)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_asked_of_a_big_table_reads_it_from_end_to_end() {
    let database = TestDatabase::migrated().await;
    {
        let store = store(&database).await;
        fill(&store).await;
    }
    raw(&database)
        .await
        .batch_execute(SHOP)
        .await
        .expect("a shop");
    let customer = CustomerId::new(50_000).expect("a key");

    let (found, read) = read_by(&database, async |store: Store| {
        let session = store
            .purchases
            .session_basket(&digest("seven"), now())
            .await;
        session.expect("an answer")
    })
    .await;
    assert!(found.is_some() && read < 500, "a session's basket: {read}");

    let (found, read) = read_by(&database, async |store: Store| {
        store.saved_cards.list(customer).await.expect("a list")
    })
    .await;
    assert_eq!(found.len(), 1);
    assert!(read < 500, "saved cards: {read}");

    let (page, read) = read_by(&database, async |store: Store| {
        let request = PageRequest::after(Key::Pk(90_000), 100);
        store
            .records
            .page(Part::Customers, request)
            .await
            .expect("a page")
    })
    .await;
    assert_eq!((page.count, page.records.len()), (None, 100));
    // A count reads as far as it goes at most.
    assert!(read < 11_000, "a page far back in a long list: {read}");

    let (found, read) = read_by(&database, async |store: Store| {
        let since = "2027-01-01T00:00:00Z".parse().expect("an instant");
        let open = store.sms_sends.on_their_way("netgsm", since, 50).await;
        open.expect("messages")
    })
    .await;
    assert_eq!(found.len(), 10);
    assert!(read < 500, "messages on their way: {read}");

    let (outcome, read) = read_by(&database, async |store: Store| {
        saved(&store, 1, 50_000, "tok_new").await
    })
    .await;
    assert!(matches!(outcome, IntentOutcome::Saved(_)), "{outcome:?}");
    assert!(read < 500, "a card that is saved: {read}");

    let (leased, read) = read_by(&database, async |store: Store| {
        let (intents, terms) = (&store.intents, terms(50, now()));
        let open = intents.lease_open(now(), &terms).await;
        let deletions = intents.lease_deletions(&terms).await;
        intents.backlog().await.expect("a backlog");
        (open.expect("a lease"), deletions.expect("a lease"))
    })
    .await;
    assert!(leased.0.is_empty() && leased.1.is_empty());
    assert!(read < 500, "a reconciler that finds nothing: {read}");

    let (found, read) = read_by(&database, async |store: Store| {
        let refused = store.records.delete(Part::Pos, &Key::Pk(1), author()).await;
        let deleted = store.records.delete(Part::Pos, &Key::Pk(2), author()).await;
        (refused.expect("an answer"), deleted.expect("an answer"))
    })
    .await;
    assert!(matches!(found.0, Deleted::Referred(_)), "{found:?}");
    assert_eq!(found.1, Deleted::Deleted);
    assert!(read < 1_000, "a point of sale without cards: {read}");

    let (found, read) = read_by(&database, async |store: Store| {
        let deleted = store
            .records
            .delete(Part::Customers, &Key::Pk(8), author())
            .await;
        deleted.expect("an answer")
    })
    .await;
    assert_eq!(found, Deleted::Deleted);
    assert!(read < 60_000, "a customer's closed intents: {read}");

    let (_, read) = read_by(&database, async |store: Store| {
        tidy(&store, now(), 30).await
    })
    .await;
    assert!(read < 1_000, "a run that finds little: {read}");
}
