//! A fake of the part of Stripe that stores cards.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};

use super::form;
use super::ledger::{FakeToken, Ledger, shown_digits};
use super::server::{Fake, Received, Reply};

/// The card whose issuer wants its holder to authenticate.
const AUTHENTICATION_REQUIRED: &str = "4000002500003155";

type Fields = BTreeMap<String, String>;

/// Stripe, with the accounts it knows (by secret key).
pub struct FakeStripe {
    secret_keys: Vec<String>,
    /// Attached payment methods: the tokens.
    tokens: Ledger<FakeToken>,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    /// Payment methods, attached or not: account, number, reference.
    cards: BTreeMap<String, (String, String, String)>,
    /// Customers: account, reference.
    customers: BTreeMap<String, (String, String)>,
    customers_ever: usize,
    /// Answers under idempotency keys, with the body they were given for.
    answered: BTreeMap<String, (Bytes, Value)>,
}

impl FakeStripe {
    /// A fake that knows these accounts.
    pub fn with_secret_keys(secret_keys: &[&str]) -> Arc<Self> {
        let secret_keys = secret_keys.iter().map(|key| (*key).to_owned()).collect();
        Arc::new(Self {
            secret_keys,
            tokens: Ledger::default(),
            made: Mutex::default(),
        })
    }

    /// The tokens it made.
    pub fn tokens(&self) -> &Ledger<FakeToken> {
        &self.tokens
    }

    /// Deletes a customer with all cards, as somebody may do in the dashboard.
    pub fn delete_customer(&self, id: &str) {
        self.made(|made| made.customers.remove(id));
        self.tokens.kill_where(|token| token.customer_key == id);
    }

    fn made<R>(&self, use_it: impl FnOnce(&mut Made) -> R) -> R {
        use_it(&mut self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Creates what a POST asks for, once for each idempotency key.
    fn create(&self, account: &str, request: &Received) -> Reply {
        let idempotency_key = format!("{account} {}", request.header("idempotency-key"));
        let Some(fields) = form::fields(request) else {
            return error(400, "invalid_request_error", "parameter_missing");
        };
        match self.made(|made| made.answered.get(&idempotency_key).cloned()) {
            Some((body, answer)) if body == request.body => return Reply::json(200, &answer),
            Some(_) => return error(400, "idempotency_error", "idempotency_key_in_use"),
            None => {}
        }
        let created = match request.path.as_str() {
            "/v1/customers" => Ok(self.create_customer(account, &fields)),
            "/v1/payment_methods" => self.create_card(account, &fields),
            _ => self.confirm_setup(account, &fields),
        };
        match created {
            Ok(answer) => {
                let kept = (request.body.clone(), answer.clone());
                self.made(|made| made.answered.insert(idempotency_key, kept));
                Reply::json(200, &answer)
            }
            Err(reply) => reply,
        }
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
            json!({"id": id, "object": "customer", "metadata": {"reference": reference}})
        })
    }

    fn create_card(&self, account: &str, fields: &Fields) -> Result<Value, Reply> {
        let field = |name: &str| fields.get(name).cloned();
        let needed = ["type", "card[exp_month]", "card[exp_year]", "card[cvc]"];
        let number =
            field("card[number]").filter(|_| needed.iter().all(|name| field(name).is_some()));
        let number =
            number.ok_or_else(|| error(400, "invalid_request_error", "parameter_missing"))?;
        let reference = field("metadata[reference]").unwrap_or_default();
        let stated = card();
        Ok(self.made(|made| {
            let id = format!("pm_{}", made.cards.len());
            made.cards.insert(id.clone(), (account.to_owned(), number, reference.clone()));
            json!({"id": id, "object": "payment_method", "customer": null, "card": stated, "metadata": {"reference": reference}})
        }))
    }

    /// Asks the issuer, and attaches the card if it agrees.
    fn confirm_setup(&self, account: &str, fields: &Fields) -> Result<Value, Reply> {
        let missing = || error(404, "invalid_request_error", "resource_missing");
        let card_id = fields.get("payment_method").ok_or_else(missing)?;
        let customer = fields.get("customer").ok_or_else(missing)?;
        let card = self.made(|made| made.cards.get(card_id).cloned());
        let (owner, number, reference) = card.ok_or_else(missing)?;
        let known = self.made(|made| made.customers.get(customer).cloned());
        if known.is_none_or(|(owner, _)| owner != account) {
            return Err(no_such_customer());
        }
        if owner != account || fields.get("confirm").map(String::as_str) != Some("true") {
            return Err(missing());
        }
        let status = match number.as_str() {
            "4111111111111129" => return Err(declined("insufficient_funds")),
            "4130111111111118" => return Err(declined("processing_error")),
            "4125111111111115" => return Err(Reply::Silence),
            "4128111111111112" => {
                return Err(Reply::text(200, "application/json", "{\"id\": \"seti"));
            }
            AUTHENTICATION_REQUIRED => "requires_action",
            _ => "succeeded",
        };
        if status == "succeeded" {
            self.attach(account, customer, card_id, &number, reference);
        }
        if number == "4124111111111116" {
            return Err(Reply::Silence);
        }
        Ok(
            json!({"id": format!("seti_{card_id}"), "object": "setup_intent", "status": status, "payment_method": card_id}),
        )
    }

    fn attach(
        &self,
        account: &str,
        customer: &str,
        card_id: &str,
        number: &str,
        reference: String,
    ) {
        self.tokens.with(|tokens| {
            if tokens.iter().all(|token| token.token != card_id) {
                tokens.push(FakeToken {
                    account: account.to_owned(),
                    customer_key: customer.to_owned(),
                    token: card_id.to_owned(),
                    reference,
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
            return error(404, "invalid_request_error", "resource_missing");
        }
        if self.tokens.kill_where(|token| token.token == card_id) == 0 {
            return error(400, "invalid_request_error", "");
        }
        Reply::json(
            200,
            &json!({"id": card_id, "object": "payment_method", "customer": null}),
        )
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
            None => error(404, "invalid_request_error", "resource_missing"),
            Some((_, _, reference)) => Reply::json(
                200,
                &json!({"id": card_id, "customer": customer, "metadata": {"reference": reference}}),
            ),
        }
    }

    fn cards_of(&self, account: &str, customer: &str) -> Reply {
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
        let data: Vec<Value> = cards
            .iter()
            .map(|token| json!({"id": token.token, "customer": customer, "card": card(), "metadata": {"reference": token.reference}}))
            .collect();
        Reply::json(
            200,
            &json!({"object": "list", "has_more": false, "data": data}),
        )
    }

    fn search_customers(&self, account: &str, query: &str) -> Reply {
        let fields = form::parse(query).unwrap_or_default();
        let wanted = fields.get("query").cloned().unwrap_or_default();
        let data: Vec<Value> = self.made(|made| {
            let matching = made.customers.iter().filter(|(_, (owner, reference))| {
                owner == account && wanted == format!("metadata[\"reference\"]:\"{reference}\"")
            });
            matching.map(|(id, _)| json!({"id": id})).collect()
        });
        Reply::json(
            200,
            &json!({"object": "search_result", "has_more": false, "data": data}),
        )
    }
}

/// What it says about every card, as one its bank has renewed meanwhile.
fn card() -> Value {
    json!({"brand": "mastercard", "country": "TR", "exp_month": 1, "exp_year": 2031, "funding": "credit", "last4": "0008"})
}

fn declined(decline_code: &str) -> Reply {
    let error = json!({
        "type": "card_error", "code": "card_declined", "decline_code": decline_code,
        "message": "the provider's own words",
    });
    Reply::json(402, &json!({"error": error}))
}

fn no_such_customer() -> Reply {
    let error = json!({
        "type": "invalid_request_error", "code": "resource_missing", "param": "customer",
        "message": "the provider's own words",
    });
    Reply::json(400, &json!({"error": error}))
}

fn error(status: u16, kind: &str, code: &str) -> Reply {
    let error = json!({"type": kind, "code": code, "message": "the provider's own words"});
    Reply::json(status, &json!({"error": error}))
}

#[async_trait]
impl Fake for FakeStripe {
    async fn answer(&self, request: Received) -> Reply {
        let key = request
            .header("authorization")
            .strip_prefix("Bearer ")
            .unwrap_or_default();
        let Some(account) = self.secret_keys.iter().find(|known| *known == key) else {
            return error(401, "invalid_request_error", "");
        };
        if request.header("stripe-version").is_empty() {
            return error(400, "invalid_request_error", "");
        }
        if request.method == "POST" && request.header("idempotency-key").is_empty() {
            return error(400, "invalid_request_error", "parameter_missing");
        }
        let segments: Vec<&str> = request.path.split('/').skip(1).collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["v1", "customers" | "payment_methods" | "setup_intents"]) => {
                self.create(account, &request)
            }
            ("POST", ["v1", "setup_intents", id, "cancel"]) => {
                Reply::json(200, &json!({"id": id, "status": "canceled"}))
            }
            ("POST", ["v1", "payment_methods", id, "detach"]) => self.detach(account, id),
            ("GET", ["v1", "payment_methods", id]) => self.card(account, id),
            ("GET", ["v1", "customers"]) => Reply::json(
                200,
                &json!({"object": "list", "has_more": false, "data": []}),
            ),
            ("GET", ["v1", "customers", "search"]) => {
                self.search_customers(account, &request.query)
            }
            ("GET", ["v1", "customers", id, "payment_methods"]) => self.cards_of(account, id),
            _ => error(404, "invalid_request_error", ""),
        }
    }
}
