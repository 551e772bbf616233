//! How the service's own queries read big tables.
//!
//! Each query is executed through the ports, on connections with generic plans. Two results are checked: the server's
//! plans of the recorded statements, and the number of rows that it reads.

mod explained;
mod quotes;
mod recorder;

use std::future::Future;

use chrono::TimeDelta;
use payments_core::flow::FlowId;
use payments_core::id::{CustomerId, PosId, ProductId};
use payments_core::intent::{Intent, IntentOutcome};
use payments_core::otp::{AttemptTag, CodeTag, CodeTry, TryLimits};
use payments_core::phone::DestinationPrefix;
use payments_core::record::{Deleted, Filter, PageRequest};
use payments_core::record::{Key, Part, Preconditions};
use payments_core::sms::{SmsAnswer, SmsBreaker, SmsCounter, SmsLimit, SmsRequest};
use payments_core::testkit::contract::{account, terms};
use payments_store::Store;
use payments_store::testing::TestDatabase;
use tokio_postgres::Client;

use super::{raw, settings, store};
use crate::cleanup::clean_up;
use crate::erasure::saved;
use crate::fixture::{author, digest, eventually, fill, now};
use explained::walks;
use quotes::{an_instrument_is_given, purchases_are_read_for_quotes};
use recorder::Recorder;

/// Customers 1000 and on with a card, a basket and a closed intent each, all at point of sale 1; three messages, three
/// sessions and three tries of codes for each; few of these open, and few of them over.
const SHOP: &str = "
    INSERT INTO customers (pk, segments, is_active) SELECT n, '[]', TRUE FROM generate_series(1000, 25999) AS n;
    INSERT INTO saved_cards (customer, pos, token, masked_number, fingerprint, expiry_month, expiry_year, brand, holder,
            consented_at, created_at, updated_at)
        SELECT n, 1, 'tok_' || n, '554960******0001', lpad(to_hex(n), 64, '0'), 1, 2030, 'visa', 'Ada L',
            '2026-01-01', '2026-01-01', '2026-01-01' FROM generate_series(1000, 25999) AS n;
    INSERT INTO intents (id, customer, pos, created_at, outcome, closed_at)
        SELECT lpad(to_hex(n), 32, '0'), n, 1, '2026-01-01', 'refused', TIMESTAMP '2027-01-01' + n * INTERVAL '1 second'
        FROM generate_series(1000, 25999) AS n;
    INSERT INTO intents (id, customer, pos, created_at, outcome, closed_at)
        SELECT 'f' || lpad(to_hex(n), 31, '0'), 8, 1, '2026-01-01', 'refused', '2027-02-01' FROM generate_series(1, 3000) AS n;
    INSERT INTO sms_sends SELECT 'netgsm', n::text, CASE WHEN n % 7500 = 0 THEN 'on_its_way' ELSE 'delivered' END,
            TIMESTAMP '2027-01-01' + n * INTERVAL '1 second', '2027-01-01' FROM generate_series(1, 75000) AS n;
    INSERT INTO sessions (digest, customer, expires_at)
        SELECT lpad(to_hex(n), 64, '0'), 1000 + n % 25000, TIMESTAMP '2199-01-01' FROM generate_series(1, 75000) AS n;
    INSERT INTO products (pk, name, price_minor, currency, categories, attributes, is_active)
        SELECT n, 'Product ' || n, 10000, 'TRY', '[]', '{}', TRUE FROM generate_series(1000, 13499) AS n;
    INSERT INTO baskets (pk, customer, state, total_minor, currency, updated_at)
        SELECT n, n, 'open', 20000, 'TRY', TIMESTAMP '2199-01-01' FROM generate_series(1000, 25999) AS n;
    INSERT INTO basket_items (basket, position, product, quantity, price_minor)
        SELECT n, position, 1000 + (n * 7 + position) % 12500, 1, 10000
        FROM generate_series(1000, 25999) AS n, generate_series(1, 2) AS position;
    INSERT INTO pre_orders (pk, basket, state, total_minor, currency, updated_at)
        SELECT n, n, 'open', 20000, 'TRY', TIMESTAMP '2199-01-01' FROM generate_series(1000, 13499) AS n;
    INSERT INTO sms_counters (key, used, most, ends_at)
        SELECT 'customer-day:' || n, 1, 10, TIMESTAMP '2199-01-01' FROM generate_series(1, 50000) AS n;
    INSERT INTO sms_codes (code, prefix, sent_at)
        SELECT lpad(to_hex(n), 16, '0'), '90' || 500 + n % 100, TIMESTAMP '2199-01-01' + n * INTERVAL '1 second'
        FROM generate_series(1, 50000) AS n;
    INSERT INTO verified_customers SELECT n FROM generate_series(1000, 25999) AS n;
    INSERT INTO code_tries (customer, day, attempt, code)
        SELECT 1000 + n % 25000, DATE '2199-01-01' + n % 2, lpad(to_hex(n), 16, '0'), lpad(to_hex(n), 16, '0')
        FROM generate_series(1, 75000) AS n;
    INSERT INTO quote_uses (jti, order_ref, expires_at)
        SELECT lpad(to_hex(n), 32, '0'), 'ORD-' || n, TIMESTAMP '2199-01-01' + n * INTERVAL '1 second'
        FROM generate_series(1, 50000) AS n;
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

/// A shop of production size, and who watches what is read of it.
struct Shop {
    database: TestDatabase,
    recorder: Recorder,
    admin: Client,
}

impl Shop {
    async fn open() -> Self {
        let database = TestDatabase::migrated().await;
        fill(&store(&database).await).await;
        let admin = raw(&database).await;
        admin.batch_execute(SHOP).await.expect("a shop");
        let recorder = Recorder::of(&database).await;
        Self {
            database,
            recorder,
            admin,
        }
    }

    /// Executes this on a separate store, and asserts that it reads fewer rows than `most` and scans no big table.
    async fn watch<F, R>(&self, what: &str, most: i64, act: impl FnOnce(Store) -> F) -> R
    where
        F: Future<Output = R>,
    {
        let before = rows_read(&self.admin).await;
        let store = Store::open(&settings(&self.recorder.url)).await;
        let done = act(store.expect("a store")).await;
        let gone = async || connections(&self.admin).await == 0;
        eventually("its connections end with it", gone).await;
        let read = rows_read(&self.admin).await - before;
        assert!(read < most, "{what}: {read} rows read");
        let statements = self.recorder.take();
        assert!(!statements.is_empty(), "{what}: nothing was asked");
        let walks = walks(&raw(&self.database).await, statements).await;
        assert!(walks.is_empty(), "{what}: {}", walks.join("\n"));
        done
    }
}

fn counter(key: &str, most: u32) -> SmsCounter {
    SmsCounter {
        key: key.to_owned(),
        limit: SmsLimit::Customer,
        most,
        ends_at: now() + TimeDelta::hours(1),
        of_unverified: false,
    }
}

fn sms_request(customer: CustomerId) -> SmsRequest {
    SmsRequest {
        customer,
        prefix: DestinationPrefix::parse("90555").expect("a prefix"),
        counters: vec![counter("customer-day:1", 20), counter("budget", 20)],
        breaker: Some(SmsBreaker {
            codes: 50,
            least_verified_percent: 10,
            window_seconds: 3_600,
            code_lifetime_seconds: 180,
            pause_seconds: 900,
        }),
        now: now(),
    }
}

async fn a_code_is_sent_and_verified(shop: &Shop) {
    shop.watch(
        "a code that is sent and verified",
        1_000,
        async |store: Store| {
            let limits = &store.sms_limits;
            let request = sms_request(CustomerId::new(200_000).expect("a key"));
            let prefix = &request.prefix;
            let answer = limits.take(&request).await.expect("an answer");
            let SmsAnswer::Granted(grant) = answer else {
                panic!("{answer:?}");
            };
            limits.give_back(&grant).await.expect("an answer");
            let noted = limits.note_sent(CodeTag([8; 8]), prefix, now()).await;
            noted.expect("a note");
            let right = CodeTry {
                customer: CustomerId::new(200_000).expect("a key"),
                day: now().date_naive(),
                code: CodeTag([8; 8]),
                attempt: AttemptTag([8; 8]),
            };
            let marked = store.code_tries.mark_right(&right, None).await;
            marked.expect("a mark");
            let keys = ["budget".to_owned()];
            limits.used(&keys, now()).await.expect("a count");
            limits.paused(now(), 10).await.expect("the paused prefixes");
            let full = SmsRequest {
                counters: vec![counter("full", 0)],
                ..request
            };
            let refused = limits.take(&full).await.expect("an answer");
            assert!(matches!(refused, SmsAnswer::Refused { .. }));
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_of_a_customer_scan_no_big_table() {
    let shop = Shop::open().await;
    let customer = CustomerId::new(12_000).expect("a key");
    let session = digest("seven");

    shop.watch("a session", 500, async |store: Store| {
        let found = store.sessions.find(&session, now()).await;
        assert!(found.expect("an answer").is_some());
    })
    .await;
    shop.watch("a session's purchases", 500, async |store: Store| {
        let basket = store.purchases.session_basket(&session, now()).await;
        assert!(basket.expect("an answer").is_some());
        let pre_order = store.purchases.session_pre_order(&session, now()).await;
        pre_order.expect("an answer");
    })
    .await;
    shop.watch("a product", 500, async |store: Store| {
        let product = ProductId::new(12_000).expect("a key");
        let product = store.purchases.product(product).await;
        assert!(product.expect("an answer").is_some());
    })
    .await;
    purchases_are_read_for_quotes(&shop, &session).await;
    let found = shop
        .watch("saved cards", 500, async |store: Store| {
            store.saved_cards.list(customer).await.expect("a list")
        })
        .await;
    assert_eq!(found.len(), 1);
    shop.watch("tries of a code", 500, async |store: Store| {
        let code_try = CodeTry {
            customer,
            day: now().date_naive(),
            code: CodeTag([7; 8]),
            attempt: AttemptTag([7; 8]),
        };
        let limits = TryLimits {
            per_code: 5,
            per_day: 15,
        };
        let reserved = store.code_tries.reserve(&code_try, limits).await;
        reserved.expect("a try");
        let released = store.code_tries.release(&code_try).await;
        released.expect("an answer");
        let used = store.code_tries.used(customer, now()).await;
        used.expect("an answer");
    })
    .await;
    a_code_is_sent_and_verified(&shop).await;
    shop.watch("a new customer's intent", 500, async |store: Store| {
        let intent = Intent::new(
            FlowId([9; 16]).intent(),
            customer,
            PosId::new(1).expect("a key"),
            account("sandbox"),
            None,
        );
        store.intents.record(&intent).await.expect("an answer");
        let status = store.intents.status(&intent.id).await;
        status.expect("an answer");
        let refused = store.intents.refuse(&intent.id, None, now()).await;
        refused.expect("an answer");
    })
    .await;
    let outcome = shop
        .watch("a card that is saved", 500, async |store: Store| {
            saved(&store, 1, 12_000, "tok_new").await
        })
        .await;
    let IntentOutcome::Saved(saved_card) = outcome else {
        panic!("{outcome:?}");
    };
    an_instrument_is_given(&shop, saved_card).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_of_the_store_and_its_operator_scan_no_big_table() {
    let shop = Shop::open().await;

    let page = shop
        .watch("a page far back", 11_000, async |store: Store| {
            let request = PageRequest::after(Key::Pk(24_000), 100);
            let page = store.records.page(Part::Customers, request).await;
            page.expect("a page")
        })
        .await;
    // A count reads as far as it goes at most.
    assert_eq!((page.count, page.records.len()), (None, 100));
    for (part, filter) in [
        (Part::Customers, Filter::IsActive(false)),
        (Part::Baskets, Filter::Customer(12_000)),
        (Part::PreOrders, Filter::Basket(12_000)),
        (Part::Sessions, Filter::Customer(12_000)),
        (Part::Sessions, Filter::Basket(12_000)),
        (Part::Sessions, Filter::PreOrder(12_000)),
    ] {
        let filters = vec![filter];
        let what = format!("{part:?} by {filters:?}");
        let page = shop.watch(&what, 500, async |store: Store| {
            let request = PageRequest {
                filters,
                ..PageRequest::number(1, 100)
            };
            let page = store.records.page(part, request).await;
            page.expect("a page")
        });
        assert!(!page.await.has_more, "{what}");
    }
    let found = shop
        .watch("messages on their way", 500, async |store: Store| {
            let since = "2027-01-01T00:00:00Z".parse().expect("an instant");
            let open = store.sms_sends.on_their_way("netgsm", since, 50).await;
            open.expect("messages")
        })
        .await;
    assert_eq!(found.len(), 10);
    let leased = shop
        .watch("an idle reconciler", 500, async |store: Store| {
            let (intents, terms) = (&store.intents, terms(50, now()));
            let open = intents.lease_open(now(), &terms).await;
            let deletions = intents.lease_deletions(&terms).await;
            intents.backlog().await.expect("a backlog");
            let since = now() - TimeDelta::days(1);
            let ended = store.code_tries.end_unrecorded(since, now(), 50, now());
            assert_eq!(ended.await.expect("a count"), 0);
            (open.expect("a lease"), deletions.expect("a lease"))
        })
        .await;
    assert!(leased.0.is_empty() && leased.1.is_empty());
    let found = shop
        .watch("points of sale", 1_000, async |store: Store| {
            let refused = store
                .records
                .delete(Part::Pos, &Key::Pk(1), &Preconditions::NONE, author())
                .await;
            let deleted = store
                .records
                .delete(Part::Pos, &Key::Pk(2), &Preconditions::NONE, author())
                .await;
            (refused.expect("an answer"), deleted.expect("an answer"))
        })
        .await;
    assert!(matches!(found.0, Deleted::Referred(_)), "{found:?}");
    assert_eq!(found.1, Deleted::Deleted);
    let found = shop
        .watch("a customer's intents", 15_000, async |store: Store| {
            let customer = Key::Pk(8);
            let deleted =
                store
                    .records
                    .delete(Part::Customers, &customer, &Preconditions::NONE, author());
            deleted.await.expect("an answer")
        })
        .await;
    assert_eq!(found, Deleted::Deleted);
    shop.watch("cleanup that finds little", 1_000, async |store: Store| {
        clean_up(&store, now(), 30).await
    })
    .await;
    let erased = shop
        .watch("an erasure", 1_000, async |store: Store| {
            let customer = CustomerId::new(12_500).expect("a key");
            store
                .erasure
                .erase(customer, author())
                .await
                .expect("an answer")
        })
        .await;
    assert_eq!(erased.expect("the customer").cards, 1);
}
