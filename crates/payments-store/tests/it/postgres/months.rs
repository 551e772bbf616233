//! The partitions by month: which are made, and how empty ones are dropped while the table is used.

use chrono::TimeDelta;
use payments_store::testing::TestDatabase;
use tokio_postgres::Client;

use super::partitions::{end_of_first_partition, literal};
use super::{raw, store};
use crate::audit::{seal, verdict};
use crate::fixture::{eventually, fill, now};

/// The names of a table's partitions by month.
async fn months(admin: &Client, table: &str) -> Vec<String> {
    let sql = format!(
        "SELECT name FROM months_of('{table}') WHERE name ~ '_[0-9]{{4}}_[0-9]{{2}}$' ORDER BY 1"
    );
    let rows = admin.query(&sql, &[]).await.expect("names");
    rows.iter().map(|row| row.get(0)).collect()
}

/// Makes an empty month, and one with a row after it.
async fn make_past_months(admin: &Client) {
    let past = "ALTER TABLE intents DETACH PARTITION intents_earlier;
        SELECT make_month('intents', 'intents_2019_05', '2019-05-01');
        SELECT make_month('intents', 'intents_2019_06', '2019-06-01');
        INSERT INTO intents (id, customer, pos, created_at) VALUES (repeat('a', 32), 7, 1, '2019-06-09')";
    admin.batch_execute(past).await.expect("past months");
}

/// Waits until this many statements of this database wait for a lock.
async fn wait_for_locks(admin: &Client, count: i64) {
    let waiting = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waits = async || {
        let row = admin.query_one(waiting, &[]).await;
        row.expect("a count").get::<_, i64>(0) == count
    };
    eventually("statements wait for a lock", waits).await;
}

#[tokio::test]
async fn the_coming_months_are_made_and_empty_past_ones_are_dropped() {
    let database = TestDatabase::partitioned().await;
    let store = store(&database).await;
    fill(&store).await;
    let admin = raw(&database).await;
    let all = months(&admin, "intents").await;
    assert_eq!(
        all.len(),
        2,
        "the first partition has this month and the next: {all:?}"
    );
    assert_eq!(store.keep_months().await.expect("nothing to do"), [""; 0]);
    let past = "SELECT make_month('intents', 'intents_2019_05', '2019-05-01')";
    admin
        .batch_execute(past)
        .await
        .expect_err("the first partition has it");
    make_past_months(&admin).await;
    // The last month was not made. Its rows are kept, and what is made later is right.
    let last = all.last().expect("a month");
    let drop_last = format!("DROP TABLE {last}");
    admin.batch_execute(&drop_last).await.expect("no partition");
    let made = store.keep_months().await.expect("made");
    assert_eq!(made, std::slice::from_ref(last), "with its locks, no drop");
    assert_eq!(
        store.keep_months().await.expect("dropped"),
        ["-intents_2019_05"]
    );
    assert!(
        months(&admin, "intents")
            .await
            .contains(&"intents_2019_06".to_owned())
    );
}

const FIND: &str = "SELECT count(*) FROM intents WHERE id = repeat('a', 32)";

/// A query that waits for the partition's lock has the table's lock already, which the drop needs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_is_dropped_while_queries_look_for_ids() {
    let database = TestDatabase::partitioned().await;
    fill(&store(&database).await).await;
    let admin = raw(&database).await;
    make_past_months(&admin).await;
    let first = raw(&database).await;
    first.batch_execute("BEGIN").await.expect("a transaction");
    first.query_one(FIND, &[]).await.expect("a count");
    let dropping = raw(&database).await;
    let drop = "SELECT drop_month('intents', 'intents_2019_05')";
    let dropped = tokio::spawn(async move { dropping.query_one(drop, &[]).await });
    wait_for_locks(&admin, 1).await;
    let second = raw(&database).await;
    let found = tokio::spawn(async move { second.query_one(FIND, &[]).await });
    wait_for_locks(&admin, 2).await;
    first.batch_execute("COMMIT").await.expect("its end");
    let dropped = dropped.await.expect("an end").expect("an answer");
    assert!(dropped.get::<_, bool>(0), "the locks are a deadlock");
    let found = found.await.expect("an end").expect("a count");
    assert_eq!(found.get::<_, i64>(0), 1);
}

#[tokio::test]
async fn a_month_that_cannot_be_dropped_yet_keeps_no_month_from_being_made() {
    let database = TestDatabase::partitioned().await;
    let store = store(&database).await;
    fill(&store).await;
    let admin = raw(&database).await;
    make_past_months(&admin).await;
    let mut missing = Vec::new();
    for table in ["intents", "audit_log"] {
        let last = months(&admin, table).await.pop().expect("a month");
        let drop_last = format!("DROP TABLE {last}");
        admin.batch_execute(&drop_last).await.expect("no partition");
        missing.push(last);
    }
    let long = raw(&database).await;
    let open = "BEGIN; LOCK TABLE ONLY intents IN ACCESS SHARE MODE";
    long.batch_execute(open).await.expect("a long transaction");
    assert_eq!(store.keep_months().await.expect("made"), missing);
    assert_eq!(store.keep_months().await.expect("nothing yet"), [""; 0]);
    long.batch_execute("COMMIT").await.expect("its end");
    let dropped = store.keep_months().await;
    assert_eq!(dropped.expect("dropped"), ["-intents_2019_05"]);
}

#[tokio::test]
async fn rows_of_a_month_without_a_partition_are_kept_all_the_same() {
    let database = TestDatabase::partitioned().await;
    let store = store(&database).await;
    fill(&store).await;
    let admin = raw(&database).await;
    let all = months(&admin, "audit_log").await;
    let dropped: Vec<String> = all
        .iter()
        .map(|name| format!("DROP TABLE {name}"))
        .collect();
    admin
        .batch_execute(&dropped.join(";"))
        .await
        .expect("no partitions");
    let end = end_of_first_partition(&admin).await;
    let at = literal(end + TimeDelta::days(1));
    let insert = format!(
        "INSERT INTO audit_log (outcome, at) VALUES ('void', {at}) RETURNING tableoid::regclass::text"
    );
    let inserted = admin.query_one(&insert, &[]).await.expect("a record");
    let part: String = inserted.get(0);
    assert_eq!(part, "audit_log_rest");
    assert_eq!(
        store.keep_months().await.expect("the other month"),
        all[1..]
    );
    assert!(seal(&store, now()).await > 1);
    assert!(verdict(&store).await.is_intact());
}
