//! Reports that processes publish.

use std::collections::BTreeMap;

use deadpool_redis::redis;
use payments_store::testing::named;

use super::{CLUSTER, SENTINEL, SINGLE, raw};
use crate::servers::flows;

fn reports(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    let entries = entries.iter();
    entries
        .map(|(process, report)| ((*process).to_owned(), (*report).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_report_is_read_by_all_until_it_is_replaced_or_withdrawn() {
    for variable in [SINGLE, CLUSTER, SENTINEL] {
        let (store, _) = flows(variable).await;
        let publish = async |process: &str, report: &str| {
            let published = store.publish_report(process, report.to_owned()).await;
            published.expect("an answer");
        };
        let read = async || store.process_reports().await.expect("an answer");
        assert_eq!(read().await, BTreeMap::new());
        publish("one", r#"{"at": 1}"#).await;
        publish("other", "a:b\n%s").await;
        publish("one", r#"{"at": 2}"#).await;
        let both = reports(&[("one", r#"{"at": 2}"#), ("other", "a:b\n%s")]);
        assert_eq!(read().await, both);
        store.withdraw_report("one").await.expect("an answer");
        assert_eq!(read().await, reports(&[("other", "a:b\n%s")]));
    }
}

#[tokio::test]
async fn an_expired_report_is_dropped() {
    let (store, settings) = flows(SINGLE).await;
    let published = store.publish_report("one", "{}".to_owned()).await;
    published.expect("an answer");
    let mut raw = raw(&named(SINGLE)).await;
    let key = format!("{}:process-reports", settings.key_prefix);
    for (process, value) in [("crashed", "1000:{}"), ("odd", "{}")] {
        let mut set = redis::cmd("HSET");
        let set = set.arg(&key).arg(process).arg(value);
        let () = set.query_async(&mut raw).await.expect("a write");
    }
    let read = store.process_reports().await.expect("an answer");
    assert_eq!(read, reports(&[("one", "{}")]));
    let left: Vec<String> = redis::cmd("HKEYS")
        .arg(&key)
        .query_async(&mut raw)
        .await
        .expect("fields");
    assert_eq!(left, ["one"]);
}
