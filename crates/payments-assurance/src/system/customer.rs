//! A customer with a browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use payments_core::card::Pan;
use payments_core::testkit::world::{Request, SavedAnswer};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use super::documents::MANAGE_TOKEN;
use super::told::Told;

/// The deadline of every answer: that of the service, and some time for a busy machine.
const DEADLINE: Duration = Duration::from_secs(45);

const SAVED: &str = "/payments/stored-cards/";

/// A customer in one session.
#[derive(Clone)]
pub struct Customer {
    /// The customer's number.
    pub number: u64,
    session: String,
    csrf: String,
    client: Client,
    told: Arc<Told>,
    is_disturbed: Arc<AtomicBool>,
}

/// A card of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card(String);

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body; null if it is empty.
    pub body: Value,
}

/// The phone of a customer.
pub(super) fn phone(number: u64) -> String {
    format!("05{:09}", 320_000_000 + number)
}

/// The id of a customer's session.
pub(super) fn session(number: u64, place: usize) -> String {
    format!("proof_session_{number:014}_{place}")
}

impl Card {
    /// The card with this number among all cards. No provider treats it in a special way.
    ///
    /// # Errors
    /// There are a billion cards.
    pub fn new(number: u64) -> Result<Self> {
        let bare = format!("552879{number:09}");
        let mut numbers = (0..10).map(|check| format!("{bare}{check}"));
        let number = numbers.find(|number| number.len() == 16 && Pan::parse(number).is_ok());
        Ok(Self(number.context("no such card")?))
    }

    /// As it is shown.
    pub fn masked(&self) -> String {
        format!("{}******{}", &self.0[..6], &self.0[12..])
    }
}

impl Answer {
    /// The code of a refusal; empty if it is none.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Customer {
    pub(super) fn new(number: u64, client: Client, told: Arc<Told>) -> Self {
        Self {
            number,
            session: session(number, 0),
            csrf: String::new(),
            client,
            told,
            is_disturbed: Arc::default(),
        }
    }

    /// The same customer in the second session. Log in again.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self {
            session: session(self.number, 1),
            csrf: String::new(),
            ..self.clone()
        }
    }

    /// The phone of the customer's profile.
    pub fn phone(&self) -> String {
        phone(self.number)
    }

    /// Says whether faults disturb the requests from now on: then an answer may be lost.
    pub fn disturb(&self, is_disturbed: bool) {
        self.is_disturbed.store(is_disturbed, Ordering::Relaxed);
    }

    /// The token that other requests need; empty before [`Customer::log_in`].
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// The cookie of the session, as a header's value.
    pub fn cookie(&self) -> String {
        format!("osessionid={}", self.session)
    }

    /// Fetches the token that other requests need.
    ///
    /// # Errors
    /// There is no answer with a token.
    pub async fn log_in(&mut self, url: &str) -> Result<()> {
        let answer = self.fetch_token(url).await.context("no answer")?;
        let is_fetched = answer.body["csrf_token"].is_string();
        ensure!(is_fetched, "no token: {answer:?}");
        Ok(())
    }

    /// As [`Customer::log_in`], and returns the answer.
    pub(super) async fn fetch_token(&mut self, url: &str) -> Option<Answer> {
        let answer = self.send(Method::GET, url, "/csrf_token/", None).await?;
        if let Some(token) = answer.body["csrf_token"].as_str() {
            token.clone_into(&mut self.csrf);
        }
        Some(answer)
    }

    /// Sends a request. `None`: the answer is lost.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let what = format!("{method} {path}");
        let mut request = self.client.request(method, format!("{url}{path}"));
        request = request
            .timeout(DEADLINE)
            .header("cookie", self.cookie())
            .header("x-csrftoken", &self.csrf)
            .header("accept-language", "en");
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = match request.send().await {
            Ok(response) => read(response).await,
            Err(_) => None,
        };
        let is_waiting = answer.as_ref().is_some_and(|answer| {
            // The contract's answer while another request saves the card.
            answer.status == 503 && answer.code() == "saving_in_progress"
        });
        let request = Request {
            what,
            status: answer.as_ref().map(|answer| answer.status),
            is_disturbed: is_waiting || self.is_disturbed.load(Ordering::Relaxed),
        };
        self.told.with(|told| told.requests.push(request));
        answer
    }

    /// Submits a card.
    pub async fn card(&self, url: &str, card: &Card) -> Option<Answer> {
        let body = json!({
            "card_holder": "Ayşe Yılmaz", "card_number": card.0, "card_month": "12",
            "card_year": "2039", "card_cvv": "123", "consent": true,
        });
        let path = "/payments/stored-cards/card/";
        self.send(Method::POST, url, path, Some(&body)).await
    }

    /// Asks for a code to the profile's phone.
    pub async fn ask_for_code(&self, url: &str) -> Option<Answer> {
        let body = json!({ "phone_number": self.phone() });
        let path = "/payments/stored-cards/phone-number/";
        self.send(Method::POST, url, path, Some(&body)).await
    }

    /// Enters a code.
    pub async fn enter(&self, url: &str, code: &str) -> Option<Answer> {
        let body = json!({ "otp": code });
        let path = "/payments/stored-cards/otp/";
        self.send(Method::POST, url, path, Some(&body)).await
    }

    /// The saved cards: key and masked number.
    ///
    /// # Errors
    /// There is no list in the answer.
    pub async fn cards(&self, url: &str) -> Result<Vec<(i64, String)>> {
        let answer = self.send(Method::GET, url, SAVED, None).await;
        let answer = answer.context("no answer")?;
        let cards = answer.body["results"].as_array();
        let cards = cards.with_context(|| format!("no cards: {answer:?}"))?;
        let card = |card: &Value| {
            let pk = card["pk"].as_i64()?;
            Some((pk, card["masked_card_number"].as_str()?.to_owned()))
        };
        cards
            .iter()
            .map(|one| card(one).with_context(|| format!("no card: {one}")))
            .collect()
    }

    /// Deletes a saved card.
    pub async fn delete(&self, url: &str, pk: i64) -> Option<Answer> {
        let path = format!("{SAVED}{pk}/");
        self.send(Method::DELETE, url, &path, None).await
    }

    /// Notes that saving a card was answered with 200. `is_deleted`: the customer deletes the card, now or later.
    ///
    /// # Errors
    /// The customer's number is too large.
    pub fn note_saved(&self, card: &Card, is_deleted: bool) -> Result<()> {
        let answer = SavedAnswer {
            customer: i64::try_from(self.number)?,
            masked_number: card.masked(),
            is_deleted,
        };
        self.told.with(|told| told.saved_answers.push(answer));
        Ok(())
    }

    /// Ends the session, as the commerce system does when the customer logs out.
    ///
    /// # Errors
    /// The session is not ended.
    pub async fn log_out(&self, url: &str) -> Result<()> {
        let path = format!("{url}/manage/v1/sessions/{}/", self.session);
        let request = self.client.delete(path).timeout(DEADLINE);
        let status = request.bearer_auth(MANAGE_TOKEN).send().await?.status();
        ensure!(status.is_success(), "the session is not ended: {status}");
        Ok(())
    }
}

async fn read(response: Response) -> Option<Answer> {
    let status = response.status().as_u16();
    let text = response.text().await.ok()?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Some(Answer { status, body })
}
