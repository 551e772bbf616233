//! Changes that need the approval of a second person.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};
use super::scopes::sha256;
use crate::program;
use crate::setup::Fixture;

/// A service with `console.four_eyes`, and a token of Ben beside that of the back office.
async fn service() -> Service {
    let ben = sha256("ben");
    Service::demo_with(&[
        ("console.four_eyes", "true"),
        ("manage.tokens.ben.sha256", &ben),
        ("manage.tokens.ben.scopes", "catalog"),
        ("manage.tokens.reader.sha256", &sha256("reader")),
        ("manage.tokens.reader.scopes", "read"),
    ])
    .await
}

fn rule(cap: u8) -> Value {
    json!({"name": "Gold", "when": {"category": ["jewellery/gold"]}, "then": {"cap_installments": cap}})
}

/// The key of the proposal that a write was answered with.
fn proposed(answer: &Answer) -> String {
    assert_eq!(answer.status, 409, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["code"], json!("approval_required"));
    body["errors"]["proposal"][0].as_str().unwrap().to_owned()
}

async fn decide(service: &Service, token: &str, pk: &str, decision: &str) -> Answer {
    let path = format!("/manage/v1/proposals/{pk}/{decision}/");
    Answer::of(service.anonymous(Method::POST, &path).bearer_auth(token)).await
}

fn code(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["code"].clone())
}

async fn proposal(service: &Service, pk: &str) -> Value {
    let answer = service.get(&format!("/manage/v1/proposals/{pk}/")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_rule_is_written_when_a_second_person_approves_it() {
    let service = service().await;
    let before = service.export().await;
    let path = "/manage/v1/rules/new/";
    let pk = proposed(&service.put(path, &rule(3)).await);
    assert_eq!(service.export().await, before);
    let shown = proposal(&service, &pk).await;
    assert_eq!(shown["principal"], json!("back_office"));
    assert_eq!(
        (&shown["state"], &shown["is_stale"]),
        (&json!("open"), &json!(false))
    );
    assert_eq!(shown["writes"], json!([{"part": "rules", "key": "new"}]));
    assert_eq!(shown["changes"][0]["outcome"], json!("created"));

    let own = decide(&service, super::running::TOKEN, &pk, "approve").await;
    assert_eq!(code(&own), (403, json!("own_proposal")));
    let reader = decide(&service, "reader", &pk, "approve").await;
    assert_eq!(reader.status, 403, "{reader:?}");
    assert_eq!(service.export().await, before);

    let approved = decide(&service, "ben", &pk, "approve").await;
    assert_eq!(
        (approved.status, approved.json()),
        (200, json!({"rules": {"created": 1, "updated": 0}}))
    );
    assert_eq!(
        service.get(path).await.json()["then"],
        json!({"cap_installments": 3})
    );
    let history = service.get("/manage/v1/history/?part=rules&key=new").await;
    assert_eq!(
        history.json()["results"][0]["principal"],
        json!("back_office (approved by ben)")
    );
    for (name, records) in [
        ("back_office", 1),
        ("ben", 1),
        ("be", 0),
        ("back%25", 0),
        ("back-office", 0),
    ] {
        let path = format!("/manage/v1/history/?part=rules&key=new&principal={name}");
        let found = service.get(&path).await.json()["results"].take();
        assert_eq!(found.as_array().map(Vec::len), Some(records), "{name}");
    }
    let shown = proposal(&service, &pk).await;
    assert_eq!(
        (&shown["state"], &shown["decided_by"]),
        (&json!("approved"), &json!("ben"))
    );
    for decision in ["approve", "reject"] {
        let again = decide(&service, "ben", &pk, decision).await;
        assert_eq!(code(&again), (409, json!("proposal_closed")));
    }
}

#[tokio::test]
async fn every_way_to_change_rules_and_rates_needs_approval_and_others_do_not() {
    let service = service().await;
    let exported = service.export().await;
    let slug = exported["rules"][0]["slug"].as_str().unwrap();
    let (path, card) = (format!("/manage/v1/rules/{slug}/"), &exported["cards"][0]);
    let mut cheaper = card.clone();
    cheaper["installments"][1]["interest_rate"] = json!("0.5");
    let imported = json!({"cards": [cheaper], "banks": [exported["banks"][0]]});
    let since = super::restoring::last_change(&service).await;
    let deactivation = service
        .request(Method::PATCH, &path)
        .header("Content-Type", "application/merge-patch+json")
        .body(r#"{"is_active": false}"#);
    for answer in [
        service.import(&imported).await,
        Answer::of(deactivation).await,
        service.delete(&path).await,
    ] {
        proposed(&answer);
    }
    assert_eq!(service.export().await, exported);
    // What changes nothing, or no rule and no rate, is written.
    assert_eq!(service.put(&path, &exported["rules"][0]).await.status, 200);
    let bank = super::restoring::bank("Nine");
    assert_eq!(
        service.put("/manage/v1/banks/901/", &bank).await.status,
        201
    );
    // Restoring the bank's absence does not need approval, restoring a rule does.
    let restored = super::restoring::restore(&service, &json!({"at": since})).await;
    assert_eq!(restored.status, 200, "{restored:?}");
    let pk = proposed(&service.delete(&path).await);
    assert_eq!(decide(&service, "ben", &pk, "approve").await.status, 200);
    assert_eq!(service.get(&path).await.status, 404);
    let restored = super::restoring::restore(&service, &json!({"at": since})).await;
    let pk = proposed(&restored);
    assert_eq!(decide(&service, "ben", &pk, "approve").await.status, 200);
    assert_eq!(service.export().await["rules"], exported["rules"]);
}

#[tokio::test]
async fn a_proposal_is_bound_to_what_its_objects_were() {
    let service = service().await;
    let path = "/manage/v1/rules/new/";
    let first = proposed(&service.put(path, &rule(3)).await);
    let second = proposed(&service.put(path, &rule(4)).await);
    assert_eq!(
        decide(&service, "ben", &second, "approve").await.status,
        200
    );
    assert_eq!(proposal(&service, &first).await["is_stale"], json!(true));
    let stale = decide(&service, "ben", &first, "approve").await;
    assert_eq!(code(&stale), (409, json!("proposal_stale")));
    assert_eq!(
        service.get(path).await.json()["then"],
        json!({"cap_installments": 4})
    );
    // A change of something else does not matter, and the author may withdraw.
    let third = proposed(&service.put(path, &rule(5)).await);
    service
        .put("/manage/v1/banks/901/", &super::restoring::bank("Nine"))
        .await;
    assert_eq!(proposal(&service, &third).await["is_stale"], json!(false));
    let token = super::running::TOKEN;
    assert_eq!(decide(&service, token, &third, "reject").await.status, 204);
    let closed = decide(&service, "ben", &third, "approve").await;
    assert_eq!(code(&closed), (409, json!("proposal_closed")));
    let listed = service.get("/manage/v1/proposals/?state=open").await.json();
    let keys: Vec<&Value> = listed["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["pk"])
        .collect();
    assert_eq!(keys, [&json!(first.parse::<i64>().unwrap())]);
}

#[tokio::test]
async fn a_proposal_that_no_longer_fits_says_why_and_a_precondition_holds_when_it_is_made() {
    let service = service().await;
    let exported = service.export().await;
    service
        .put("/manage/v1/banks/901/", &super::restoring::bank("Nine"))
        .await;
    let mut moved = exported["cards"][0].clone();
    moved["bank"] = json!(901);
    let pk = proposed(&service.import(&json!({"cards": [moved]})).await);
    assert_eq!(service.delete("/manage/v1/banks/901/").await.status, 204);
    let refused = decide(&service, "ben", &pk, "approve").await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(
        refused.json()["errors"],
        json!({"/cards/1/bank": ["there is no such object in banks"]})
    );
    assert_eq!(service.export().await["cards"], exported["cards"]);
    let stale = service
        .json(Method::PUT, "/manage/v1/rules/new/", &rule(3))
        .header("If-Match", "\"other\"");
    assert_eq!(Answer::of(stale).await.status, 412);
    let stale = service
        .request(Method::DELETE, "/manage/v1/cards/1/")
        .header("If-Match", "\"other\"");
    assert_eq!(Answer::of(stale).await.status, 412);
    assert_eq!(service.delete("/manage/v1/rules/none/").await.status, 404);
    let mixed = json!({"cards": [moved_price(&exported)], "products": [exported["products"][0]]});
    let refused = service.import(&mixed).await;
    assert_eq!(
        (refused.status, &refused.json()["errors"]),
        (
            400,
            &json!({"/products": ["send what needs approval without this"]})
        )
    );
    assert_eq!(service.get("/manage/v1/proposals/999/").await.status, 404);
}

fn moved_price(exported: &Value) -> Value {
    let mut card = exported["cards"][0].clone();
    card["sort_order"] = json!(-7);
    card
}

#[tokio::test]
async fn a_decision_is_made_once() {
    let service = service().await;
    let token = super::running::TOKEN;
    for cap in 2..12 {
        let pk = proposed(&service.put("/manage/v1/rules/new/", &rule(cap)).await);
        let (approved, rejected) = tokio::join!(
            decide(&service, "ben", &pk, "approve"),
            decide(&service, token, &pk, "reject"),
        );
        let is_written = approved.status == 200;
        assert_eq!(
            rejected.status,
            if is_written { 409 } else { 204 },
            "{approved:?} {rejected:?}"
        );
        let shown = proposal(&service, &pk).await;
        let (state, by) = if is_written {
            ("approved", "ben")
        } else {
            ("rejected", "back_office")
        };
        assert_eq!(
            (&shown["state"], &shown["decided_by"]),
            (&json!(state), &json!(by))
        );
        let stored = service.get("/manage/v1/rules/new/").await;
        let is_stored =
            stored.status == 200 && stored.json()["then"]["cap_installments"] == json!(cap);
        assert_eq!(is_stored, is_written, "{stored:?}");
    }
}

#[tokio::test]
async fn what_rules_name_is_not_renamed_alone() {
    let service = service().await;
    let exported = service.export().await;
    let mut swapped = exported["card_types"].as_array().unwrap()[..2].to_vec();
    let slugs = [swapped[1]["slug"].clone(), swapped[0]["slug"].clone()];
    for (kind, slug) in swapped.iter_mut().zip(slugs) {
        kind["slug"] = slug;
    }
    let mut option = exported["payment_options"][0].clone();
    option["sort_order"] = json!(99);
    let mut renamed = exported["banks"][0].clone();
    renamed["slug"] = json!("renamed");
    for document in [
        json!({"card_types": swapped}),
        json!({"payment_options": [option]}),
        json!({"banks": [renamed]}),
    ] {
        proposed(&service.import(&document).await);
    }
    assert_eq!(service.export().await, exported);
    let mut logo = exported["banks"][0].clone();
    logo["name"] = json!("Another name");
    assert_eq!(service.import(&json!({"banks": [logo]})).await.status, 200);
}

#[tokio::test]
async fn the_same_change_is_proposed_once_and_a_dry_run_says_what_it_cannot_have() {
    let service = service().await;
    let first = proposed(&service.put("/manage/v1/rules/new/", &rule(3)).await);
    let again = proposed(&service.put("/manage/v1/rules/new/", &rule(3)).await);
    assert_eq!(first, again);
    let exported = service.export().await;
    let mut pos = exported["pos"][0].clone();
    pos["pk"] = json!(50);
    pos["slug"] = json!("spare");
    pos["name"] = json!("Spare");
    let mut new = rule(3);
    new["slug"] = json!("other");
    let mixed = json!({"rules": [new], "pos": [pos]});
    let dry = service
        .send(Method::POST, "/manage/v1/import/?dry_run=1", &mixed)
        .await;
    let wet = service.import(&mixed).await;
    assert_eq!((dry.status, &dry.body), (400, &wet.body));
    assert_eq!(
        wet.json()["errors"],
        json!({"/pos": ["send what needs approval without this"]})
    );
    // A restoration that deletes a point of sale and changes a rule is not stored as a proposal, which a `read` token can read.
    let since = super::restoring::last_change(&service).await;
    assert_eq!(
        service
            .import(&json!({"pos": [mixed["pos"][0]]}))
            .await
            .status,
        200
    );
    assert_eq!(decide(&service, "ben", &first, "approve").await.status, 200);
    let restored = super::restoring::restore(&service, &json!({"at": since})).await;
    assert_eq!(restored.status, 400, "{restored:?}");
    assert!(restored.body.contains("/pos"), "{restored:?}");
}

#[tokio::test]
async fn of_concurrent_approvals_one_writes() {
    let service = service().await;
    let pk = proposed(&service.put("/manage/v1/rules/new/", &rule(3)).await);
    let approvals = (0..8).map(|_| decide(&service, "ben", &pk, "approve"));
    let answers = futures_util::future::join_all(approvals).await;
    for answer in &answers {
        assert!([200, 409].contains(&answer.status), "{answer:?}");
    }
    let written = answers
        .iter()
        .filter(|answer| answer.json()["rules"]["created"] == json!(1));
    assert_eq!(written.count(), 1, "{answers:?}");
    let history = service.get("/manage/v1/history/?part=rules&key=new").await;
    assert_eq!(history.json()["results"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_import_command_says_which_proposal_waits() {
    let fixture = Fixture::new().await;
    let file = fixture.path("rule.json");
    let mut new = rule(3);
    new["slug"] = json!("new");
    std::fs::write(&file, json!({"rules": [new]}).to_string()).unwrap();
    let url = format!("sqlite:{}", fixture.path("payments.db"));
    let settings = [
        ("database.url", &*url),
        ("console.four_eyes", "true"),
        ("demo.enabled", "false"),
    ];
    let output = program::run(&["import", &file], &settings);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("the change waits for approval as proposal 1"),
        "{said}"
    );
}
