//! Imports that only report what they would change.

use payments_demo::STORE;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};
use crate::program::run;

const DRY_RUN: &str = "/manage/v1/import/?dry_run=1";

#[tokio::test]
async fn a_dry_run_names_what_would_change_and_writes_nothing() {
    let service = Service::demo().await;
    let before = service.export().await;
    let mut renamed = before["products"][1].clone();
    renamed["name"] = json!("Renamed");
    let document = json!({
        "banks": [before["banks"][0], {"pk": 900, "name": "New", "slug": "new"}],
        "products": [before["products"][0], renamed],
        "rules": [before["rules"][0]],
    });
    let answer = service.send(Method::POST, DRY_RUN, &document).await;
    let keys = |created: &[&str], updated: &[&str], unchanged: &[&str]| json!({"created": created, "updated": updated, "unchanged": unchanged});
    let expected = json!({
        "banks": keys(&["900"], &[], &["1"]),
        "products": keys(&[], &["2"], &["1"]),
        "rules": keys(&[], &[], &[before["rules"][0]["slug"].as_str().unwrap()]),
    });
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_eq!(service.export().await, before);
    let audit = service
        .get("/manage/v1/audit/?kind=management&page_size=1")
        .await
        .json();
    assert_ne!(audit["results"][0]["principal"], json!("back_office"));
    let written = service
        .send(Method::POST, "/manage/v1/import/?dry_run=0", &document)
        .await;
    assert_eq!(written.json()["banks"], json!({"created": 1, "updated": 1}));
    assert_ne!(service.export().await, before);
    let whole: Value = serde_json::from_str(STORE).unwrap();
    let fresh = Service::empty().await;
    let all = fresh.send(Method::POST, DRY_RUN, &whole).await.json();
    assert_eq!(all["cards"]["created"].as_array().unwrap().len(), 17);
    assert_eq!(fresh.export().await["cards"], json!([]));
}

#[tokio::test]
async fn a_dry_run_finds_the_mistakes_that_the_import_would() {
    let service = Service::demo().await;
    for document in [
        json!({"banks": [{"pk": 1, "name": "", "slug": "x"}]}),
        json!({"cards": [{"pk": 1}]}),
        json!({"banks": [{"pk": 900, "name": "A", "slug": "akbank"}]}),
        json!({"baskets": [{"pk": 900, "currency": "TRY", "total": "1",
            "items": [{"product": 999_999, "quantity": 1, "price": "1"}]}]}),
    ] {
        let dry = service.send(Method::POST, DRY_RUN, &document).await;
        let wet = service.import(&document).await;
        assert_eq!((dry.status, wet.status), (400, 400), "{document}");
        assert_eq!(dry.json(), wet.json(), "{document}");
    }
    let wrong =
        Answer::of(service.json(Method::POST, "/manage/v1/import/?dry_run=yes", &json!({})));
    let wrong = wrong.await;
    assert_eq!(wrong.json()["errors"], json!({"dry_run": ["use 0 or 1"]}));
}

#[test]
fn the_command_prints_the_same_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.json");
    std::fs::write(&file, STORE).unwrap();
    let file = file.display().to_string();
    let url = format!("sqlite:{}", folder.path().join("payments.db").display());
    let keys = folder.path().join("keys").display().to_string();
    let settings = [
        ("database.url", &*url),
        ("security.key_folder", &*keys),
        ("demo.enabled", "false"),
    ];
    let printed = |arguments: &[&str]| {
        let output = run(arguments, &settings);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let cards = |printed: &Value, effect: &str| printed["cards"][effect].as_array().unwrap().len();
    for _ in 0..2 {
        let previewed = printed(&["import", "--dry-run", &file]);
        assert_eq!(cards(&previewed, "created"), 17);
    }
    printed(&["import", &file]);
    let previewed = printed(&["import", "--dry-run", &file]);
    assert_eq!(cards(&previewed, "unchanged"), 17);
}
