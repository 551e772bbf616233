//! The catalog's history, and the catalog as of a moment.

use payments_core::keys::{AuditKey, LastingKey};
use payments_http::scope::Scope;
use payments_store::{Store, StoreSettings};
use reqwest::Method;
use serde_json::json;

use super::restoring::{bank, last_change, restore};
use super::running::{Service, settings};
use super::scopes::{send, with_scopes};
use crate::setup::Fixture;

#[tokio::test]
async fn changes_are_listed_field_by_field_with_who_and_when() {
    let service = Service::demo().await;
    let card = service.get("/manage/v1/cards/1/").await.json();
    let mut changed = card.clone();
    changed["name"] = json!("Renamed");
    changed["installments"][1]["interest_rate"] = json!("9.5");
    service.put("/manage/v1/cards/1/", &changed).await;
    let page = service
        .get("/manage/v1/history/?part=cards&key=1")
        .await
        .json();
    let updated = &page["results"][0];
    assert_eq!(
        (&updated["part"], &updated["key"]),
        (&json!("cards"), &json!("1"))
    );
    assert_eq!(
        (&updated["principal"], &updated["outcome"]),
        (&json!("back_office"), &json!("updated"))
    );
    assert!(updated["at"].is_string() && updated["request_id"].is_string());
    let rate = &card["installments"][1]["interest_rate"];
    let expected = json!([
        {"pointer": "/installments/1/interest_rate", "old": rate, "new": "9.5"},
        {"pointer": "/name", "old": card["name"], "new": "Renamed"},
    ]);
    assert_eq!(updated["changes"], expected);
    let created = &page["results"][1];
    assert_eq!(created["outcome"], "created");
    assert!(
        created["changes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one.get("old").is_none())
    );
    assert_eq!(page["results"].as_array().unwrap().len(), 2);
    for (query, expected) in [
        ("principal=back_office", 1),
        ("principal=unknown", 0),
        ("part=rules&key=1", 0),
    ] {
        let page = service
            .get(&format!("/manage/v1/history/?{query}"))
            .await
            .json();
        assert_eq!(
            page["results"].as_array().unwrap().len(),
            expected,
            "{query}"
        );
    }
    let refused = service
        .get("/manage/v1/history/?part=products&page_size=0")
        .await;
    let errors = refused.json()["errors"].clone();
    assert_eq!(
        errors.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["page_size", "part"]
    );
}

#[tokio::test]
async fn pages_of_the_history_lead_on_to_the_next() {
    let service = Service::empty().await;
    for pk in 1..4 {
        let bank = json!({"name": "One", "slug": format!("bank-{pk}")});
        service.put(&format!("/manage/v1/banks/{pk}/"), &bank).await;
    }
    let mut address = Some("/manage/v1/history/?part=banks&page_size=2".to_owned());
    let mut found = Vec::new();
    while let Some(path) = address {
        let page = service.get(&path).await.json();
        found.extend(
            page["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["key"].clone()),
        );
        let next = page["next"].as_str();
        address = next.map(|url| url[url.find("/manage/").unwrap()..].to_owned());
    }
    assert_eq!(found, ["3", "2", "1"]);
}

#[tokio::test]
async fn a_token_sees_and_restores_the_parts_of_its_scopes() {
    let service = with_scopes(&[]).await;
    let at = last_change(&service).await;
    service.put("/manage/v1/banks/901/", &bank("Nine")).await;
    let pos = json!({"name": "P", "slug": "p-901", "gateway": "sandbox"});
    service.put("/manage/v1/pos/901/", &pos).await;
    let (get, post) = (&Method::GET, &Method::POST);
    let whole = format!("{{\"at\": \"{at}\"}}");
    let one = |part: &str| format!("{{\"at\": \"{at}\", \"part\": \"{part}\", \"key\": \"901\"}}");
    for (scope, method, path, body, status) in [
        (Scope::Read, get, "", String::new(), 200),
        (Scope::Read, get, "?part=pos", String::new(), 403),
        (Scope::Admin, get, "?part=pos", String::new(), 200),
        (Scope::Purchases, get, "", String::new(), 403),
        (Scope::Read, post, "restore/", one("banks"), 403),
        (Scope::Purchases, post, "restore/", one("banks"), 403),
        (Scope::Catalog, post, "restore/", one("pos"), 403),
        (
            Scope::Catalog,
            post,
            "restore/?dry_run=1",
            whole.clone(),
            403,
        ),
        (Scope::Catalog, post, "restore/", one("banks"), 200),
        (Scope::Admin, post, "restore/", whole, 200),
    ] {
        let path = format!("/manage/v1/history/{path}");
        let answer = send(&service, scope, method, &path, &body).await;
        assert_eq!(
            answer.status, status,
            "{scope:?} {method} {path} {body}: {answer:?}"
        );
    }
    for path in [
        "/manage/v1/history/?page_size=1000".to_owned(),
        format!("/manage/v1/history/compare/?from={at}"),
        format!("/manage/v1/history/export/?at={at}"),
    ] {
        let has_pos = async |scope: Scope| {
            let answer = send(&service, scope, &Method::GET, &path, "").await;
            answer.body.contains("\"pos\":[") || answer.body.contains("\"part\":\"pos\"")
        };
        assert!(!has_pos(Scope::Read).await, "{path}");
        assert_eq!(
            has_pos(Scope::Admin).await,
            !path.contains("compare"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_listing_is_explained_by_the_catalog_of_a_moment() {
    let service = Service::demo().await;
    let query = "/manage/v1/explain/?context=product&pk=1&language=en";
    let (then, at) = (service.get(query).await.json(), last_change(&service).await);
    let rule = json!({"name": "None", "when": {}, "then": {"exclude": true}});
    assert_eq!(
        service.put("/manage/v1/rules/none/", &rule).await.status,
        201
    );
    assert_eq!(service.get(query).await.json()["listing"]["count"], 0);
    let explained = service.get(&format!("{query}&at={at}")).await.json();
    assert_eq!(explained, then);
    assert_eq!(service.get(&format!("{query}&at=x")).await.status, 400);
}

#[tokio::test]
async fn a_moment_that_the_log_does_not_reach_is_said_to_be_unknown() {
    let fixture = Fixture::new().await;
    let service = Service::over(settings(&fixture, false)).await;
    service.put("/manage/v1/banks/901/", &bank("Nine")).await;
    let at = last_change(&service).await;
    prune_everything(&fixture).await;
    let reason = "the records of the audit log from then were deleted (audit.retention_days)";
    let body = json!({"at": at, "part": "banks", "key": "901"});
    for (answer, moment) in [
        (
            service
                .get(&format!("/manage/v1/history/export/?at={at}"))
                .await,
            "at",
        ),
        (
            service
                .get(&format!("/manage/v1/history/compare/?from={at}"))
                .await,
            "from",
        ),
        (restore(&service, &body).await, "/at"),
    ] {
        assert_eq!(answer.status, 409, "{answer:?}");
        assert_eq!(answer.json()["code"], "history_unknown");
        assert_eq!(answer.json()["errors"], json!({ moment: [reason] }));
    }
    service.stop().await;
}

#[tokio::test]
async fn nothing_is_restored_to_a_time_before_the_log_begins() {
    let service = Service::demo().await;
    let before = service.get("/manage/v1/export/").await.json();
    let answer = restore(&service, &json!({"at": "2016-11-28T00:00:00Z"})).await;
    assert_eq!(answer.status, 409, "{answer:?}");
    let errors = json!({"/at": ["the audit log begins later"]});
    assert_eq!(answer.json()["errors"], errors);
    assert_eq!(service.get("/manage/v1/export/").await.json(), before);
}

/// Deletes all records, as `payments audit prune` does when they are old.
async fn prune_everything(fixture: &Fixture) {
    let settings = fixture.settings(&[]);
    let url = settings.iter().find(|(name, _)| *name == "database.url");
    let url = url.unwrap().1.to_owned();
    let store = Store::open(&StoreSettings::new(url)).await.unwrap();
    let key = AuditKey::of(&LastingKey::new(&[b'a'; 32]).unwrap());
    let far = "2099-01-01T00:00:00Z".parse().unwrap();
    store.audit_trail.seal(&key, far, 1_000).await.unwrap();
    let end = "2100-01-01".parse().unwrap();
    while store.audit_trail.prune(&key, end, 1_000).await.unwrap() > 0 {}
}
