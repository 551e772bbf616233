//! One quote at two processes.

use reqwest::Method;
use serde_json::{Value, json};
use tokio_postgres::NoTls;

use super::journey::{Customer, SAVED};
use super::two_processes::Shared;
use crate::app::json as body_of;
use crate::program::Program;

/// What both processes sign and verify with.
const SETTINGS: [(&str, &str); 2] = [
    (
        "quotes.keys",
        "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    ),
    ("http.public_url", "https://shop.example.com"),
];

/// The primary key of the customer's only saved card.
async fn saved_card(customer: &Customer, url: &str) -> i64 {
    assert_eq!(customer.hold(url).await.status(), 204);
    let code = customer.ask_for_code(url).await;
    assert_eq!(customer.submit(url, &code).await, 200);
    let saved = body_of(customer.get(url, SAVED).await).await;
    saved["results"][0]["pk"].as_i64().expect("a key")
}

/// A quote of the customer's basket for the saved card: its id and its text.
async fn quoted(customer: &Customer, url: &str, card: i64) -> (String, String) {
    let body = json!({"session": payments_demo::CUSTOMER_SESSION, "context": "basket",
        "choice": {"saved_card": card, "installment_count": 1}});
    let given = customer
        .manage(Method::POST, url, "/manage/v1/quotes/", &body)
        .await;
    let given = body_of(given).await;
    let text = |name: &str| {
        let text = given[name].as_str();
        text.unwrap_or_else(|| panic!("a quote, not {given}"))
            .to_owned()
    };
    (text("id"), text("quote"))
}

/// The answer to an order.
async fn ask(customer: &Customer, url: &str, card: i64, order: &str, quote: &str) -> (u16, Value) {
    let path = format!("/manage/v1/saved-cards/{card}/instrument/");
    let body = json!({"order": order, "quote": quote});
    let answer = customer.manage(Method::POST, url, &path, &body).await;
    (answer.status().as_u16(), body_of(answer).await)
}

/// The orders that the database binds each quote to.
async fn uses(url: &str) -> Vec<(String, String)> {
    let (client, link) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("PostgreSQL");
    tokio::spawn(link);
    let rows = client
        .query("SELECT jti, order_ref FROM quote_uses", &[])
        .await;
    let rows = rows.expect("rows").into_iter();
    rows.map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_orders_at_two_processes_one_gets_the_token_of_a_quote() {
    let shared = Shared::new().await;
    let programs: [Program; 2] = [(); 2].map(|()| shared.start_with(&SETTINGS));
    let [one, other] = &programs;
    let customer = Customer::of(&one.url).await;
    let card = saved_card(&customer, &one.url).await;
    let mut expected = Vec::new();
    for round in 0..5 {
        let (id, quote) = quoted(&customer, &one.url, card).await;
        let orders = [format!("ORD-{round}-A"), format!("ORD-{round}-B")];
        let ((first, first_body), (second, second_body)) = tokio::join!(
            ask(&customer, &one.url, card, &orders[0], &quote),
            ask(&customer, &other.url, card, &orders[1], &quote),
        );
        let (winner, given, refused) = match (first, second) {
            (200, 409) => (&orders[0], first_body, second_body),
            (409, 200) => (&orders[1], second_body, first_body),
            statuses => panic!("{statuses:?}: {first_body} {second_body}"),
        };
        assert_eq!(refused["code"], json!("quote_used"));
        let token = given["token"].as_str().expect("a token");
        assert!(!refused.to_string().contains(token), "{refused}");
        // The order that was first gets the same answer at both processes.
        for program in &programs {
            let again = ask(&customer, &program.url, card, winner, &quote).await;
            assert_eq!(again, (200, given.clone()));
        }
        expected.push((id, winner.clone()));
    }
    let mut bound = uses(&shared.database.url).await;
    bound.sort();
    expected.sort();
    assert_eq!(bound, expected);
}
