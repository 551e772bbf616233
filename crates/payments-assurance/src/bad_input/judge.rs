//! What an answer must never be.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::request::Request;
use super::templates::{CVV, NUMBER};
use super::wire::Answer;
use crate::proof::Report;

/// The answers so far, by the first digit of their status; 0 for a connection that was closed.
#[derive(Default)]
pub(super) struct Judged(BTreeMap<u16, u64>);

/// The names of [`Judged`]'s counts.
const NAMES: [(u16, &str); 5] = [
    (0, "connections closed at bytes that are no request"),
    (2, "accepted requests"),
    (3, "redirects"),
    (4, "refused requests"),
    (5, "answers 503, saving in progress"),
];

impl Judged {
    fn note(&mut self, class: u16) {
        *self.0.entry(class).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: Self) {
        for (class, count) in other.0 {
            *self.0.entry(class).or_default() += count;
        }
    }

    /// Adds the counts to a report. Requests that are all accepted, or all refused, prove little.
    pub(super) fn count(&self, report: &mut Report) -> Result<()> {
        for (class, name) in NAMES {
            let count = self.0.get(&class).copied().unwrap_or_default();
            report.count(name, count);
            ensure!(count > 0 || ![2, 4].contains(&class), "no {name}");
        }
        Ok(())
    }
}

/// Fails if the answer is a fault of the service.
pub(super) fn judge(request: &Request, answer: Option<&Answer>, judged: &mut Judged) -> Result<()> {
    let Some(answer) = answer else {
        ensure!(
            !request.is_framed,
            "closed without an answer: {}",
            shown(request)
        );
        judged.note(0);
        return Ok(());
    };
    let status = answer.status;
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let is_busy = body
        .as_ref()
        .is_some_and(|body| status == 503 && body["code"] == "saving_in_progress");
    ensure!(
        status < 500 || is_busy,
        "{status}: {} to {}",
        said(answer),
        shown(request)
    );
    ensure!(
        !answer.is_json || body.is_some() || answer.body.is_empty(),
        "not JSON: {} to {}",
        said(answer),
        shown(request)
    );
    ensure!(
        !has_secret(answer),
        "a secret is in the answer to {}",
        request.name
    );
    ensure!(
        !request.is_forbidden || status >= 400,
        "{status} without the scope: {}",
        shown(request)
    );
    ensure!(
        request.has_issued_quote || body.is_none_or(|body| body["status"] != "valid"),
        "a forged quote is valid: {}",
        shown(request)
    );
    judged.note(status / 100);
    Ok(())
}

/// The number counts anywhere. The CVV counts as a word: its few digits also occur in random tokens.
fn has_secret(answer: &Answer) -> bool {
    let text = [answer.head.as_bytes(), &answer.body].concat();
    let has_number = text
        .windows(NUMBER.len())
        .any(|bytes| bytes == NUMBER.as_bytes());
    let mut words = text.split(|byte| !byte.is_ascii_alphanumeric());
    has_number || words.any(|word| word == CVV.as_bytes())
}

fn said(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body)
        .chars()
        .take(300)
        .collect()
}

fn shown(request: &Request) -> String {
    request.bytes.escape_ascii().to_string()
}

/// Plants a fault of each kind; returns their names once all were found.
pub(super) fn controls() -> Result<Vec<String>> {
    let forged = Request {
        name: "control".to_owned(),
        bytes: Vec::new(),
        is_framed: true,
        is_forbidden: true,
        has_issued_quote: false,
    };
    let answer = |status, body: &str| Answer {
        status,
        is_json: true,
        head: format!("HTTP/1.1 {status}"),
        body: body.as_bytes().to_vec(),
    };
    let faults = [
        ("an answer 500", Some(answer(500, "{}"))),
        (
            "an answer 503",
            Some(answer(503, "{\"code\": \"unavailable\"}")),
        ),
        ("an answer that is not JSON", Some(answer(400, "<html>"))),
        (
            "an answer with a card number",
            Some(answer(400, &format!("{{\"{NUMBER}\": 1}}"))),
        ),
        (
            "an answer with a CVV",
            Some(answer(400, &format!("{{\"card_cvv\": \"{CVV}\"}}"))),
        ),
        (
            "a forged quote that is valid",
            Some(answer(400, "{\"status\": \"valid\"}")),
        ),
        (
            "a forbidden request that is accepted",
            Some(answer(200, "{}")),
        ),
    ];
    let mut found = Vec::new();
    for (name, fault) in faults {
        let result = judge(&forged, fault.as_ref(), &mut Judged::default());
        ensure!(result.is_err(), "{name} was not found");
        found.push(name.to_owned());
    }
    let sound = answer(400, &format!("{{\"token\": \"a{CVV}b\"}}"));
    judge(&forged, Some(&sound), &mut Judged::default())?;
    Ok(found)
}
