//! A quote that the service issues: valid until its purchase changes.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::request::unchanged;
use super::wire::Connection;

const TOKEN: &str = "bench";
const VERIFY: &str = "/manage/v1/quotes/verify/";

/// A new quote, which is valid.
pub(super) fn issued(address: SocketAddr) -> Result<String> {
    let choice = json!({"card": 1, "installment_count": 3});
    let body = json!({"context": "basket", "pk": 1, "customer": 1, "choice": choice});
    let issued = sent(address, "/manage/v1/quotes/", &body)?;
    let quote = issued["quote"]
        .as_str()
        .with_context(|| format!("no quote: {issued}"))?;
    let status = status(address, quote)?;
    ensure!(status == "valid", "a new quote is {status}");
    Ok(quote.to_owned())
}

/// The status of a quote.
pub(super) fn status(address: SocketAddr, quote: &str) -> Result<String> {
    let verified = sent(address, VERIFY, &json!({ "quote": quote }))?;
    let status = verified["status"].as_str();
    let status = status.with_context(|| format!("no status: {verified}"))?;
    Ok(status.to_owned())
}

fn sent(address: SocketAddr, path: &str, body: &Value) -> Result<Value> {
    let request = unchanged(TOKEN, "POST", path, body);
    let answer = Connection::to(address).send(&request)?;
    let answer = answer.context("no answer")?;
    Ok(serde_json::from_slice(&answer.body)?)
}
