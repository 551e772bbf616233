//! The customer's way to the bank and back.

use std::sync::Arc;

use payments_gateways::fakes::FakeStripe;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, json as json_of};
use crate::manage::status::TOKEN_SETTING;
use crate::provider_harness::{Gateway, Harness, SECRET, Sender};

/// The number of a card whose bank asks for confirmation.
const ASKING: &str = "4000002500003155";
const HTML: &str = "text/html; charset=utf-8";

/// A bank that asks the customer for confirmation, behind the fake Stripe.
pub(super) struct Bank {
    pub(super) harness: Harness,
    pub(super) stripe: Arc<FakeStripe>,
}

impl Bank {
    pub(super) async fn open() -> Self {
        Self::open_with(&[("gateways.three_d_secure", "true"), TOKEN_SETTING]).await
    }

    pub(super) async fn open_with(settings: &[(&str, &str)]) -> Self {
        let stripe = FakeStripe::with_secret_keys(&[SECRET]);
        let gateway = Gateway::stripe(&stripe).await;
        let senders = vec![Sender::start("netgsm").await];
        let harness = Harness::start_with(gateway, senders, settings).await;
        Self { harness, stripe }
    }

    /// The path of `next_action` of a card that needs 3-D Secure.
    pub(super) async fn asked(&self) -> String {
        let (status, answer) = self.harness.save(ASKING).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!("action_required")),
            "{answer}"
        );
        self.path(&answer)
    }

    pub(super) fn path(&self, answer: &Value) -> String {
        let url = answer["next_action"].as_str().expect("a URL");
        let path = url
            .strip_prefix(&self.harness.app.url)
            .expect("our own URL");
        let path = path
            .strip_suffix("?lang=en")
            .expect("the language of the code");
        path.to_owned()
    }

    pub(super) async fn code_again(&self) -> (u16, Value) {
        let body = json!({ "otp": self.harness.senders[0].newest_code() });
        let path = "/payments/stored-cards/otp/";
        let answer = self.harness.app.post(CUSTOMER, path, body).await;
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// The step at which the customer's page continues.
    pub(super) async fn step(&self) -> Value {
        let path = "/payments/stored-cards/flow/";
        let request = self.harness.app.as_session(CUSTOMER, Method::GET, path);
        let answer = request.await.send().await.expect("an answer");
        json_of(answer).await["step"].take()
    }

    /// A request without cookies.
    pub(super) async fn ask(&self, method: Method, path: &str) -> Response {
        let request = self.harness.app.request(method, path);
        let request = request.header("accept-language", "en");
        request.send().await.expect("an answer")
    }

    pub(super) async fn back(&self, path: &str) -> (u16, String) {
        let answer = self.ask(Method::GET, &format!("{path}return/")).await;
        assert_eq!(header(&answer, "cache-control"), "no-store");
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
        assert_eq!(header(&answer, "content-type"), HTML);
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a page"))
    }

    pub(super) async fn reference(&self) -> String {
        let stored = self.harness.app.stored_bytes().await;
        let text = String::from_utf8_lossy(&stored).into_owned();
        let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut found = (0..text.len()).filter_map(|at| text.get(at..at + 32));
        found
            .find(|one| hex(one) && self.stripe.event(one, "x", 0).is_some())
            .expect("the intent's id")
            .to_owned()
    }
}

pub(super) fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    let value = answer.headers().get(name).expect("a header");
    value.to_str().expect("a text")
}
