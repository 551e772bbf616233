//! The program's memory does not hold cards and codes after their requests.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};

use payments_demo::CUSTOMER_SESSION;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{client, json as read_json};
use crate::program::Program;

/// The number of cards to save.
const CARDS: u64 = 20;

/// The maximum number of cards with a trace, on a thread's stack or in a client's buffer.
const MOST_LEFT: usize = 1;

struct Customer<'p> {
    client: Client,
    program: &'p Program,
    token: String,
}

impl<'p> Customer<'p> {
    async fn of(program: &'p Program) -> Self {
        let mut customer = Self {
            client: client(),
            program,
            token: String::new(),
        };
        let answer = customer.request(Method::GET, "/csrf_token/").send().await;
        let token = read_json(answer.expect("an answer")).await["csrf_token"].clone();
        token
            .as_str()
            .expect("a token")
            .clone_into(&mut customer.token);
        customer
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.program.url))
            .header("cookie", format!("osessionid={CUSTOMER_SESSION}"))
            .header("x-csrftoken", &self.token)
    }

    async fn post(&self, step: &str, body: &Value) -> u16 {
        let request = self.request(Method::POST, &format!("/payments/stored-cards/{step}/"));
        let request = request.header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await;
        answer.expect("an answer").status().as_u16()
    }

    async fn saves(&self, number: &str) {
        let card = json!({
            "card_holder": "Ayşe Yılmaz", "card_number": number, "card_month": "12", "card_year": "2035",
            "card_cvv": "987", "consent": true,
        });
        assert_eq!(self.post("card", &card).await, 204);
        let phone = json!({ "phone_number": "05551234567" });
        assert_eq!(self.post("phone-number", &phone).await, 204);
        let outbox = self.request(Method::GET, "/sandbox/outbox/").send().await;
        let outbox = read_json(outbox.expect("an answer")).await;
        let text = outbox["results"][0]["text"].as_str().expect("a text");
        let code: String = text.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(self.post("otp", &json!({ "otp": code })).await, 200);
    }
}

/// A distinct card number with a valid check digit.
fn number(place: u64) -> String {
    let digits = format!("55287{:010}", place * 7_919 + 13);
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn memory(process: u32) -> io::Result<Vec<Vec<u8>>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut memory = File::open(format!("/proc/{process}/mem"))?;
    let mut regions = Vec::new();
    for line in maps.lines() {
        let mut words = line.split(' ');
        let (Some(range), Some(rights)) = (words.next(), words.next()) else {
            continue;
        };
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').expect("a range");
        let [from, to] = [from, to].map(|end| u64::from_str_radix(end, 16).expect("an address"));
        let mut region = Vec::new();
        memory.seek(SeekFrom::Start(from))?;
        // Some of the kernel's regions cannot be read.
        if (&memory).take(to - from).read_to_end(&mut region).is_ok() {
            regions.push(region);
        }
    }
    Ok(regions)
}

/// The texts with this prefix that are in memory.
fn found<'t>(memory: &[Vec<u8>], beginning: &str, texts: &'t [String]) -> BTreeSet<&'t str> {
    let (first, beginning) = (beginning.as_bytes()[0], beginning.as_bytes());
    let mut found = BTreeSet::new();
    for region in memory {
        for (place, byte) in region.iter().enumerate() {
            if *byte == first && region[place..].starts_with(beginning) {
                let here = |text: &&String| region[place..].starts_with(text.as_bytes());
                found.extend(texts.iter().find(here).map(String::as_str));
            }
        }
    }
    found
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn numbers_do_not_stay_in_memory_and_no_core_file_would_hold_them() {
    let program = Program::start(&[("http.workers", "2")]);
    let process = program.id();
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).expect("its limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.expect("a limit").split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{limits}");

    let customer = Customer::of(&program).await;
    let numbers: Vec<String> = (1..=CARDS).map(number).collect();
    for number in &numbers {
        customer.saves(number).await;
    }
    for product in 1..=200 {
        let path = format!("/payments/cards/product/{}/", product % 10 + 1);
        let answer = customer.request(Method::GET, &path).send().await;
        assert!(answer.expect("an answer").status().is_success());
    }
    let memory = match memory(process) {
        Ok(memory) => memory,
        // Only root can read the memory, which is also required.
        Err(error) => {
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
            return;
        }
    };
    let bank = ["Garanti BBVA".to_owned()];
    assert_eq!(
        found(&memory, "Gara", &bank).len(),
        1,
        "the catalog is there"
    );
    let left = found(&memory, "55287", &numbers).len();
    assert!(left <= MOST_LEFT, "{left} of {CARDS} numbers are in memory");
}
