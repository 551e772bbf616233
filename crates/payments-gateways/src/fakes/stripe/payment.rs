//! Charging a saved card at Stripe while its holder is absent: a payment intent that is confirmed at once.

use serde_json::{Value, json};

use super::super::charge::{Asked, ChargeOutcome, FakeCharge};
use super::super::ledger::Ledger;
use super::super::reply::Reply;
use super::objects::page;
use super::{FakeStripe, Fields, declined, invalid, no_such_customer};

/// The smallest amount that Stripe charges in most currencies, in minor units.
const MIN_CHARGE: u64 = 50;

/// The documented card that can be attached and whose charge is declined.
const DECLINED: [(&str, &str); 1] = [("4000000000000341", "generic_decline")];

const INSTALLMENTS: &str = "payment_method_options[card][installments]";

impl FakeStripe {
    /// The charges, oldest first.
    pub fn charges(&self) -> &Ledger<FakeCharge> {
        &self.charges
    }

    pub(super) fn pay(&self, account: &str, fields: &Fields) -> Result<Value, Reply> {
        let needed = |name: &str| {
            let missing = || invalid(400, "parameter_missing", name);
            fields.get(name).cloned().ok_or_else(missing)
        };
        let amount = needed("amount")?;
        let amount: Option<u64> = amount.parse().ok();
        let minor_units =
            amount.ok_or_else(|| invalid(400, "parameter_invalid_integer", "amount"))?;
        if minor_units < MIN_CHARGE {
            return Err(invalid(400, "amount_too_small", "amount"));
        }
        let currency = needed("currency")?;
        let is_currency =
            currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_currency {
            return Err(invalid(400, "", "currency"));
        }
        confirmed_at_once(fields)?;
        let customer_key = needed("customer")?;
        let token = needed("payment_method")?;
        let known = self.made(|made| made.customers.get(&customer_key).cloned());
        if known.is_none_or(|(owner, _)| owner != account) {
            return Err(no_such_customer());
        }
        let asked = Asked {
            account: account.to_owned(),
            customer_key,
            token,
            reference: fields.get("metadata[order]").cloned().unwrap_or_default(),
            minor_units,
            currency: currency.to_ascii_uppercase(),
            installments: installments(fields)?,
        };
        let missing = || invalid(400, "resource_missing", "payment_method");
        let token = asked.live_token(&self.tokens).ok_or_else(missing)?;
        let outcome = ChargeOutcome::of(&token, &DECLINED);
        let intent = self.record(asked, outcome);
        match outcome {
            ChargeOutcome::Paid | ChargeOutcome::Reviewed => Ok(intent),
            ChargeOutcome::Refused(decline_code) => Err(declined(decline_code)),
            ChargeOutcome::Unclear => {
                Err(Reply::json(500, &json!({"error": {"type": "api_error"}})))
            }
        }
    }

    /// Records a payment intent, and the charge if it succeeds.
    fn record(&self, asked: Asked, outcome: ChargeOutcome<&str>) -> Value {
        self.intents.with(|intents| {
            let charge = asked.under(format!("pi_{}", intents.len()));
            let status = match outcome {
                ChargeOutcome::Paid | ChargeOutcome::Unclear => "succeeded",
                ChargeOutcome::Refused(_) => "requires_payment_method",
                ChargeOutcome::Reviewed => "processing",
            };
            let intent = payment_intent(&charge, status);
            intents.push((charge.clone(), intent.clone()));
            if status == "succeeded" {
                self.charges.with(|charges| charges.push(charge));
            }
            intent
        })
    }

    /// The payment intents of an account that were created within these bounds, newest first.
    pub(super) fn payments(&self, account: &str, asked: &Fields) -> Reply {
        let bound = |name: &str| asked.get(name).and_then(|bound| bound.parse().ok());
        let from: u64 = bound("created[gte]").unwrap_or(0);
        let to: u64 = bound("created[lte]").unwrap_or(u64::MAX);
        let is_it = |(one, _): &(FakeCharge, Value)| {
            one.account == account && (from..=to).contains(&one.created)
        };
        let found = self.intents.all().into_iter().rev().filter(is_it);
        let found: Vec<Value> = found.map(|(_, intent)| intent).collect();
        page("/v1/payment_intents", &found, asked)
    }
}

/// Without its holder a card cannot be redirected anywhere.
fn confirmed_at_once(fields: &Fields) -> Result<(), Reply> {
    let says = |name: &str, value: &str| fields.get(name).is_some_and(|said| said == value);
    if !says("confirm", "true") {
        return Err(invalid(400, "parameter_missing", "confirm"));
    }
    if !says("off_session", "true") {
        return Err(invalid(400, "parameter_missing", "off_session"));
    }
    // Clients write a list with or without its indices.
    let redirects_nowhere = says("allowed_payment_method_types[]", "card")
        || says("allowed_payment_method_types[0]", "card")
        || says("automatic_payment_methods[allow_redirects]", "never");
    if !redirects_nowhere && !fields.contains_key("return_url") {
        return Err(invalid(400, "parameter_missing", "return_url"));
    }
    Ok(())
}

/// The number of installments; 1 without a plan.
fn installments(fields: &Fields) -> Result<u32, Reply> {
    let of_plan = |key: &str| fields.get(&format!("{INSTALLMENTS}[plan][{key}]"));
    let Some(count) = of_plan("count") else {
        return Ok(1);
    };
    let is_fixed = of_plan("type").is_some_and(|kind| kind == "fixed_count")
        && of_plan("interval").is_some_and(|interval| interval == "month");
    let count = count.parse().ok().filter(|count| *count > 1 && is_fixed);
    count.ok_or_else(|| invalid(400, "", INSTALLMENTS))
}

fn payment_intent(charge: &FakeCharge, status: &str) -> Value {
    let received = if status == "succeeded" {
        charge.minor_units
    } else {
        0
    };
    json!({
        "id": charge.id, "object": "payment_intent", "amount": charge.minor_units,
        "amount_received": received, "created": charge.created, "currency": charge.currency.to_ascii_lowercase(),
        "customer": charge.customer_key, "payment_method": charge.token, "status": status, "livemode": false,
        "latest_charge": format!("ch_{}", charge.id), "metadata": {"order": charge.reference}, "next_action": null,
        "last_payment_error": null, "capture_method": "automatic", "confirmation_method": "automatic",
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::HeaderMap;
    use serde_json::Value;

    use super::super::super::reply::Reply;
    use super::super::super::server::{Fake as _, Received};
    use super::super::{FakeStripe, parameters};

    const KEY: &str = "sk_test";

    async fn charge(fake: &FakeStripe, amount: &str) -> (u16, Value) {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", format!("Bearer {KEY}")),
            ("stripe-version", parameters::api_version().to_owned()),
            ("idempotency-key", "ORD-1-1".to_owned()),
            (
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let body = format!(
            "{amount}currency=try&customer=cus_0&payment_method=pm_0&confirm=true&off_session=true\
             &allowed_payment_method_types[]=card&metadata[order]=ORD-1-1"
        );
        let request = Received {
            method: "POST".to_owned(),
            path: "/v1/payment_intents".to_owned(),
            query: String::new(),
            headers,
            body: Bytes::from(body),
            origin: String::new(),
        };
        let Reply::Body { status, body, .. } = fake.answer(request).await else {
            panic!("no response");
        };
        (status, serde_json::from_slice(&body).unwrap())
    }

    fn fake_with_card(number: &str) -> std::sync::Arc<FakeStripe> {
        let fake = FakeStripe::with_secret_keys(&[KEY]);
        let customer = (KEY.to_owned(), String::new());
        fake.made(|made| made.customers.insert("cus_0".to_owned(), customer));
        fake.attach(KEY, "cus_0", "pm_0", number, "");
        fake
    }

    #[tokio::test]
    async fn a_decline_is_replayed_under_its_idempotency_key_and_an_invalid_request_is_not() {
        let fake = fake_with_card("4000000000000341");
        assert_eq!(charge(&fake, "").await.0, 400);
        let declined = charge(&fake, "amount=2047&").await;
        assert_eq!(declined.0, 402, "{declined:?}");
        assert_eq!(charge(&fake, "amount=2047&").await, declined);
        let statuses: Vec<_> = fake.intents.all();
        let statuses: Vec<_> = statuses.iter().map(|(_, made)| &made["status"]).collect();
        assert_eq!(statuses, ["requires_payment_method"]);
        assert!(fake.charges().all().is_empty());
    }

    #[tokio::test]
    async fn a_charge_is_executed_once_under_its_idempotency_key() {
        let fake = fake_with_card("4242424242424242");
        let paid = charge(&fake, "amount=2047&").await;
        assert_eq!((paid.0, &paid.1["status"]), (200, &"succeeded".into()));
        assert_eq!(charge(&fake, "amount=2047&").await, paid);
        assert_eq!(
            charge(&fake, "amount=2048&").await.1["error"]["type"],
            "idempotency_error"
        );
        assert_eq!(fake.charges().all().len(), 1);
    }
}
