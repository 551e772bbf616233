//! What the program writes while it serves, and how it stops.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::app::{GOOD_NUMBER, client};
use crate::program::Program;
use crate::setup::Ground;

const SESSION: &str = "demo_customer_0000000000000000001";

fn request(client: &Client, method: Method, program: &Program, path: &str) -> RequestBuilder {
    client
        .request(method, format!("{}{path}", program.url))
        .header("cookie", format!("osessionid={SESSION}"))
        .header("content-type", "application/json")
}

#[tokio::test]
async fn no_secret_is_ever_logged_and_the_program_stops_when_told() {
    let ground = Ground::new().await;
    let program = Program::start(&ground.settings(&[("log.filter", "trace")]));
    let client = client();
    let asked = request(&client, Method::GET, &program, "/csrf_token/")
        .send()
        .await;
    let token = crate::app::json(asked.expect("an answer")).await;
    let token = token["csrf_token"].as_str().expect("a token").to_owned();
    let card = format!(
        r#"{{"card_holder":"Ayse Gizli","card_number":"{GOOD_NUMBER}","card_month":"12","card_year":"2035","card_cvv":"737","consent":true}}"#
    );
    let post = async |path: &str, body: String| {
        let request = request(&client, Method::POST, &program, path).header("x-csrftoken", &token);
        request
            .body(body)
            .send()
            .await
            .expect("an answer")
            .status()
            .as_u16()
    };
    assert_eq!(
        post("/payments/stored-cards/card/", card.clone()).await,
        204
    );
    let phone = r#"{"phone_number":"05559876543"}"#;
    assert_eq!(
        post("/payments/stored-cards/phone-number/", phone.to_owned()).await,
        204
    );
    let outbox = request(&client, Method::GET, &program, "/sandbox/outbox/")
        .send()
        .await;
    let outbox = crate::app::json(outbox.expect("an answer")).await;
    let text = outbox["results"][0]["text"].as_str().expect("a text");
    let code: String = text.chars().filter(char::is_ascii_digit).collect();
    // Mistakes too: what was sent must not be in what is said about it.
    assert_eq!(
        post(
            "/payments/stored-cards/card/?card_number=5528790000000008",
            card.replace("737", "7371234")
        )
        .await,
        400
    );
    assert_eq!(
        post("/payments/stored-cards/card/", card.replace('}', "")).await,
        400
    );
    assert_eq!(
        post(
            "/payments/stored-cards/otp/",
            format!(r#"{{"otp":"{code}"}}"#)
        )
        .await,
        200
    );
    drop(client);
    let lines = program.stop();
    let log = lines.concat();
    for secret in [
        GOOD_NUMBER,
        "7371234",
        "5559876543",
        SESSION,
        &token,
        &code,
        "Gizli",
        "card_number",
    ] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
    assert!(
        lines
            .iter()
            .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{log}"
    );
    let answered = lines
        .iter()
        .filter(|line| line.contains(r#""message":"answered""#))
        .count();
    assert_eq!(answered, 7, "{log}");
}
