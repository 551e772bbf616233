//! Reading the audit log.

use serde_json::json;

use super::running::Service;

#[tokio::test]
async fn a_write_can_be_read_with_who_did_what_in_which_request() {
    let service = Service::empty().await;
    let bank = json!({"pk": 1, "name": "One", "slug": "one"});
    service.put("/manage/v1/banks/1/", &bank).await;
    let renamed = json!({"pk": 1, "name": "Another", "slug": "one"});
    service.put("/manage/v1/banks/1/", &renamed).await;
    service.put("/manage/v1/banks/1/", &renamed).await;
    let answer = service.get("/manage/v1/audit/?kind=management").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.shown().contains("cache-control: no-store"));
    let page = answer.json();
    let records = page["results"].as_array().expect("records");
    assert_eq!(records.len(), 2, "what changed nothing has no record");
    let [updated, created] = &records[..] else {
        panic!("two records");
    };
    assert_eq!(created["outcome"], "created");
    assert_eq!(updated["outcome"], "updated");
    assert_eq!(
        (&updated["part"], &updated["object_key"]),
        (&json!("banks"), &json!("1"))
    );
    assert_eq!(updated["changes"]["fields"], json!(["name"]));
    assert_eq!(updated["changes"]["before"]["name"], "One");
    assert_eq!(updated["changes"]["after"]["name"], "Another");
    assert!(updated["principal"].is_string() && updated["request_id"].is_string());
    assert_eq!(page["next"], json!(null));
}

#[tokio::test]
async fn pages_of_the_log_lead_on_to_the_next() {
    let service = Service::empty().await;
    for pk in 1..4 {
        let bank = json!({"pk": pk, "name": "One", "slug": format!("bank-{pk}")});
        service.put(&format!("/manage/v1/banks/{pk}/"), &bank).await;
    }
    let mut address = Some("/manage/v1/audit/?page_size=2".to_owned());
    let mut found = Vec::new();
    while let Some(path) = address {
        let page = service.get(&path).await.json();
        let records = page["results"].as_array().expect("records").iter();
        found.extend(records.map(|record| record["object_key"].clone()));
        let next = page["next"].as_str();
        address = next.and_then(|url| Some(url[url.find("/manage/")?..].to_owned()));
    }
    assert_eq!(found, ["3", "2", "1"]);
}

#[tokio::test]
async fn a_wrong_filter_is_named() {
    let service = Service::empty().await;
    let answer = service
        .get("/manage/v1/audit/?customer=x&kind=all&from=x")
        .await;
    assert_eq!(answer.status, 400);
    let errors = answer.json()["errors"].clone();
    let named: Vec<&String> = errors.as_object().expect("errors").keys().collect();
    assert_eq!(named, ["customer", "from", "kind"]);
}
