//! The program's logs, and its shutdown.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::app::{GOOD_NUMBER, client};
use crate::program::Program;
use crate::provider_logs::logged;
use crate::setup::Fixture;

const SESSION: &str = "demo_customer_0000000000000000001";

fn request(client: &Client, method: Method, program: &Program, path: &str) -> RequestBuilder {
    client
        .request(method, format!("{}{path}", program.url))
        .header("cookie", format!("osessionid={SESSION}"))
        .header("content-type", "application/json")
}

#[tokio::test]
async fn no_secret_is_ever_logged_and_the_program_stops_when_told() {
    let fixture = Fixture::new().await;
    let program = Program::start(&fixture.settings(&[("log.filter", "trace")]));
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
    // Invalid requests too: their input must not be logged.
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
    let instrument = instrument(&client, &program).await;
    let secret_of = |name: &str| instrument[name].as_str().expect("a text").to_owned();
    let (card_token, customer_key) = (secret_of("token"), secret_of("customer_key"));
    let quote = quote(&client, &program).await;
    list_by_digits(&client, &program).await;
    drop(client);
    let lines = program.stop();
    let log = lines.concat();
    for secret in [
        &card_token,
        &customer_key,
        &quote,
        GOOD_NUMBER,
        &GOOD_NUMBER[..8],
        "7371234",
        "5559876543",
        SESSION,
        &token,
        "Gizli",
        "card_number",
    ] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
    // Its six digits may be part of a time.
    assert_eq!(logged(&log, &code), None);
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
    assert_eq!(answered, 11, "{log}");
}

/// A quote for digits of a card.
async fn quote(client: &Client, program: &Program) -> String {
    let body = format!(
        r#"{{"session":"{SESSION}","context":"basket","choice":{{"bin":"55287900","installment_count":1}}}}"#
    );
    let asked = request(client, Method::POST, program, "/manage/v1/quotes/")
        .bearer_auth("demo")
        .body(body)
        .send();
    let quoted = asked.await.expect("an answer");
    assert_eq!(quoted.status().as_u16(), 201);
    let quoted = crate::app::json(quoted).await;
    quoted["quote"].as_str().expect("a text").to_owned()
}

async fn list_by_digits(client: &Client, program: &Program) {
    let listing = "/payments/cards/basket/?bin=55287900";
    let listed = request(client, Method::GET, program, listing).send();
    assert_eq!(listed.await.expect("an answer").status().as_u16(), 200);
}

/// The instrument of the demo customer's card.
async fn instrument(client: &Client, program: &Program) -> Value {
    let ask = async |method, path: &str, body: String| {
        let request = request(client, method, program, path).bearer_auth("demo");
        crate::app::json(request.body(body).send().await.expect("an answer")).await
    };
    let cards = "/manage/v1/customers/7/saved-cards/";
    let cards = ask(Method::GET, cards, String::new()).await;
    let path = format!(
        "/manage/v1/saved-cards/{}/instrument/",
        cards["results"][0]["pk"]
    );
    let order = r#"{"order":"ORD-10023","customer":7}"#;
    ask(Method::POST, &path, order.to_owned()).await
}

fn answered(lines: &[String], status: u16) -> Value {
    let parsed = lines
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok());
    let mut lines = parsed.filter(|line: &Value| line["status"] == status);
    lines.next().expect("a line")
}

#[tokio::test]
async fn a_line_says_who_asked_from_where_and_why_it_was_refused() {
    let fixture = Fixture::new().await;
    let program = Program::start(&fixture.settings(&[("http.trusted_proxies", "127.0.0.1")]));
    let client = client();
    let ask = async |path: &str, forwarded: &str, bearer: &str| {
        let request = request(&client, Method::GET, &program, path);
        let request = request.header("x-forwarded-for", forwarded);
        let request = request.header("authorization", format!("Bearer {bearer}"));
        request.send().await.expect("an answer").status().as_u16()
    };
    let spoofed = "192.0.2.1, 203.0.113.77";
    assert_eq!(ask("/payments/stored-cards/", spoofed, "").await, 403);
    assert_eq!(
        ask("/manage/v1/banks/", "2001:db8:7:8::9", "wrong").await,
        401
    );
    assert_eq!(
        ask("/manage/v1/banks/?page=1", "unknown", "demo").await,
        200
    );
    drop(client);
    let lines = program.stop();
    for whole in ["203.0.113.77", "2001:db8:7:8::9"] {
        assert!(!lines.concat().contains(whole), "{lines:?}");
    }
    let line = answered(&lines, 403);
    assert_eq!(line["reason"], "csrf_missing", "{line}");
    assert_eq!(line["client"], "203.0.113.0/24", "{line}");
    assert_eq!(line["principal"], "customer 7", "{line}");
    let line = answered(&lines, 401);
    assert_eq!(line["reason"], "management_token_invalid", "{line}");
    assert_eq!(line["client"], "2001:db8:7::/48", "{line}");
    assert_eq!(line["principal"], Value::Null, "{line}");
    let line = answered(&lines, 200);
    assert_eq!(line["client"], "127.0.0.0/24", "{line}");
    assert_eq!(line["principal"], "token demo", "{line}");
    assert_eq!(line["reason"], Value::Null, "{line}");
}

#[tokio::test]
async fn an_address_is_hashed_or_left_out_where_the_settings_say_so() {
    for (setting, is_there) in [("hashed", true), ("off", false)] {
        let fixture = Fixture::new().await;
        let program = Program::start(&fixture.settings(&[("log.client_address", setting)]));
        let client = client();
        for _ in 0..2 {
            let live = request(&client, Method::GET, &program, "/health/live");
            live.send().await.expect("an answer");
        }
        drop(client);
        let lines = program.stop();
        let of_requests = lines.iter().filter(|line| line.contains("answered"));
        let parsed: Vec<Value> = of_requests
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(parsed.len(), 2, "{lines:?}");
        assert_eq!(parsed[0]["client"], parsed[1]["client"], "{lines:?}");
        assert_eq!(parsed[0]["client"].is_string(), is_there, "{lines:?}");
        let named = lines
            .iter()
            .any(|line| line.contains("answered") && line.contains("127.0"));
        assert!(!named, "{lines:?}");
    }
}
