//! Restoring the catalog, or one object.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};
use crate::program;
use crate::setup::Fixture;

const RESTORE: &str = "/manage/v1/history/restore/";

/// When the catalog was last changed.
pub(super) async fn last_change(service: &Service) -> String {
    let page = service.get("/manage/v1/history/?page_size=1").await.json();
    page["results"][0]["at"].as_str().unwrap().to_owned()
}

pub(super) async fn restore(service: &Service, body: &Value) -> Answer {
    service.send(Method::POST, RESTORE, body).await
}

async fn as_of(service: &Service, at: &str) -> Value {
    let answer = service
        .get(&format!("/manage/v1/history/export/?at={at}"))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The parts of the catalog in an export.
async fn catalog(service: &Service) -> Value {
    let whole = service.export().await;
    let parts = [
        "banks",
        "card_types",
        "pos",
        "cards",
        "payment_options",
        "rules",
    ];
    parts
        .map(|part| (part.to_owned(), whole[part].clone()))
        .into_iter()
        .collect()
}

fn keys(created: &[&str], updated: &[&str], unchanged: &[&str], deleted: &[&str]) -> Value {
    json!({"created": created, "updated": updated, "unchanged": unchanged, "deleted": deleted})
}

pub(super) fn bank(name: &str) -> Value {
    json!({"name": name, "slug": "nine", "logo": null, "logo_path": null})
}

#[tokio::test]
async fn the_whole_catalog_is_restored_and_a_dry_run_writes_nothing() {
    let service = Service::demo().await;
    let (then, at) = (catalog(&service).await, last_change(&service).await);
    let slug = then["rules"][0]["slug"].as_str().unwrap().to_owned();
    service.put("/manage/v1/banks/901/", &bank("Nine")).await;
    let mut card = then["cards"][0].clone();
    card["bank"] = json!(901);
    service.put("/manage/v1/cards/1/", &card).await;
    assert_eq!(
        service
            .delete(&format!("/manage/v1/rules/{slug}/"))
            .await
            .status,
        204
    );
    let changed = service.export().await;
    assert_eq!(as_of(&service, &at).await, then);

    let compared = service
        .get(&format!("/manage/v1/history/compare/?from={at}"))
        .await
        .json();
    let results = compared["results"].as_array().unwrap();
    let listed: Vec<Value> = results
        .iter()
        .map(|one| json!([one["part"], one["key"], one["outcome"]]))
        .collect();
    let expected = [
        json!(["banks", "901", "created"]),
        json!(["cards", "1", "updated"]),
        json!(["rules", slug, "deleted"]),
    ];
    assert_eq!(listed, expected);
    let moved = json!([{"pointer": "/bank", "old": then["cards"][0]["bank"], "new": 901}]);
    assert_eq!(results[1]["changes"], moved);
    let same = service
        .get(&format!("/manage/v1/history/compare/?from={at}&to={at}"))
        .await
        .json();
    assert_eq!(same["results"], json!([]));

    let body = json!({ "at": at });
    let dry = service
        .send(Method::POST, &format!("{RESTORE}?dry_run=1"), &body)
        .await;
    assert_eq!(dry.status, 200, "{dry:?}");
    assert_eq!(dry.json()["banks"]["deleted"], json!(["901"]));
    assert_eq!(dry.json()["cards"]["updated"], json!(["1"]));
    assert_eq!(dry.json()["rules"]["created"], json!([slug]));
    assert_eq!(dry.json()["payment_options"]["updated"], json!([]));
    assert_eq!(service.export().await, changed);

    let restored = restore(&service, &body).await;
    assert_eq!((restored.status, restored.json()), (200, dry.json()));
    assert_eq!(catalog(&service).await, then);
    let page = service.get("/manage/v1/history/?page_size=3").await.json();
    let outcomes: Vec<&Value> = page["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["outcome"])
        .collect();
    assert_eq!(outcomes, ["deleted", "created", "updated"]);
    let again = restore(&service, &body).await.json();
    assert_eq!(
        again["banks"]["deleted"],
        json!([]),
        "there is nothing left to restore"
    );
}

#[tokio::test]
async fn one_object_is_restored_created_again_and_deleted() {
    let service = Service::demo().await;
    let before = last_change(&service).await;
    service.put("/manage/v1/banks/901/", &bank("First")).await;
    let first = last_change(&service).await;
    service.put("/manage/v1/banks/901/", &bank("Second")).await;
    let body = |at: &str| json!({"at": at, "part": "banks", "key": "901"});
    let name = async || service.get("/manage/v1/banks/901/").await.json()["name"].clone();

    let stale = service
        .json(Method::POST, RESTORE, &body(&first))
        .header("If-Match", "\"stale\"");
    assert_eq!(Answer::of(stale).await.status, 412);
    assert_eq!(name().await, "Second");
    let etag = service
        .get("/manage/v1/banks/901/")
        .await
        .header("etag")
        .to_owned();
    let fresh = service
        .json(Method::POST, RESTORE, &body(&first))
        .header("If-Match", etag);
    let restored = Answer::of(fresh).await;
    assert_eq!(
        restored.json(),
        json!({"banks": keys(&[], &["901"], &[], &[])})
    );
    assert_eq!(name().await, "First");
    let unchanged = restore(&service, &body(&first)).await;
    assert_eq!(
        unchanged.json(),
        json!({"banks": keys(&[], &[], &["901"], &[])})
    );

    assert_eq!(service.delete("/manage/v1/banks/901/").await.status, 204);
    let created = restore(&service, &body(&first)).await;
    assert_eq!(
        created.json(),
        json!({"banks": keys(&["901"], &[], &[], &[])})
    );
    assert_eq!(name().await, "First");
    let deleted = restore(&service, &body(&before)).await;
    assert_eq!(
        deleted.json(),
        json!({"banks": keys(&[], &[], &[], &["901"])})
    );
    assert_eq!(service.get("/manage/v1/banks/901/").await.status, 404);
    assert_eq!(restore(&service, &body(&before)).await.status, 404);
}

#[tokio::test]
async fn what_the_present_catalog_does_not_permit_is_refused_and_nothing_is_written() {
    let service = Service::demo().await;
    let before = last_change(&service).await;
    service.put("/manage/v1/banks/901/", &bank("Nine")).await;
    let mut card = service.get("/manage/v1/cards/1/").await.json();
    let own = card["bank"].clone();
    card["bank"] = json!(901);
    service.put("/manage/v1/cards/1/", &card).await;
    let moved = last_change(&service).await;
    let referred = restore(
        &service,
        &json!({"at": before, "part": "banks", "key": "901"}),
    )
    .await;
    assert_eq!(referred.status, 409);
    let errors = json!({"/cards/1": ["this refers to bank 901, which would be deleted"]});
    assert_eq!(
        (&referred.json()["code"], &referred.json()["errors"]),
        (&json!("still_referenced"), &errors)
    );

    card["bank"] = own;
    service.put("/manage/v1/cards/1/", &card).await;
    assert_eq!(service.delete("/manage/v1/banks/901/").await.status, 204);
    let changed = service.export().await;
    for path in [RESTORE.to_owned(), format!("{RESTORE}?dry_run=1")] {
        let body = json!({"at": moved, "part": "cards", "key": "1"});
        let dangling = service.send(Method::POST, &path, &body).await;
        assert_eq!(dangling.status, 400);
        assert_eq!(dangling.json()["code"], "document_invalid");
        assert_eq!(
            dangling.json()["errors"],
            json!({"/cards/1/bank": ["there is no such object in banks"]})
        );
    }
    assert_eq!(service.export().await, changed);
    for (body, pointer) in [
        (json!({}), "/at"),
        (json!({"at": moved, "part": "cards"}), "/key"),
        (
            json!({"at": moved, "part": "products", "key": "1"}),
            "/part",
        ),
    ] {
        let wrong = restore(&service, &body).await;
        assert_eq!(wrong.status, 400);
        assert!(wrong.json()["errors"].get(pointer).is_some(), "{wrong:?}");
    }
    let whole = service
        .json(Method::POST, RESTORE, &json!({ "at": moved }))
        .header("If-Match", "*");
    assert_eq!(Answer::of(whole).await.status, 400);
}

#[tokio::test]
async fn a_secret_is_in_no_answer_and_a_restored_point_of_sale_keeps_the_present_one() {
    let service = Service::demo().await;
    let pos = |name: &str, secret: &str| {
        json!({"name": name, "slug": "p-901", "gateway": "own-gateway",
        "config": {"api_key": secret, "terminal": 7}})
    };
    service
        .put("/manage/v1/pos/901/", &pos("First", "first-secret"))
        .await;
    let at = last_change(&service).await;
    service
        .put("/manage/v1/pos/901/", &pos("First", "second-secret"))
        .await;
    let page = service
        .get("/manage/v1/history/?part=pos&key=901")
        .await
        .json();
    assert_eq!(
        page["results"][0]["changes"],
        json!([{"pointer": "/config"}])
    );
    service
        .put("/manage/v1/pos/901/", &pos("Second", "third-secret"))
        .await;
    let body = json!({"at": at, "part": "pos", "key": "901"});
    let restored = restore(&service, &body).await;
    assert_eq!(
        restored.json(),
        json!({"pos": keys(&[], &["901"], &[], &[])})
    );
    // With the same secret there is nothing to change.
    let now = last_change(&service).await;
    service
        .put("/manage/v1/pos/901/", &pos("First", "third-secret"))
        .await;
    assert_eq!(last_change(&service).await, now);
    for path in [
        "/manage/v1/history/?page_size=1000".to_owned(),
        format!("/manage/v1/history/compare/?from={at}"),
        format!("/manage/v1/history/export/?at={at}"),
    ] {
        let answer = service.get(&path).await;
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("-secret"), "{path}");
    }
    assert!(!restored.body.contains("-secret"));
}

#[tokio::test]
async fn the_commands_print_compare_and_restore_the_history() {
    let fixture = Fixture::new().await;
    let run =
        |arguments: &[&str]| program::run(arguments, &fixture.settings(&[("log.filter", "off")]));
    let printed = |arguments: &[&str]| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    printed(&["migrate"]);
    let file = fixture.path("banks.json");
    let import = |name: &str| {
        let document = json!({"banks": [{"pk": 1, "name": name, "slug": "one"}]});
        std::fs::write(&file, document.to_string()).unwrap();
        printed(&["import", &file]);
    };
    import("First");
    let first: Value = serde_json::from_str(&printed(&["history", "--json"])).unwrap();
    assert_eq!(
        (&first["principal"], &first["outcome"]),
        (&json!("payments import"), &json!("created"))
    );
    let at = first["at"].as_str().unwrap().to_owned();
    import("Second");
    let listed = printed(&["history", "--part", "banks", "--key", "1", "--from", &at]);
    assert!(
        listed.contains("\"payments import\" banks/1 updated\n  /name: \"First\" -> \"Second\"\n"),
        "{listed}"
    );
    let compared = printed(&["history", "compare", &at]);
    assert_eq!(
        compared,
        "banks/1 updated\n  /name: \"First\" -> \"Second\"\n"
    );
    assert_eq!(printed(&["history", "compare", &at, &at]), "");
    let restore = ["history", "restore", &at, "--part", "banks", "--key", "1"];
    let dry: Value =
        serde_json::from_str(&printed(&[&restore[..], &["--dry-run"]].concat())).unwrap();
    assert_eq!(dry, json!({"banks": keys(&[], &["1"], &[], &[])}));
    assert_eq!(printed(&["history", "compare", &at]), compared);
    printed(&restore);
    assert_eq!(printed(&["history", "compare", &at]), "");
    let unknown = run(&["history", "restore", &at, "--part", "banks", "--key", "9"]);
    assert_eq!(unknown.status.code(), Some(1));
    let before = run(&["history", "restore", "2026-01-01"]);
    assert_eq!(before.status.code(), Some(1));
    assert!(
        printed(&["export"]).contains("\"one\""),
        "what was before the log is not known"
    );
}
