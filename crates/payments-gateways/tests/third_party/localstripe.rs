//! localstripe, an independent server that speaks an older version of Stripe's API.
//!
//! It has no confirmation at creation (`confirm`, `payment_method`), knows no `allowed_payment_method_types`, and attaches
//! nothing when a setup intent succeeds: [`Between`] makes the calls that it has out of the one that we send. It has
//! neither the search of customers nor the list of a customer's payment methods by path, so the reconciler's `find` is
//! not driven; and it calls every error `invalid_request_error`, so declines are not compared.

use std::process::Command;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_core::card::StatedToken;
use payments_core::ports::{TokenizeFailure, Tokenizer};
use payments_core::tokenization::RefusalReason;
use payments_gateways::fakes::{Fake, FakeServer, Received, Reply};
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::provider;
use payments_gateways::stripe::StripeTokenizer;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::inputs::{context, issued, pos, request};
use crate::parties::{Parties, script};
use crate::program::Serving;

const KEY: &str = "sk_test_0123456789";
const GOOD: &str = "4242424242424242";
const NEEDS_AUTHENTICATION: &str = "4000002500003155";

/// Hands calls on to localstripe.
struct Between {
    localstripe: Serving,
    client: Client,
    handed_on: Mutex<Vec<String>>,
}

impl Between {
    async fn start(parties: &Parties) -> (Arc<Self>, FakeServer) {
        let localstripe = Serving::start(|port| {
            let mut command = Command::new(parties.python());
            command
                .arg("-I")
                .arg(script("localstripe.py"))
                .arg(port.to_string());
            command
        });
        // A client of reqwest looks for it even where it has no use for it. The second time it is there already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let between = Arc::new(Self {
            localstripe: localstripe.await,
            client: Client::builder().no_proxy().build().unwrap(),
            handed_on: Mutex::default(),
        });
        let address = ([127, 0, 0, 1], 0).into();
        let server = FakeServer::start(address, between.clone()).await;
        (between, server.unwrap())
    }

    /// A call to localstripe: the status, and what it answers.
    async fn call(&self, method: &str, path: &str, body: String) -> (u16, Value) {
        let url = format!("{}{path}", self.localstripe.base_url());
        let method: Method = method.parse().unwrap();
        self.handed_on
            .lock()
            .unwrap()
            .push(format!("{method} {path}"));
        let call = self.client.request(method, url).bearer_auth(KEY);
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let answer = call.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap(),
        )
    }

    /// A setup intent that is confirmed when it is created.
    async fn confirmed(&self, form: &str) -> (u16, Value) {
        let (of_confirmation, of_creation): (Vec<_>, Vec<_>) = form
            .split('&')
            .filter(|pair| {
                *pair != "confirm=true" && *pair != "allowed_payment_method_types[]=card"
            })
            .partition(|pair| pair.starts_with("payment_method="));
        let created = self
            .call("POST", "/v1/setup_intents", of_creation.join("&"))
            .await;
        let Some(id) = created.1["id"].as_str().map(str::to_owned) else {
            return created;
        };
        let path = format!("/v1/setup_intents/{id}/confirm");
        let confirmed = self.call("POST", &path, of_confirmation.join("&")).await;
        if confirmed.1["status"] == "succeeded" {
            let method = confirmed.1["payment_method"].as_str().unwrap().to_owned();
            let customer = of_creation
                .iter()
                .find(|pair| pair.starts_with("customer="));
            let path = format!("/v1/payment_methods/{method}/attach");
            let attached = self
                .call("POST", &path, (*customer.unwrap()).to_owned())
                .await;
            assert_eq!(attached.0, 200);
        }
        confirmed
    }
}

#[async_trait]
impl Fake for Between {
    async fn answer(&self, request: Received) -> Reply {
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let (status, answer) = match request.operation() {
            ("POST", "/v1/setup_intents") => self.confirmed(&body).await,
            (method, path) => {
                let path = match request.query.as_str() {
                    "" => path.to_owned(),
                    query => format!("{path}?{query}"),
                };
                self.call(method, &path, body).await
            }
        };
        Reply::json(status, &answer)
    }
}

fn config(server: &FakeServer) -> Value {
    json!({"base_url": server.base_url(), "secret_key": KEY})
}

fn reference(number: u32) -> String {
    format!("{number:032x}")
}

pub(crate) async fn stores(parties: Parties) {
    let (between, server) = Between::start(&parties).await;
    let (pos, context) = (pos("stripe", config(&server)), context(server.authority()));
    let check = provider("stripe")
        .unwrap()
        .check(&pos.config, &context)
        .await;
    assert_eq!((check.outcome, check.problem), (Outcome::Done, None));

    let stripe = StripeTokenizer::new(context);
    let first = request(GOOD, &reference(1), None);
    let first = issued(Tokenizer::tokenize(&*stripe, &pos, first).await);
    let customer = first.provider_customer_key.unwrap();
    let second = request(GOOD, &reference(2), Some(customer.as_str()));
    let second = issued(Tokenizer::tokenize(&*stripe, &pos, second).await);
    assert_eq!(second.provider_customer_key.as_ref(), Some(&customer));
    let list = format!(
        "/v1/payment_methods?type=card&customer={}",
        customer.as_str()
    );
    let attached = async || {
        let (_, list) = between.call("GET", &list, String::new()).await;
        let methods = list["data"].as_array().unwrap().clone();
        let with_reference = |method: &Value| {
            let reference = method["metadata"]["reference"].as_str().unwrap();
            (
                method["id"].as_str().unwrap().to_owned(),
                reference.to_owned(),
            )
        };
        let mut methods: Vec<_> = methods.iter().map(with_reference).collect();
        methods.sort_by(|one, other| one.1.cmp(&other.1));
        methods
    };
    let (one, two) = (
        first.token.as_str().to_owned(),
        second.token.as_str().to_owned(),
    );
    let both = [(one.clone(), reference(1)), (two.clone(), reference(2))];
    assert_eq!(attached().await, both);

    let token = StatedToken::parse(&one, Some(customer.as_str())).unwrap();
    for _ in 0..2 {
        Tokenizer::delete(&*stripe, &pos, &token).await.unwrap();
        assert_eq!(attached().await, [(two.clone(), reference(2))]);
    }
}

pub(crate) async fn needs_authentication(parties: Parties) {
    let (between, server) = Between::start(&parties).await;
    let pos = pos("stripe", config(&server));
    let stripe = StripeTokenizer::new(context(server.authority()));
    let card = request(NEEDS_AUTHENTICATION, &reference(1), None);
    let Err(TokenizeFailure::Refused(refusal)) = Tokenizer::tokenize(&*stripe, &pos, card).await
    else {
        panic!("not refused");
    };
    assert_eq!(refusal.reason, RefusalReason::NotAllowed);
    let handed_on = between.handed_on.lock().unwrap().clone();
    let last = handed_on.last().unwrap();
    assert!(last.ends_with("/cancel"), "{handed_on:?}");
}
