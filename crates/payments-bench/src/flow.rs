//! Customers who save a card each: token, card, phone number, the code from the outbox, the code.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::now;
use crate::tally::{Summary, Tally};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where the service listens: an address of the loopback interface.
    #[arg(long)]
    address: SocketAddr,
    /// Sessions of customers are this and their number, from 1.
    #[arg(long)]
    session_prefix: String,
    /// How many customers there are; each saves a card, and the first comes again after the last.
    #[arg(long)]
    customers: u32,
    /// How many are at it at the same time.
    #[arg(long, default_value_t = 8)]
    at_once: u32,
    /// When to stop.
    #[arg(long)]
    milliseconds: u64,
    /// The number from which cards are counted, so that none is saved twice.
    #[arg(long)]
    first_card: u32,
}

/// # Errors
/// The address is of another machine, the service cannot be reached, or a step is refused.
pub(crate) fn run(options: &Options) -> Result<Summary> {
    if !options.address.ip().is_loopback() {
        bail!("{} is not of this machine", options.address);
    }
    let next = AtomicU32::new(0);
    let began = now();
    let tallies = thread::scope(|scope| {
        let next = &next;
        let save = move || {
            let mut tally = Tally::new()?;
            let mut caller = Caller::connect(options.address)?;
            while began.elapsed() < Duration::from_millis(options.milliseconds) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let asked = now();
                save_a_card(&mut caller, options, number)?;
                tally.note(asked.elapsed(), 0);
            }
            Ok(tally)
        };
        let saving: Vec<_> = (0..options.at_once).map(|_| scope.spawn(save)).collect();
        let joined = saving.into_iter().map(|thread| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect::<Result<Vec<Tally>>>()
    })?;
    let took = began.elapsed();
    let mut all = Tally::new()?;
    for tally in &tallies {
        all.merge(tally)?;
    }
    all.summary(took)
}

fn save_a_card(caller: &mut Caller, options: &Options, number: u32) -> Result<()> {
    let customer = number % options.customers + 1;
    let session = format!("{}{customer}", options.session_prefix);
    let cookie = format!("Cookie: osessionid={session}");
    let token: Value = caller.get("/csrf_token/", &[&cookie])?;
    let token = token["csrf_token"].as_str().context("no CSRF token")?;
    let token = format!("X-Csrftoken: {token}");
    let headers = [&*cookie, &*token];
    let card = json!({
        "card_holder": "Ayse Yilmaz",
        "card_number": card_number(options.first_card + number),
        "card_month": "12",
        "card_year": "2039",
        "card_cvv": "123",
        "consent": true,
    });
    caller.post("/payments/stored-cards/card/", &headers, &card, 204)?;
    let phone = format!("5{:09}", 320_000_000 + customer);
    let body = json!({ "phone_number": phone });
    caller.post("/payments/stored-cards/phone-number/", &headers, &body, 204)?;
    let outbox: Value = caller.get("/sandbox/outbox/", &[])?;
    let code = code_for(&outbox, &phone).context("no code in the outbox")?;
    let body = json!({ "otp": code });
    caller.post("/payments/stored-cards/otp/", &headers, &body, 200)
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

/// A number of its own for each card, with its check digit (Luhn, ISO/IEC 7812-1).
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
