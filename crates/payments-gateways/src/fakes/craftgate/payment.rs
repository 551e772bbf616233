//! Charging a saved card at Craftgate without 3-D Secure.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use super::super::charge::{Asked, ChargeOutcome, FakeCharge, minor_units};
use super::super::form;
use super::super::ledger::Ledger;
use super::super::reply::Reply;
use super::super::server::Received;
use super::{FakeCraftgate, error};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names of the provider")]
struct Payment {
    price: Number,
    paid_price: Number,
    wallet_price: Number,
    currency: String,
    installment: u32,
    payment_group: String,
    payment_phase: String,
    conversation_id: String,
    #[serde(rename = "externalId")]
    _external_id: Option<String>,
    /// Whether Craftgate may try another POS of the merchant.
    #[serde(rename = "retry")]
    _retry: bool,
    card: SavedCard,
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedCard {
    card_user_key: String,
    card_token: String,
    store_card_after_success_payment: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    name: String,
    price: Number,
    #[serde(rename = "externalId")]
    _external_id: Option<String>,
}

/// The currencies of Craftgate's clients.
const CURRENCIES: [&str; 19] = [
    "AED", "ARS", "AZN", "BHD", "BRL", "CNY", "EGP", "EUR", "GBP", "IQD", "JPY", "KWD", "KZT",
    "MXN", "RON", "RUB", "SAR", "TRY", "USD",
];

/// The sandbox's cards that are stored and whose charge is refused, with code and group.
const REFUSED: [(&str, (&str, &str)); 6] = [
    ("4102090000000000", ("10051", "NOT_SUFFICIENT_FUNDS")),
    ("4102190000000008", ("10005", "DO_NOT_HONOUR")),
    ("4102290000000006", ("10012", "INVALID_TRANSACTION")),
    ("4102390000000004", ("10057", "NOT_PERMITTED_TO_CARDHOLDER")),
    ("4102490000000002", ("10043", "STOLEN_CARD")),
    ("4102990000000001", ("10220", "DECLINED")),
];

/// A payment, and the first request under its idempotency key with its response.
pub(super) struct Answered {
    account: String,
    key: String,
    body: Bytes,
    data: Value,
    reply: Reply,
}

impl Payment {
    /// The amount to charge, if the request is as Craftgate requires it.
    fn charged(&self) -> Option<u64> {
        let minor = |amount: &Number| minor_units(&amount.to_string(), &self.currency);
        let prices = self.items.iter().map(|item| minor(&item.price));
        let total: u64 = prices.collect::<Option<Vec<u64>>>()?.iter().sum();
        let is_valid = minor(&self.price)? == total
            && self.wallet_price.as_f64() == Some(0.0)
            && CURRENCIES.contains(&&*self.currency)
            && (1..=12).contains(&self.installment)
            && self.payment_phase == "AUTH"
            && matches!(
                self.payment_group.as_str(),
                "PRODUCT" | "LISTING_OR_SUBSCRIPTION"
            )
            && self.card.store_card_after_success_payment != Some(true)
            && self.items.iter().all(|item| !item.name.is_empty());
        minor(&self.paid_price).filter(|_| is_valid)
    }
}

impl FakeCraftgate {
    /// The charges, oldest first.
    pub fn charges(&self) -> &Ledger<FakeCharge> {
        &self.charges
    }

    /// Charges once for each idempotency key.
    pub(super) fn pay(&self, account: &str, request: &Received) -> Reply {
        let key = request.header("x-idempotency-key");
        self.answered.with(|answered| {
            let same =
                |one: &&Answered| !key.is_empty() && one.account == account && one.key == key;
            match answered.iter().find(same) {
                Some(first) if first.body == request.body => return first.reply.clone(),
                Some(_) => return error(422, "4000", None),
                None => {}
            }
            let (data, reply) = match self.charge(account, request, answered.len() + 1) {
                Ok(charged) => charged,
                Err(refused) => return refused,
            };
            answered.push(Answered {
                account: account.to_owned(),
                key: key.to_owned(),
                body: request.body.clone(),
                data,
                reply: reply.clone(),
            });
            reply
        })
    }

    /// The payments with a `conversationId`, one page of them.
    pub(super) fn search_payments(&self, account: &str, query: &str) -> Option<Reply> {
        let by = form::parse(query)?;
        let number = |name: &str| by.get(name)?.parse::<usize>().ok();
        let (page, size) = (number("page")?, number("size")?);
        let wanted = by.get("conversationId").filter(|_| by.len() == 3)?;
        let found: Vec<Value> = self.answered.with(|answered| {
            let is_it =
                |one: &&Answered| one.account == account && one.data["conversationId"] == **wanted;
            let found = answered.iter().filter(is_it);
            found.map(|one| one.data.clone()).collect()
        });
        let items: Vec<&Value> = found.iter().skip(page * size).take(size).collect();
        let data = json!({"page": page, "size": size, "totalSize": found.len(), "items": items});
        Some(Reply::json(200, &json!({"data": data})))
    }

    /// The payment and the response; an error if there is no payment.
    fn charge(
        &self,
        account: &str,
        request: &Received,
        id: usize,
    ) -> Result<(Value, Reply), Reply> {
        let refused = || error(422, "4000", None);
        let payment: Payment = request.json().ok_or_else(refused)?;
        let minor_units = payment.charged().ok_or_else(refused)?;
        let card = &payment.card;
        let asked = Asked {
            account: account.to_owned(),
            customer_key: card.card_user_key.clone(),
            token: card.card_token.clone(),
            reference: payment.conversation_id.clone(),
            minor_units,
            currency: payment.currency.clone(),
            installments: payment.installment,
        };
        let token = asked.live_token(&self.tokens);
        let token = token.ok_or_else(|| error(422, "2008", None))?;
        let outcome = ChargeOutcome::of(&token, &REFUSED);
        let charge = asked.under(id.to_string());
        let status = match outcome {
            ChargeOutcome::Paid | ChargeOutcome::Unclear => "SUCCESS",
            ChargeOutcome::Refused(_) => "FAILURE",
            ChargeOutcome::Reviewed => "WAITING",
        };
        let data = made(&charge, &payment, id, status);
        let reply = match outcome {
            ChargeOutcome::Paid | ChargeOutcome::Reviewed => {
                Reply::json(200, &json!({"data": data}))
            }
            ChargeOutcome::Refused((code, group)) => error(422, code, Some(group)),
            ChargeOutcome::Unclear => error(422, "10000", Some("REQUEST_TIMEOUT")),
        };
        if status == "SUCCESS" {
            self.charges.with(|charges| charges.push(charge));
        }
        Ok((data, reply))
    }
}

fn made(charge: &FakeCharge, payment: &Payment, id: usize, status: &str) -> Value {
    json!({
        "id": id, "createdDate": "2026-11-22T12:00:00",
        "price": payment.price, "paidPrice": payment.paid_price, "walletPrice": payment.wallet_price,
        "currency": payment.currency, "installment": payment.installment, "conversationId": payment.conversation_id,
        "paymentStatus": status, "paymentPhase": "AUTH", "paymentGroup": payment.payment_group,
        "paymentType": "CARD_PAYMENT", "isThreeDS": false, "paidWithStoredCard": true,
        "cardUserKey": charge.customer_key, "cardToken": charge.token, "paymentTransactions": [],
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Payment;

    #[test]
    fn a_payment_is_in_a_currency_of_craftgates_clients() {
        for (currency, expected) in [("TRY", Some(2047)), ("RON", Some(2047)), ("SEK", None)] {
            let payment: Payment = serde_json::from_value(json!({
                "price": 19.49, "paidPrice": 20.47, "walletPrice": 0, "currency": currency, "installment": 3,
                "paymentGroup": "PRODUCT", "paymentPhase": "AUTH", "conversationId": "ORD-1-1", "retry": true,
                "card": {"cardUserKey": "k", "cardToken": "t"}, "items": [{"name": "Order", "price": 19.49}],
            }))
            .unwrap();
            assert_eq!(payment.charged(), expected, "{currency}");
        }
    }
}
