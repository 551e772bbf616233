//! Setup intents, and the page where cardholders authenticate.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::super::form;
use super::super::reply::Reply;
use super::super::server::Received;
use super::objects::{payment_method, pretty, setup_intent};
use super::{FakeStripe, Fields, declined, invalid, no_such_customer};

/// The card whose issuer requires its holder to authenticate.
const AUTHENTICATION_REQUIRED: &str = "4000002500003155";

/// The path of the page, up to the id of the setup intent.
pub(super) const PAGE: &str = "/3d_secure_2/hosted/";

/// A setup intent that was confirmed.
#[derive(Clone)]
pub(super) struct Setup {
    account: String,
    customer: String,
    card_id: String,
    number: String,
    reference: String,
    status: &'static str,
    return_url: Option<String>,
    origin: String,
    /// Whether the cardholder failed to authenticate.
    has_failed: bool,
}

impl Setup {
    fn object(&self, id: &str, is_expanded: bool) -> Value {
        let mut object = setup_intent(id, self.status, &self.card_id);
        object["customer"] = self.customer.as_str().into();
        object["client_secret"] = format!("{id}_secret_fake").into();
        object["metadata"] = json!({"reference": self.reference});
        if is_expanded {
            let owner = Some(self.customer.as_str()).filter(|_| self.status == "succeeded");
            object["payment_method"] = payment_method(&self.card_id, owner, Some(&self.reference));
        }
        if self.status == "requires_action" {
            object["next_action"] = match &self.return_url {
                Some(back) => json!({
                    "type": "redirect_to_url",
                    "redirect_to_url": {"url": format!("{}{PAGE}{id}", self.origin), "return_url": back},
                }),
                None => json!({"type": "use_stripe_sdk", "use_stripe_sdk": {}}),
            };
        }
        if self.has_failed {
            object["payment_method"] = Value::Null;
            object["last_setup_error"] = json!({
                "type": "card_error", "code": "setup_intent_authentication_failure",
                "message": "the provider's own words",
            });
        }
        object
    }
}

impl FakeStripe {
    /// The cardholder of the call with this reference authenticates, or fails to; returns whether one was required.
    pub fn authenticate(&self, reference: &str, succeeds: bool) -> bool {
        let waiting = self.setup_of(reference);
        waiting.is_some_and(|id| self.decide(&id, succeeds))
    }

    /// Confirms it with another card, as a holder of the client secret can (the cardholder's browser has it). Returns
    /// whether that was possible.
    pub fn confirm_with_another_card(&self, reference: &str) -> bool {
        let Some(id) = self.setup_of(reference) else {
            return false;
        };
        let confirmed = self.made(|made| {
            let one = made.setups.get_mut(&id)?;
            if !matches!(one.status, "requires_action" | "requires_payment_method") {
                return None;
            }
            one.card_id = format!("pm_another_{}", one.card_id);
            one.has_failed = false;
            one.status = "succeeded";
            let card = (one.account.clone(), one.number.clone(), String::new());
            made.cards.insert(one.card_id.clone(), card);
            Some(one.clone())
        });
        confirmed.is_some_and(|one| {
            self.attach(&one.account, &one.customer, &one.card_id, &one.number, "");
            true
        })
    }

    /// Cancels it by the secret key or the dashboard.
    pub fn cancel_of(&self, reference: &str) {
        if let Some(id) = self.setup_of(reference) {
            self.made(|made| made.setups.get_mut(&id).map(|one| one.status = "canceled"));
        }
    }

    /// The webhook event for the call with this reference, and its `Stripe-Signature`.
    pub fn event(&self, reference: &str, secret: &str, at: i64) -> Option<(String, String)> {
        let id = self.setup_of(reference)?;
        let object = self.made(|made| made.setups.get(&id).map(|one| one.object(&id, false)))?;
        let kind = match object["status"].as_str()? {
            "succeeded" => "setup_intent.succeeded",
            "canceled" => "setup_intent.canceled",
            "requires_action" => "setup_intent.requires_action",
            _ => "setup_intent.setup_failed",
        };
        let event = json!({
            "id": format!("evt_{id}"), "object": "event", "type": kind, "created": at, "livemode": false,
            "data": {"object": object}, "pending_webhooks": 1,
        });
        let body = format!("{event:#}");
        let signature = sign(&body, secret, at)?;
        Some((signature, body))
    }

    fn setup_of(&self, reference: &str) -> Option<String> {
        self.made(|made| {
            let mut setups = made.setups.iter();
            let found = setups.find(|(_, one)| one.reference == reference);
            found.map(|(id, _)| id.clone())
        })
    }

    /// Contacts the issuer, and attaches the card if it agrees.
    pub(super) fn confirm_setup(
        &self,
        account: &str,
        fields: &Fields,
        origin: &str,
    ) -> Result<Value, Reply> {
        let missing = || invalid(404, "resource_missing", "");
        let card_id = fields.get("payment_method").ok_or_else(missing)?;
        let customer = fields.get("customer").ok_or_else(missing)?;
        let card = self.made(|made| made.cards.get(card_id).cloned());
        let (owner, number, reference) = card.ok_or_else(missing)?;
        let known = self.made(|made| made.customers.get(customer).cloned());
        if known.is_none_or(|(owner, _)| owner != account) {
            return Err(no_such_customer());
        }
        let says = |name: &str, value: &str| fields.get(name).is_some_and(|said| said == value);
        if owner != account || !says("confirm", "true") {
            return Err(missing());
        }
        // Some of the methods that an account enables redirect, which needs a return URL.
        let redirects_nowhere = says("allowed_payment_method_types[]", "card")
            || says("automatic_payment_methods[allow_redirects]", "never");
        if !redirects_nowhere && !fields.contains_key("return_url") {
            return Err(invalid(400, "parameter_missing", "return_url"));
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
            self.attach(account, customer, card_id, &number, &reference);
        }
        if number == "4124111111111116" {
            return Err(Reply::Silence);
        }
        let setup = Setup {
            account: account.to_owned(),
            customer: customer.clone(),
            card_id: card_id.clone(),
            number,
            reference,
            status,
            // With the SDK, the page is in the merchant's front end.
            return_url: fields
                .get("return_url")
                .filter(|_| !says("use_stripe_sdk", "true"))
                .cloned(),
            origin: origin.to_owned(),
            has_failed: false,
        };
        let id = format!("seti_{card_id}");
        let answer = setup.object(&id, false);
        self.made(|made| made.setups.insert(id, setup));
        Ok(answer)
    }

    pub(super) fn setup(&self, account: &str, id: &str, asked: &Fields) -> Reply {
        let is_expanded = asked
            .iter()
            .any(|(name, value)| name.starts_with("expand[") && value == "payment_method");
        match self.known_setup(account, id) {
            Some(setup) => pretty(&setup.object(id, is_expanded)),
            None => invalid(404, "resource_missing", "intent"),
        }
    }

    /// One that has succeeded or is cancelled cannot be cancelled.
    pub(super) fn cancel_setup(&self, account: &str, id: &str) -> Reply {
        let Some(mut setup) = self.known_setup(account, id) else {
            return invalid(404, "resource_missing", "intent");
        };
        if matches!(setup.status, "succeeded" | "canceled") {
            return invalid(400, "setup_intent_unexpected_state", "");
        }
        setup.status = "canceled";
        self.made(|made| made.setups.insert(id.to_owned(), setup.clone()));
        pretty(&setup.object(id, false))
    }

    fn known_setup(&self, account: &str, id: &str) -> Option<Setup> {
        let known = self.made(|made| made.setups.get(id).cloned());
        known.filter(|setup| setup.account == account)
    }

    /// Whether the setup intent waited for its cardholder.
    fn decide(&self, id: &str, succeeds: bool) -> bool {
        let waiting = self.made(|made| {
            let one = made.setups.get_mut(id)?;
            if one.status != "requires_action" {
                return None;
            }
            one.has_failed = !succeeds;
            one.status = if succeeds {
                "succeeded"
            } else {
                "requires_payment_method"
            };
            Some(one.clone())
        });
        let Some(one) = waiting else {
            return false;
        };
        if succeeds {
            self.attach(
                &one.account,
                &one.customer,
                &one.card_id,
                &one.number,
                &one.reference,
            );
        }
        true
    }

    /// A cardholder's page and its buttons, which return to the merchant with a result that the merchant must not trust.
    pub(super) fn page(&self, id: &str, request: &Received) -> Reply {
        let back = self.made(|made| made.setups.get(id)?.return_url.clone());
        let Some(back) = back else {
            return Reply::text(404, "text/plain", "There is no action here.");
        };
        if request.method != "POST" {
            return Reply::text(200, "text/html; charset=utf-8", HTML);
        }
        let outcome = form::fields(request).and_then(|fields| fields.get("outcome").cloned());
        let succeeds = outcome.as_deref() == Some("approve");
        self.decide(id, succeeds);
        let said = if succeeds { "succeeded" } else { "failed" };
        let separator = if back.contains('?') { '&' } else { '?' };
        Reply::Redirect(format!(
            "{back}{separator}setup_intent={id}&setup_intent_client_secret={id}_secret_fake&redirect_status={said}"
        ))
    }
}

const HTML: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>3D Secure</title></head>
<body><main><h1>Your bank asks: is it you?</h1>
<form method="post"><button name="outcome" value="approve">Approve</button>
<button name="outcome" value="decline">Decline</button></form></main></body></html>
"#;

/// As Stripe signs what it posts: `t=…,v1=…`.
fn sign(body: &str, secret: &str, at: i64) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(format!("{at}.{body}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    Some(format!("t={at},v1={signature}"))
}
