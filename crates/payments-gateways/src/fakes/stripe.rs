//! A fake of the part of Stripe that stores cards and charges them.

mod objects;
mod parameters;
mod payment;
mod setup;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};

use super::charge::FakeCharge;
use super::form;
use super::ledger::{FakeToken, Ledger, shown_digits};
use super::reply::Reply;
use super::server::{Fake, Received};
use objects::{customer, page, payment_method, pretty, search_page};
use setup::Setup;

/// The reference of cards that have none.
const OTHERS: &str = "";

type Fields = BTreeMap<String, String>;

/// Stripe, with the accounts it knows (by secret key).
pub struct FakeStripe {
    secret_keys: Vec<String>,
    /// Attached payment methods: the tokens.
    tokens: Ledger<FakeToken>,
    charges: Ledger<FakeCharge>,
    /// Every payment intent, whatever its status.
    intents: Ledger<(FakeCharge, Value)>,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    /// Payment methods, attached or not: account, number, reference.
    cards: BTreeMap<String, (String, String, String)>,
    /// The account and the reference of each customer.
    customers: BTreeMap<String, (String, String)>,
    customers_ever: usize,
    /// Setup intents by their ids.
    setups: BTreeMap<String, Setup>,
    /// Responses by idempotency key, with the body of the first request.
    answered: BTreeMap<String, (Bytes, Reply)>,
}

impl FakeStripe {
    /// A fake that knows these accounts.
    pub fn with_secret_keys(secret_keys: &[&str]) -> Arc<Self> {
        let secret_keys = secret_keys.iter().map(|key| (*key).to_owned()).collect();
        Arc::new(Self {
            secret_keys,
            tokens: Ledger::default(),
            charges: Ledger::default(),
            intents: Ledger::default(),
            made: Mutex::default(),
        })
    }

    /// The issued tokens.
    pub fn tokens(&self) -> &Ledger<FakeToken> {
        &self.tokens
    }

    /// Deletes a customer with all cards, as an operator can in the dashboard.
    pub fn delete_customer(&self, id: &str) {
        self.made(|made| made.customers.remove(id));
        self.tokens.kill_where(|token| token.customer_key == id);
    }

    /// Attaches cards without metadata, as other software of the shop may.
    pub fn attach_others_cards(&self, id: &str, how_many: usize) {
        let owner = self.made(|made| made.customers.get(id).cloned());
        let account = owner.map(|(account, _)| account).unwrap_or_default();
        for number in 0..how_many {
            let token = format!("pm_others_{number}");
            self.attach(&account, id, &token, "4242424242424242", OTHERS);
        }
    }

    fn made<R>(&self, use_it: impl FnOnce(&mut Made) -> R) -> R {
        use_it(&mut self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Executes a POST, once for each idempotency key.
    fn create(&self, account: &str, request: &Received) -> Reply {
        let idempotency_key = format!("{account} {}", request.header("idempotency-key"));
        let Some(fields) = form::fields(request) else {
            return invalid(400, "parameter_missing", "");
        };
        match self.made(|made| made.answered.get(&idempotency_key).cloned()) {
            Some((body, reply)) if body == request.body => return reply,
            Some(_) => return error("idempotency_error"),
            None => {}
        }
        let created = match request.path.as_str() {
            "/v1/customers" => Ok(self.create_customer(account, &fields)),
            "/v1/payment_methods" => self.create_card(account, &fields),
            "/v1/payment_intents" => self.pay(account, &fields),
            _ => self.confirm_setup(account, &fields, &request.origin),
        };
        let reply = created.map_or_else(|refused| refused, |answer| pretty(&answer));
        // A failure is replayed too, unless the request was invalid.
        if matches!(
            reply,
            Reply::Body {
                status: 200 | 402 | 500,
                ..
            }
        ) {
            let kept = (request.body.clone(), reply.clone());
            self.made(|made| made.answered.insert(idempotency_key, kept));
        }
        reply
    }

    fn create_customer(&self, account: &str, fields: &Fields) -> Value {
        let reference = fields
            .get("metadata[reference]")
            .cloned()
            .unwrap_or_default();
        self.made(|made| {
            let id = format!("cus_{}", made.customers_ever);
            made.customers_ever += 1;
            made.customers
                .insert(id.clone(), (account.to_owned(), reference.clone()));
            customer(&id, &reference)
        })
    }

    fn create_card(&self, account: &str, fields: &Fields) -> Result<Value, Reply> {
        let field = |name: &str| fields.get(name).cloned();
        let needed = ["type", "card[exp_month]", "card[exp_year]", "card[cvc]"];
        let number =
            field("card[number]").filter(|_| needed.iter().all(|name| field(name).is_some()));
        let number = number.ok_or_else(|| invalid(400, "parameter_missing", "card"))?;
        let reference = field("metadata[reference]").unwrap_or_default();
        Ok(self.made(|made| {
            let id = format!("pm_{}", made.cards.len());
            made.cards
                .insert(id.clone(), (account.to_owned(), number, reference.clone()));
            payment_method(&id, None, Some(&reference))
        }))
    }

    fn attach(&self, account: &str, customer: &str, card_id: &str, number: &str, reference: &str) {
        self.tokens.with(|tokens| {
            if tokens.iter().all(|token| token.token != card_id) {
                tokens.push(FakeToken {
                    account: account.to_owned(),
                    customer_key: customer.to_owned(),
                    token: card_id.to_owned(),
                    reference: reference.to_owned(),
                    shown_digits: shown_digits(number),
                    live: true,
                });
            }
        });
    }

    fn detach(&self, account: &str, card_id: &str) -> Reply {
        let is_known = self.made(|made| {
            made.cards
                .get(card_id)
                .is_some_and(|card| card.0 == account)
        });
        if !is_known {
            return invalid(404, "resource_missing", "payment_method");
        }
        if self.tokens.kill_where(|token| token.token == card_id) == 0 {
            return invalid(400, "", "");
        }
        pretty(&payment_method(card_id, None, Some("")))
    }

    fn card(&self, account: &str, card_id: &str) -> Reply {
        let known = self.made(|made| {
            made.cards
                .get(card_id)
                .filter(|card| card.0 == account)
                .cloned()
        });
        let attached = self.tokens.live_where(|token| token.token == card_id);
        let customer = attached.first().map(|token| token.customer_key.clone());
        match known {
            None => invalid(404, "resource_missing", "payment_method"),
            Some((_, _, reference)) => pretty(&payment_method(
                card_id,
                customer.as_deref(),
                Some(&reference),
            )),
        }
    }

    fn cards_of(&self, account: &str, customer: &str, asked: &Fields) -> Reply {
        let is_known = self.made(|made| {
            made.customers
                .get(customer)
                .is_some_and(|known| known.0 == account)
        });
        if !is_known {
            return no_such_customer();
        }
        let cards = self
            .tokens
            .live_where(|token| token.customer_key == customer);
        let all: Vec<Value> = cards
            .iter()
            .rev()
            .map(|token| {
                let reference = Some(token.reference.as_str()).filter(|text| *text != OTHERS);
                payment_method(&token.token, Some(customer), reference)
            })
            .collect();
        page("/v1/customers/payment_methods", &all, asked)
    }

    fn customers(&self, account: &str, asked: &Fields) -> Reply {
        let all: Vec<Value> = self.made(|made| {
            let own = made.customers.iter().filter(|(_, one)| one.0 == account);
            own.map(|(id, one)| customer(id, &one.1)).collect()
        });
        page("/v1/customers", &all, asked)
    }

    fn search_customers(&self, account: &str, asked: &Fields) -> Reply {
        let wanted = asked.get("query").cloned().unwrap_or_default();
        let all: Vec<Value> = self.made(|made| {
            let matching = made.customers.iter().filter(|(_, (owner, reference))| {
                owner == account && wanted == format!("metadata[\"reference\"]:\"{reference}\"")
            });
            matching.map(|(id, _)| json!({"id": id})).collect()
        });
        search_page("/v1/customers/search", &all, asked)
    }
}

fn declined(decline_code: &str) -> Reply {
    let error = json!({
        "type": "card_error", "code": "card_declined", "decline_code": decline_code,
        "message": "the provider's own words",
    });
    Reply::json(402, &json!({"error": error}))
}

fn no_such_customer() -> Reply {
    invalid(400, "resource_missing", "customer")
}

/// Refuses the request itself; an empty code or parameter is left out.
fn invalid(status: u16, code: &str, param: &str) -> Reply {
    let mut error = json!({"type": "invalid_request_error", "message": "the provider's own words"});
    for (key, said) in [("code", code), ("param", param)] {
        if !said.is_empty() {
            error[key] = said.into();
        }
    }
    Reply::json(status, &json!({"error": error}))
}

fn error(kind: &str) -> Reply {
    let error = json!({"type": kind, "message": "the provider's own words"});
    Reply::json(400, &json!({"error": error}))
}

#[async_trait]
impl Fake for FakeStripe {
    async fn answer(&self, request: Received) -> Reply {
        // Cardholders have no key.
        if let Some(id) = request.path.strip_prefix(setup::PAGE) {
            return self.page(id, &request);
        }
        let key = request
            .header("authorization")
            .strip_prefix("Bearer ")
            .unwrap_or_default();
        let Some(account) = self.secret_keys.iter().find(|known| *known == key) else {
            return invalid(401, "", "");
        };
        // The table of parameters is of one version.
        if request.header("stripe-version") != parameters::api_version() {
            return invalid(400, "", "");
        }
        if request.method == "POST" && request.header("idempotency-key").is_empty() {
            return invalid(400, "parameter_missing", "");
        }
        if let Some(refusal) = parameters::refusal(&request) {
            return refusal;
        }
        let asked = form::parse(&request.query).unwrap_or_default();
        let segments: Vec<&str> = request.path.split('/').skip(1).collect();
        match (request.method.as_str(), segments.as_slice()) {
            (
                "POST",
                [
                    "v1",
                    "customers" | "payment_methods" | "setup_intents" | "payment_intents",
                ],
            ) => self.create(account, &request),
            ("POST", ["v1", "setup_intents", id, "cancel"]) => self.cancel_setup(account, id),
            ("GET", ["v1", "setup_intents", id]) => self.setup(account, id, &asked),
            ("POST", ["v1", "payment_methods", id, "detach"]) => self.detach(account, id),
            ("GET", ["v1", "payment_methods", id]) => self.card(account, id),
            ("GET", ["v1", "payment_intents"]) => self.payments(account, &asked),
            ("GET", ["v1", "customers"]) => self.customers(account, &asked),
            ("GET", ["v1", "customers", "search"]) => self.search_customers(account, &asked),
            ("GET", ["v1", "customers", id, "payment_methods"]) => {
                self.cards_of(account, id, &asked)
            }
            _ => invalid(404, "", ""),
        }
    }
}
