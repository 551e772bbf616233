//! What stands before the gateway: it keeps every request without the card, and leaks the card in its answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use payments_gateways::fakes::{Fake, FakeStripe, Received, Reply};
use reqwest::Url;
use serde_json::json;

use super::place::Piece;

/// How the gateway leaks a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    /// The customer's key is the number.
    NumberAsKey,
    /// The customer's key contains the number.
    NumberInKey,
    /// The token is the number.
    NumberAsToken,
    /// The token contains the number in groups.
    NumberInToken,
    /// The card's brand is the number.
    NumberAsBrand,
    /// The refusal's codes and message are the number and the CVV.
    NumberAsRefusal,
    /// The status of the setup is the number.
    NumberAsStatus,
    /// An error 500 with the card in its body.
    Failure,
    /// A web page with the card.
    WebPage,
    /// A redirect to a URL with the card.
    Redirect,
    /// JSON with the card that ends too early.
    HalfOfJson,
}

impl Act {
    pub(super) const ALL: [Self; 11] = [
        Self::NumberAsKey,
        Self::NumberInKey,
        Self::NumberAsToken,
        Self::NumberInToken,
        Self::NumberAsBrand,
        Self::NumberAsRefusal,
        Self::NumberAsStatus,
        Self::Failure,
        Self::WebPage,
        Self::Redirect,
        Self::HalfOfJson,
    ];
}

/// What is about to happen to a customer's card.
#[derive(Clone)]
struct Planned {
    act: Act,
    number: String,
    cvv: String,
}

/// The fields of a request to the gateway that hold the card.
const OF_THE_CARD: [&str; 2] = ["card[number]=", "card[cvc]="];

/// A gateway that leaks the data it receives.
pub(super) struct LeakingGateway {
    gateway: Arc<FakeStripe>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By the customer's number.
    planned: BTreeMap<String, Planned>,
    /// The customer's number by our reference.
    customers: BTreeMap<String, String>,
    requests: Vec<Piece>,
    acted: Vec<Act>,
}

/// The id of an object that names a card.
fn stated(planned: &Planned) -> Option<String> {
    let number = &planned.number;
    match planned.act {
        Act::NumberAsKey | Act::NumberAsToken => Some(number.clone()),
        Act::NumberInKey => Some(format!("cus_{number}")),
        Act::NumberInToken => Some(format!(
            "pm_{}-{}-{}",
            &number[..4],
            &number[4..10],
            &number[10..]
        )),
        Act::NumberAsStatus => Some(format!("seti_{number}")),
        Act::NumberAsBrand
        | Act::NumberAsRefusal
        | Act::Failure
        | Act::WebPage
        | Act::Redirect
        | Act::HalfOfJson => None,
    }
}

impl LeakingGateway {
    pub(super) fn before(gateway: Arc<FakeStripe>) -> Arc<Self> {
        let state = Mutex::default();
        Arc::new(Self { gateway, state })
    }

    /// Plans how the card of a customer is leaked.
    pub(super) fn plan(&self, customer: u64, act: Act, number: &str, cvv: &str) {
        let planned = Planned {
            act,
            number: number.to_owned(),
            cvv: cvv.to_owned(),
        };
        self.with(|state| state.planned.insert(customer.to_string(), planned));
    }

    /// The requests without what the gateway may know, and the gateway's tokens, keys and references.
    pub(super) fn seen(&self) -> Vec<Piece> {
        let tokens = self.gateway.tokens().all().into_iter();
        let tokens = tokens.map(|token| Piece {
            name: "a token".to_owned(),
            bytes: format!("{} {} {}", token.token, token.customer_key, token.reference).into(),
        });
        self.with(|state| {
            std::mem::take(&mut state.requests)
                .into_iter()
                .chain(tokens)
                .collect()
        })
    }

    /// What it did.
    pub(super) fn acted(&self) -> Vec<Act> {
        self.with(|state| state.acted.clone())
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps a request, and returns what is planned for it.
    fn keep(&self, request: &Received) -> Option<Planned> {
        let fields = fields(&request.body);
        let field = |name: &str| {
            fields
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        let head = format!(
            "{} {}?{}\n{:?}\n",
            request.method, request.path, request.query, request.headers
        );
        self.with(|state| {
            // What the gateway itself called a card by, it may be told: how else is the card deleted there?
            let own: Vec<String> = state.planned.values().filter_map(stated).collect();
            let is_own = |text: &[u8]| own.iter().any(|id| text.ends_with(id.as_bytes()));
            let head = own
                .iter()
                .fold(head, |head, id| head.replace(id, "its own id"));
            let body = request.body.split(|byte| *byte == b'&');
            let others = body.filter(|pair| !is_of_the_card(pair) && !is_own(pair));
            let others: Vec<&[u8]> = others.collect();
            state.requests.push(Piece {
                name: "a request".to_owned(),
                bytes: [head.as_bytes(), &others.join(&b'&')].concat(),
            });
            let reference = field("metadata[reference]")?;
            if let Some(customer) = field("metadata[customer]") {
                state.customers.insert(reference.clone(), customer);
            }
            state.planned.get(state.customers.get(&reference)?).cloned()
        })
    }
}

/// Whether a field of a form holds the card.
fn is_of_the_card(pair: &[u8]) -> bool {
    OF_THE_CARD
        .iter()
        .any(|name| pair.starts_with(name.as_bytes()))
}

/// The fields of a form.
fn fields(body: &[u8]) -> Vec<(String, String)> {
    let body = String::from_utf8_lossy(body);
    let url = Url::parse(&format!("http://localhost/?{body}"));
    let pairs = |url: Url| url.query_pairs().into_owned().collect();
    url.map(pairs).unwrap_or_default()
}

/// What the gateway answers instead; `None` for other paths than the one that an act is about.
fn instead(path: &str, planned: &Planned) -> Option<Reply> {
    let Planned { act, number, cvv } = planned;
    let both = format!("{number} {cvv}");
    let id = stated(planned).unwrap_or_default();
    match (act, path) {
        (Act::NumberAsKey | Act::NumberInKey, "/v1/customers")
        | (Act::NumberAsToken | Act::NumberInToken, "/v1/payment_methods") => Some(Reply::json(
            200,
            &json!({"id": id, "customer": null, "card": {}}),
        )),
        (Act::NumberAsRefusal, "/v1/setup_intents") => {
            let error = json!({"type": "card_error", "code": number, "decline_code": number,
                "message": both, "param": both});
            Some(Reply::json(402, &json!({"error": error})))
        }
        (Act::NumberAsStatus, "/v1/setup_intents") => {
            let error = json!({"type": number, "code": number});
            Some(Reply::json(
                200,
                &json!({"id": id, "status": number, "last_setup_error": error}),
            ))
        }
        (Act::Failure, "/v1/payment_methods") => {
            let error = json!({"type": number, "code": both, "message": both});
            Some(Reply::json(500, &json!({"error": error})))
        }
        (Act::WebPage, "/v1/payment_methods") => {
            Some(Reply::text(200, "text/html", format!("<p>{both}</p>")))
        }
        (Act::Redirect, "/v1/payment_methods") => Some(Reply::Redirect(format!(
            "http://127.0.0.1:9/{number}?{cvv}"
        ))),
        (Act::HalfOfJson, "/v1/payment_methods") => Some(Reply::text(
            200,
            "application/json",
            format!("{{\"id\": \"{number}\", \"{cvv}\": "),
        )),
        _ => None,
    }
}

/// The answer with the number as the card's brand.
fn with_brand(reply: Reply, number: &str) -> Reply {
    match reply {
        Reply::Body {
            status,
            content_type,
            body,
        } => {
            let text = String::from_utf8_lossy(&body).replace("mastercard", number);
            Reply::text(status, content_type, text)
        }
        other @ (Reply::Redirect(_)
        | Reply::Late(..)
        | Reply::Cut(_)
        | Reply::HangUp
        | Reply::Silence) => other,
    }
}

#[async_trait]
impl Fake for LeakingGateway {
    async fn answer(&self, request: Received) -> Reply {
        let planned = self.keep(&request);
        if let Some(planned) = planned {
            if let Some(reply) = instead(&request.path, &planned) {
                self.with(|state| state.acted.push(planned.act));
                return reply;
            }
            if planned.act == Act::NumberAsBrand && request.path == "/v1/payment_methods" {
                self.with(|state| state.acted.push(planned.act));
                return with_brand(self.gateway.answer(request).await, &planned.number);
            }
        }
        self.gateway.answer(request).await
    }
}
