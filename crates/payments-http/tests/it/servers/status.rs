//! The status of several processes.

use std::time::Duration;

use payments_store::testing::{REDIS_URL, named};
use payments_store::{FlowSettings, Flows};
use reqwest::Method;
use serde_json::{Value, json};

use super::journey::{BASKET, Customer, PATIENCE, now};
use super::two_processes::Shared;
use crate::app::json as read_json;

async fn status(customer: &Customer, url: &str) -> Value {
    let path = "/manage/v1/status/";
    let answer = customer.manage(Method::GET, url, path, &Value::Null).await;
    assert_eq!(answer.status(), 200);
    read_json(answer).await
}

/// Polls until the status is as expected.
async fn wait_for(customer: &Customer, url: &str, is_expected: impl Fn(&Value) -> bool) -> Value {
    let started = now();
    loop {
        let status = status(customer, url).await;
        if is_expected(&status) {
            return status;
        }
        assert!(started.elapsed() < PATIENCE, "{status}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn sum(minutes: &Value, name: &str) -> u64 {
    let list = minutes[name].as_array().expect("a list").iter();
    list.filter_map(Value::as_u64).sum()
}

fn processes(status: &Value) -> &[Value] {
    status["processes"].as_array().expect("processes")
}

#[tokio::test]
async fn each_process_shows_all_of_them_and_their_sums() {
    let shared = Shared::new().await;
    let (one, other) = (shared.start_with(&[]), shared.start_with(&[]));
    let customer = Customer::of(&one.url).await;
    assert_eq!(customer.hold(&one.url).await.status(), 204);
    let code = customer.ask_for_code(&one.url).await;
    assert_eq!(customer.submit(&other.url, &code).await, 200);
    for process in [&one, &one, &other] {
        assert_eq!(customer.get(&process.url, BASKET).await.status(), 200);
    }
    for process in [&one, &other] {
        let status = wait_for(&customer, &process.url, |status| {
            let counts = ["listings", "codes_sent", "cards_saved"];
            counts.map(|name| sum(&status["minutes"], name)) == [3, 1, 1]
        });
        let status = status.await;
        assert_eq!(status["unavailable"], json!([]));
        assert_eq!(processes(&status).len(), 2, "{status}");
        let mut listings: Vec<u64> = processes(&status)
            .iter()
            .map(|process| sum(&process["report"]["minutes"], "listings"))
            .collect();
        listings.sort_unstable();
        assert_eq!(listings, [1, 2]);
    }

    // Of a version whose reports this one does not know.
    let mut settings = FlowSettings::new(named(REDIS_URL));
    settings.key_prefix.clone_from(&shared.prefix);
    let flows = Flows::open(&settings).await.expect("Redis");
    let published = flows.publish_report("strange", r#"{"version": [2]}"#.to_owned());
    published.await.expect("published");
    let shown = status(&customer, &one.url).await;
    let strange = json!({"process": "strange", "report": null});
    assert!(processes(&shown).contains(&strange), "{shown}");
    assert_eq!(processes(&shown).len(), 3);
    flows.withdraw_report("strange").await.expect("withdrawn");

    other.stop();
    let shown = status(&customer, &one.url).await;
    assert_eq!(processes(&shown).len(), 1, "it withdrew its report");
    assert_eq!(sum(&shown["minutes"], "listings"), 2);
}
