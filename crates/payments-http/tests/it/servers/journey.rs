//! A customer of the demo store, at any of the processes.

use std::time::{Duration, Instant};

use payments_demo::{CUSTOMER_SESSION, TOKEN};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::app::{GOOD_NUMBER, client, json as read_json};

pub(super) const CARD: &str = "/payments/stored-cards/card/";
pub(super) const PHONE_NUMBER: &str = "/payments/stored-cards/phone-number/";
pub(super) const OTP: &str = "/payments/stored-cards/otp/";
pub(super) const SAVED: &str = "/payments/stored-cards/";
pub(super) const PRODUCT: &str = "/payments/cards/product/1/";
/// The lowest plans of several products.
pub(super) const LOWEST: &str = "/payments/cards/products/?pk=1,2";
pub(super) const BASKET: &str = "/payments/cards/basket/";

pub(super) struct Customer {
    client: Client,
    token: String,
}

impl Customer {
    /// A customer with a CSRF token from this process.
    pub(super) async fn of(url: &str) -> Self {
        let mut customer = Self {
            client: client(),
            token: String::new(),
        };
        let answer = customer.get(url, "/csrf_token/").await;
        let token = read_json(answer).await["csrf_token"].clone();
        token
            .as_str()
            .expect("a token")
            .clone_into(&mut customer.token);
        customer
    }

    fn request(&self, method: Method, url: &str, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{url}{path}"))
            .timeout(Duration::from_mins(1))
            .header("cookie", format!("osessionid={CUSTOMER_SESSION}"))
            .header("x-csrftoken", &self.token)
            .header("accept-language", "en")
    }

    pub(super) async fn get(&self, url: &str, path: &str) -> Response {
        let request = self.request(Method::GET, url, path);
        request.send().await.expect("an answer")
    }

    pub(super) async fn post(&self, url: &str, path: &str, body: Value) -> Response {
        let request = self.request(Method::POST, url, path);
        let request = request.header("content-type", "application/json");
        let sent = request.body(body.to_string()).send().await;
        sent.expect("an answer")
    }

    /// The response's status, and how long it took.
    pub(super) async fn timed(&self, url: &str, path: &str) -> (u16, Duration) {
        let started = now();
        let status = self.get(url, path).await.status().as_u16();
        (status, started.elapsed())
    }

    pub(super) async fn hold(&self, url: &str) -> Response {
        let card = json!({
            "card_holder": "Ayşe Yılmaz", "card_number": GOOD_NUMBER, "card_month": "12", "card_year": "2035",
            "card_cvv": "123", "consent": true,
        });
        self.post(url, CARD, card).await
    }

    /// Requests a code and reads it from the outbox of the process that sent it.
    pub(super) async fn ask_for_code(&self, url: &str) -> String {
        let phone = json!({ "phone_number": "05551234567" });
        let sent = self.post(url, PHONE_NUMBER, phone).await;
        assert_eq!(sent.status(), 204);
        let outbox = read_json(self.get(url, "/sandbox/outbox/").await).await;
        let text = outbox["results"][0]["text"].as_str().expect("a text");
        text.chars().filter(char::is_ascii_digit).collect()
    }

    pub(super) async fn submit(&self, url: &str, code: &str) -> u16 {
        let answer = self.post(url, OTP, json!({ "otp": code })).await;
        answer.status().as_u16()
    }

    /// The response's status; `None` if the process dies before it responds.
    pub(super) async fn try_to_submit(&self, url: &str, code: &str) -> Option<u16> {
        let request = self.request(Method::POST, url, OTP);
        let request = request.header("content-type", "application/json");
        let sent = request
            .body(json!({ "otp": code }).to_string())
            .send()
            .await;
        sent.ok().map(|answer| answer.status().as_u16())
    }

    /// Writes the catalog, like the commerce system.
    pub(super) async fn rename_bank(&self, url: &str, name: &str) -> Response {
        let bank = json!({ "name": name, "slug": "garanti" });
        self.manage(Method::PUT, url, "/manage/v1/banks/1/", &bank)
            .await
    }

    /// A request of the commerce system.
    pub(super) async fn manage(
        &self,
        method: Method,
        url: &str,
        path: &str,
        body: &Value,
    ) -> Response {
        let request = self.request(method, url, path).bearer_auth(TOKEN);
        let request = request.header("content-type", "application/json");
        let sent = request.body(body.to_string()).send().await;
        sent.expect("an answer")
    }

    pub(super) async fn saved(&self, url: &str) -> usize {
        let body = read_json(self.get(url, SAVED).await).await;
        body["results"].as_array().expect("cards").len()
    }

    /// Polls until the response has this status. Returns how long it took.
    pub(super) async fn wait_for(&self, url: &str, path: &str, status: u16) -> Duration {
        let started = now();
        loop {
            let seen = self.get(url, path).await.status();
            let took = started.elapsed();
            if seen == status {
                return took;
            }
            assert!(took < PATIENCE, "{path}: {seen} after {took:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// How long a test waits for what must happen: on a machine that is busy with something else, too.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// Measures durations.
#[expect(
    clippy::disallowed_methods,
    reason = "a test measures with its own watch"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
