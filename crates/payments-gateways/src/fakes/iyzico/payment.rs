//! Charging a saved card at iyzico without 3-D Secure, and looking for a payment.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::charge::{Asked, ChargeOutcome, FakeCharge, minor_units};
use super::super::ledger::Ledger;
use super::super::reply::Reply;
use super::super::server::Received;
use super::{FakeIyzico, failure, is_locale};

/// The installment counts that iyzico takes.
const INSTALLMENTS: [u32; 6] = [1, 2, 3, 6, 9, 12];

/// The currencies of iyzico's clients.
const CURRENCIES: [&str; 8] = ["CHF", "EUR", "GBP", "IRR", "NOK", "RUB", "TRY", "USD"];

/// The sandbox's cards whose charge is refused, with the code. Those of [`crate::sandbox`] are refused when they are
/// stored.
const REFUSED: [(&str, &str); 2] = [("4129111111111111", "10005"), ("4121111111111119", "10034")];

/// A payment that was requested, whatever became of it.
#[derive(Clone)]
pub(super) struct Requested {
    charge: FakeCharge,
    status: &'static str,
    fraud_status: i8,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names of the provider")]
struct Payment {
    locale: String,
    conversation_id: String,
    price: String,
    paid_price: String,
    currency: String,
    installment: u32,
    basket_id: String,
    payment_channel: String,
    payment_group: String,
    payment_card: SavedCard,
    buyer: Buyer,
    shipping_address: Option<Address>,
    billing_address: Address,
    basket_items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedCard {
    card_user_key: String,
    card_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Buyer {
    id: String,
    name: String,
    surname: String,
    identity_number: String,
    email: String,
    registration_address: String,
    city: String,
    country: String,
    ip: String,
    #[serde(rename = "gsmNumber")]
    _gsm_number: Option<String>,
    #[serde(rename = "zipCode")]
    _zip_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names of the provider")]
struct Address {
    contact_name: String,
    city: String,
    country: String,
    address: String,
    #[serde(rename = "zipCode")]
    _zip_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names of the provider")]
struct Item {
    id: String,
    name: String,
    category1: String,
    #[serde(rename = "category2")]
    _category2: Option<String>,
    item_type: String,
    price: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Detail {
    locale: String,
    conversation_id: String,
    payment_id: Option<String>,
    payment_conversation_id: Option<String>,
}

impl Buyer {
    fn is_complete(&self) -> bool {
        let needed = [
            &self.id,
            &self.name,
            &self.surname,
            &self.identity_number,
            &self.email,
            &self.registration_address,
            &self.city,
            &self.country,
            &self.ip,
        ];
        needed.iter().all(|text| !text.is_empty())
    }
}

impl Address {
    fn is_complete(&self) -> bool {
        let needed = [&self.contact_name, &self.city, &self.country, &self.address];
        needed.iter().all(|text| !text.is_empty())
    }
}

impl Item {
    fn is_complete(&self) -> bool {
        let is_named = [&self.id, &self.name, &self.category1]
            .iter()
            .all(|text| !text.is_empty());
        is_named && matches!(self.item_type.as_str(), "PHYSICAL" | "VIRTUAL")
    }
}

impl Payment {
    /// The amount to charge, if the request is as iyzico requires it.
    fn charged(&self) -> Option<u64> {
        let price = minor_units(&self.price, &self.currency)?;
        let prices = self.basket_items.iter();
        let prices = prices.map(|item| minor_units(&item.price, &self.currency));
        let total: u64 = prices.collect::<Option<Vec<u64>>>()?.iter().sum();
        let ships = self
            .basket_items
            .iter()
            .any(|item| item.item_type == "PHYSICAL");
        let is_valid = is_locale(&self.locale)
            && total == price
            && CURRENCIES.contains(&&*self.currency)
            && INSTALLMENTS.contains(&self.installment)
            && !self.basket_id.is_empty()
            && self.payment_channel == "WEB"
            && matches!(self.payment_group.as_str(), "PRODUCT" | "LISTING")
            && self.buyer.is_complete()
            && self.billing_address.is_complete()
            && self
                .shipping_address
                .as_ref()
                .map_or(!ships, Address::is_complete)
            && self.basket_items.iter().all(Item::is_complete);
        minor_units(&self.paid_price, &self.currency).filter(|_| is_valid)
    }
}

impl FakeIyzico {
    /// The charges, oldest first.
    pub fn charges(&self) -> &Ledger<FakeCharge> {
        &self.charges
    }

    pub(super) fn pay(&self, account: &str, request: &Received) -> Reply {
        let Some(payment) = request.json::<Payment>() else {
            return failure("11", "");
        };
        let Some(minor_units) = payment.charged() else {
            return failure("11", &payment.conversation_id);
        };
        let card = &payment.payment_card;
        if !self.knows(account, &card.card_user_key) {
            return failure("3005", &payment.conversation_id);
        }
        let asked = Asked {
            account: account.to_owned(),
            customer_key: card.card_user_key.clone(),
            token: card.card_token.clone(),
            reference: payment.conversation_id.clone(),
            minor_units,
            currency: payment.currency.clone(),
            installments: payment.installment,
        };
        let Some(token) = asked.live_token(&self.tokens) else {
            return failure("3006", &payment.conversation_id);
        };
        let outcome = ChargeOutcome::of(&token, &REFUSED);
        let requested = self.record(asked, outcome);
        match outcome {
            ChargeOutcome::Refused(code) => failure(code, &payment.conversation_id),
            ChargeOutcome::Unclear => failure("100001", &payment.conversation_id),
            ChargeOutcome::Paid | ChargeOutcome::Reviewed => {
                let mut made = made(&requested, &payment.locale, &payment.conversation_id);
                made["price"] = payment.price.into();
                made["paidPrice"] = payment.paid_price.into();
                Reply::json(200, &made)
            }
        }
    }

    /// Records a payment, and the charge if it is paid.
    fn record(&self, asked: Asked, outcome: ChargeOutcome<&str>) -> Requested {
        self.payments.with(|payments| {
            let charge = asked.under((25_168_803 + payments.len()).to_string());
            let (status, fraud_status) = match outcome {
                ChargeOutcome::Paid | ChargeOutcome::Unclear => ("SUCCESS", 1),
                ChargeOutcome::Refused(_) => ("FAILURE", 0),
                ChargeOutcome::Reviewed => ("SUCCESS", 0),
            };
            if fraud_status == 1 {
                self.charges.with(|charges| charges.push(charge.clone()));
            }
            let requested = Requested {
                charge,
                status,
                fraud_status,
            };
            payments.push(requested.clone());
            requested
        })
    }

    /// The newest payment with a reference.
    pub(super) fn find_payment(&self, account: &str, request: &Received) -> Reply {
        let Some(detail) = request.json::<Detail>() else {
            return failure("11", "");
        };
        let has_name = detail.payment_id.is_some() || detail.payment_conversation_id.is_some();
        if !has_name || !is_locale(&detail.locale) {
            return failure("11", &detail.conversation_id);
        }
        let is_it = |one: &&Requested| {
            let charge = &one.charge;
            let asked = |asked: &Option<String>, it: &String| {
                asked.as_ref().is_none_or(|asked| asked == it)
            };
            charge.account == account
                && asked(&detail.payment_id, &charge.id)
                && asked(&detail.payment_conversation_id, &charge.reference)
        };
        match self.payments.all().iter().rev().find(is_it) {
            Some(one) => Reply::json(200, &made(one, &detail.locale, &detail.conversation_id)),
            None => failure(NO_SUCH_PAYMENT, &detail.conversation_id),
        }
    }
}

/// Not verified; any code that is neither a system error nor about the request or the account.
const NO_SUCH_PAYMENT: &str = "5115";

fn made(requested: &Requested, locale: &str, conversation_id: &str) -> Value {
    let Requested {
        charge,
        status,
        fraud_status,
    } = requested;
    json!({
        "status": "success", "locale": locale, "systemTime": 1_795_348_800_000_u64,
        "conversationId": conversation_id, "paymentId": charge.id, "paymentStatus": status,
        "fraudStatus": fraud_status, "currency": charge.currency, "installment": charge.installments, "phase": "AUTH",
        "cardUserKey": charge.customer_key, "cardToken": charge.token,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Payment;

    #[test]
    fn a_payment_is_in_a_currency_of_iyzicos_clients() {
        let address = json!({"contactName": "A B", "city": "c", "country": "t", "address": "a"});
        let buyer = json!({
            "id": "7", "name": "A", "surname": "B", "identityNumber": "1", "email": "a@example.com",
            "registrationAddress": "a", "city": "c", "country": "t", "ip": "192.0.2.1",
        });
        let item = json!({
            "id": "1", "name": "Order", "category1": "Order", "itemType": "PHYSICAL", "price": "19.49",
        });
        for (currency, expected) in [("TRY", Some(2047)), ("CHF", Some(2047)), ("SEK", None)] {
            let payment: Payment = serde_json::from_value(json!({
                "locale": "tr", "conversationId": "ORD-1-1", "price": "19.49", "paidPrice": "20.47",
                "currency": currency, "installment": 3, "basketId": "1", "paymentChannel": "WEB",
                "paymentGroup": "PRODUCT", "paymentCard": {"cardUserKey": "k", "cardToken": "t"}, "buyer": buyer,
                "shippingAddress": address, "billingAddress": address, "basketItems": [item],
            }))
            .unwrap();
            assert_eq!(payment.charged(), expected, "{currency}");
        }
    }
}
