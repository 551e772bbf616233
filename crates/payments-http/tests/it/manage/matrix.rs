//! The plans of cards as a matrix.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::Service;

async fn matrix(service: &Service, query: &str) -> Value {
    let answer = service.get(&format!("/manage/v1/matrix/?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()
}

fn row<'m>(matrix: &'m Value, slug: &str) -> &'m Value {
    let mut rows = matrix["results"].as_array().unwrap().iter();
    rows.find(|row| row["card_slug"] == json!(slug)).unwrap()
}

fn cell(row: &Value, count: u8) -> &Value {
    let mut cells = row["cells"].as_array().unwrap().iter();
    cells
        .find(|cell| cell["installment_count"] == json!(count))
        .unwrap()
}

#[tokio::test]
async fn the_filled_cells_are_the_plans_of_the_listing() {
    let service = Service::demo().await;
    for (query, path) in [
        ("context=product&pk=1", "/payments/cards/product/1/"),
        ("context=product&pk=11", "/payments/cards/product/11/"),
    ] {
        let matrix = matrix(&service, query).await;
        let listing = service.get(path).await.json();
        let mut listed = 0;
        for card in listing["results"].as_array().unwrap() {
            let row = row(&matrix, card["slug"].as_str().unwrap());
            assert_eq!(row["bank"], card["bank"]["slug"]);
            for plan in card["installments"].as_array().unwrap() {
                let count = plan["installment_count"].as_u64().unwrap();
                let cell = cell(row, u8::try_from(count).unwrap());
                assert_eq!(cell["plan"]["plan"], plan["pk"], "{cell}");
                let total = cell["plan"]["total_amount"].as_str().unwrap();
                let total: serde_json::Number = total.parse().unwrap();
                assert_eq!(total.as_f64(), plan["total_amount"].as_f64(), "{cell}");
                assert_eq!(cell["left_out"], json!([]));
                listed += 1;
            }
        }
        let rows = matrix["results"].as_array().unwrap().iter();
        let cells = rows.flat_map(|row| row["cells"].as_array().unwrap());
        let (filled, empty): (Vec<&Value>, Vec<&Value>) =
            cells.partition(|cell| cell["plan"].is_object());
        assert_eq!(filled.len(), listed, "{query}");
        assert!(!empty.is_empty());
        for cell in empty {
            assert_ne!(cell["left_out"], json!([]), "{cell}");
        }
    }
}

#[tokio::test]
async fn an_empty_cell_names_the_rule_and_a_campaign_rate_its_rule() {
    let service = Service::demo().await;
    let rule = |name: &str, then: Value| {
        let when = json!({"category": ["phones"], "card": ["bonus-card"]});
        json!({"slug": name, "name": name, "when": when, "then": then})
    };
    let document = json!({"rules": [
        rule("short", json!({"cap_installments": 3})),
        rule("free", json!({"replace_rate": "0"})),
    ]});
    assert_eq!(service.import(&document).await.status, 200);
    let query = "context=basket&amount=1000&currency=TRY&state=open&categories=phones&segments=vip";
    let shown = matrix(&service, query).await;
    assert_eq!(shown["pk"], json!(null));
    let bonus = row(&shown, "bonus-card");
    let reason = &cell(bonus, 12)["left_out"][0]["reason"];
    assert_eq!(
        (&reason["rule"], &reason["limit"]),
        (&json!("short"), &json!("3"))
    );
    let plan = &cell(bonus, 3)["plan"];
    assert_eq!(
        (&plan["rate_rule"], &plan["total_amount"]),
        (&json!("free"), &json!("1000.00"))
    );
    let before = matrix(&service, &format!("{query}&at=2099-01-01T00:00:00Z")).await;
    assert_eq!(before["at"], json!("2099-01-01T00:00:00Z"));
    assert_eq!(row(&before, "bonus-card"), bonus);
}

#[tokio::test]
async fn the_pages_of_a_bank_link_to_each_other() {
    let service = Service::demo().await;
    let all = matrix(&service, "context=product&pk=1").await;
    let count = all["count"].as_u64().unwrap();
    let mut page = matrix(&service, "context=product&pk=1&page_size=5").await;
    let mut rows = page["results"].as_array().unwrap().clone();
    while let Some(next) = page["next"].as_str() {
        let path = next.strip_prefix(&service.url).unwrap();
        page = service.get(path).await.json();
        rows.extend(page["results"].as_array().unwrap().iter().cloned());
    }
    let slugs = |rows: &[Value]| -> Vec<Value> {
        rows.iter().map(|row| row["card_slug"].clone()).collect()
    };
    assert_eq!(slugs(&rows), slugs(all["results"].as_array().unwrap()));
    assert_eq!(rows.len() as u64, count);
    assert!(page["previous"].as_str().unwrap().contains("page_size=5"));
    let beyond = matrix(&service, "context=product&pk=1&page=900").await;
    assert_eq!(
        (&beyond["results"], &beyond["next"]),
        (&json!([]), &json!(null))
    );
    let akbank = matrix(&service, "context=product&pk=1&bank=akbank").await;
    let rows = akbank["results"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["bank"] == json!("akbank")));
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let service = Service::demo().await;
    for (query, wrong) in [
        ("context=shop&pk=1", &["context"][..]),
        ("context=product", &["amount", "currency"]),
        ("context=product&amount=0&currency=TRY", &["amount"]),
        (
            "context=product&amount=1e999999999&currency=TRY",
            &["amount"],
        ),
        ("context=product&amount=1.001&currency=TRY", &["amount"]),
        (
            "context=product&amount=1&currency=lira",
            &["amount", "currency"],
        ),
        ("context=basket&amount=1&currency=TRY", &["state"]),
        (
            "context=product&amount=1&currency=TRY&segments=vip",
            &["segments"],
        ),
        (
            "context=product&amount=1&currency=TRY&categories=,",
            &["categories"],
        ),
        ("context=product&pk=1&amount=1", &["amount"]),
        (
            "context=product&pk=1&page=0&page_size=51",
            &["page", "page_size"],
        ),
        ("context=product&pk=1&bank=nobank", &["bank"]),
        ("context=product&pk=1&at=tomorrow", &["at"]),
    ] {
        let answer = service.get(&format!("/manage/v1/matrix/?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        let errors = answer.json()["errors"].as_object().unwrap().clone();
        let fields: Vec<&String> = errors.keys().collect();
        assert_eq!(fields, wrong, "{query}");
    }
    let unknown = service
        .get("/manage/v1/matrix/?context=basket&pk=900000")
        .await;
    assert_eq!(unknown.status, 404);
    let posted = service.request(Method::POST, "/manage/v1/matrix/?context=product&pk=1");
    assert_eq!(super::running::Answer::of(posted).await.status, 405);
}
