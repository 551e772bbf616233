//! Customers who save a card each: CSRF token, card, phone number, the code from the outbox, the code.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use payments_bench::http::Client;
use payments_bench::job::{Flow, Summary};
use payments_bench::threads::in_parallel;
use serde_json::{Value, json};

use crate::now;
use crate::tally::Tally;

pub(crate) fn run(flow: &Flow) -> Result<Summary> {
    let next = AtomicU32::new(0);
    let began = now();
    let tallies = in_parallel(0..flow.concurrency, |_| {
        let mut tally = Tally::new()?;
        let mut client = Client::new(flow.address);
        while began.elapsed() < flow.duration {
            let started = now();
            save_card(&mut client, flow, next.fetch_add(1, Ordering::Relaxed))?;
            tally.note(true, started.elapsed(), 0);
        }
        Ok(tally)
    })?;
    Tally::sum(&tallies)?.summary(began.elapsed())
}

fn save_card(client: &mut Client, flow: &Flow, number: u32) -> Result<()> {
    let customer = number % flow.customers + 1;
    let cookie = format!("Cookie: osessionid={}{customer}", flow.session_prefix);
    let token = send(client, "GET", "/csrf_token/", &[&cookie], &Value::Null, 200)?;
    let token = token["csrf_token"].as_str().context("no CSRF token")?;
    let token = format!("X-Csrftoken: {token}");
    let post = |client: &mut Client, path: &str, body: &Value, status| {
        let path = format!("/payments/stored-cards/{path}/");
        send(client, "POST", &path, &[&cookie, &token], body, status)
    };
    let card = json!({
        "card_holder": "Ayse Yilmaz",
        "card_number": card_number(flow.first_card + number),
        "card_month": "12",
        "card_year": "2039",
        "card_cvv": "123",
        "consent": true,
    });
    post(client, "card", &card, 204)?;
    let phone = format!("5{:09}", 320_000_000 + customer);
    let body = json!({ "phone_number": phone });
    post(client, "phone-number", &body, 204)?;
    let outbox = send(client, "GET", "/sandbox/outbox/", &[], &Value::Null, 200)?;
    let code = code_for(&outbox, &phone).context("no code in the outbox")?;
    post(client, "otp", &json!({ "otp": code }), 200)?;
    Ok(())
}

/// Sends a request and returns the JSON of the response, or null.
fn send(
    client: &mut Client,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &Value,
    status: u16,
) -> Result<Value> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let response = client.send(method, path, headers, &body)?;
    if response.status() != status {
        let body = String::from_utf8_lossy(response.body());
        bail!("{path}: {} instead of {status}: {body}", response.status());
    }
    Ok(serde_json::from_slice(response.body()).unwrap_or_default())
}

/// The digits of the newest message to the phone.
fn code_for<'a>(outbox: &'a Value, phone: &str) -> Option<&'a str> {
    let messages = outbox["results"].as_array()?;
    let newest = messages
        .iter()
        .find(|message| message["to"].as_str().is_some_and(|to| to.ends_with(phone)))?;
    let text = newest["text"].as_str()?;
    text.split(|c: char| !c.is_ascii_digit())
        .find(|digits| (4..=8).contains(&digits.len()))
}

/// A distinct card number with its check digit (Luhn, ISO/IEC 7812-1).
fn card_number(number: u32) -> String {
    let body = format!("552879{number:09}");
    let digits = body.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, doubled) if doubled > 9 => doubled - 9,
            (0, doubled) => doubled,
            _ => digit,
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{card_number, code_for};

    #[test]
    fn card_numbers_have_their_check_digit() {
        assert_eq!(card_number(0), "5528790000000008");
        assert_eq!(card_number(1).len(), 16);
        assert_ne!(card_number(1), card_number(2));
    }

    #[test]
    fn the_code_is_the_newest_messages() {
        let outbox = json!({"results": [
            {"to": "5320000002", "text": "Kod: 111111"},
            {"to": "5320000001", "text": "Kod: 012345 (180 s)"},
            {"to": "5320000001", "text": "Kod: 999999"},
        ]});
        assert_eq!(code_for(&outbox, "5320000001"), Some("012345"));
        assert_eq!(code_for(&outbox, "5320000003"), None);
    }
}
