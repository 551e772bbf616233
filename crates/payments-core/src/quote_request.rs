//! Reads the requests of the management API about quotes.

use alloc::string::String;
use core::fmt;

use crate::catalog::{InstallmentCount, LeadingDigits};
use crate::id::{BasketId, CardId, CustomerId, SavedCardId};
use crate::json::{self, Json, Object, Reader, Violations, field};
use crate::purchase::{Buyer, Context, PurchaseKey};
use crate::session::SessionId;

/// The body of a request for a quote.
#[derive(Clone, Debug)]
pub struct QuoteRequest {
    /// The purchase to quote.
    pub purchase: PurchaseReference,
    /// The plan to quote.
    pub choice: RequestedPlan,
}

/// Names a purchase.
#[derive(Clone)]
pub enum PurchaseReference {
    /// The basket or pre-order of a session.
    OfSession(SessionId, Context),
    /// A basket or pre-order by its key.
    Keyed(PurchaseKey, Buyer),
}

/// Names a plan: a count of installments on a card, which is known by its key, by the customer's card, or by both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestedPlan {
    /// The card of the catalog. Always present without `customers_card`.
    pub card: Option<CardId>,
    /// What is known of the customer's card.
    pub customers_card: Option<CustomersCard>,
    /// The number of installments.
    pub installment_count: InstallmentCount,
}

/// What is known of the customer's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomersCard {
    /// Its first digits.
    Digits(LeadingDigits),
    /// It is saved.
    Saved(SavedCardId),
}

impl QuoteRequest {
    /// Reads JSON.
    ///
    /// # Errors
    /// Every mistake, with its pointer and without the value.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Violations> {
        let mut reader = Reader::default();
        let read = json::parse(bytes, &mut reader).and_then(|json| request(&mut reader, &json));
        reader.finish(read)
    }
}

fn request(reader: &mut Reader, json: &Json<'_>) -> Option<QuoteRequest> {
    let mut object = Object::of(reader, json)?;
    let context = object.required(reader, "context", context);
    let session = object.nullable(reader, "session", session);
    let pk = object.nullable(reader, "pk", key);
    let customer = object.nullable(reader, "customer", field::pk::<CustomerId>);
    let choice = object.required(reader, "choice", plan);
    object.finish(reader);
    if matches!(session, Some(Some(_))) {
        for (key, is_given) in [
            ("pk", matches!(pk, Some(Some(_)))),
            ("customer", matches!(customer, Some(Some(_)))),
        ] {
            if is_given {
                reader.at(key, |reader| reader.invalid::<()>(WITH_SESSION));
            }
        }
    } else if matches!((&session, &pk), (Some(None), Some(None))) {
        reader.at("pk", |reader| {
            reader.invalid::<()>("give this or a session")
        });
    }
    let purchase = match (session?, pk?) {
        (Some(session), _) => PurchaseReference::OfSession(session, context?),
        (None, Some(pk)) => {
            let buyer = customer?.map_or(Buyer::Owner, Buyer::Customer);
            PurchaseReference::Keyed(PurchaseKey::new(context?, pk).ok()?, buyer)
        }
        // Reported above.
        (None, None) => return None,
    };
    Some(QuoteRequest {
        purchase,
        choice: choice?,
    })
}

const WITH_SESSION: &str = "a session is given: it names the purchase and the customer";

fn plan(reader: &mut Reader, json: &Json<'_>) -> Option<RequestedPlan> {
    let mut object = Object::of(reader, json)?;
    let card = object.nullable(reader, "card", field::pk);
    let bin = object.nullable(reader, "bin", digits);
    let saved_card = object.nullable(reader, "saved_card", field::pk);
    let installment_count = object.required(reader, "installment_count", InstallmentCount::read);
    object.finish(reader);
    let customers_card = match (bin?, saved_card?) {
        (Some(_), Some(_)) => {
            return reader.at("saved_card", |reader| {
                reader.invalid("give a bin or a saved card, not both")
            });
        }
        (Some(digits), None) => Some(CustomersCard::Digits(digits)),
        (None, Some(saved_card)) => Some(CustomersCard::Saved(saved_card)),
        (None, None) => None,
    };
    let card = card?;
    if card.is_none() && customers_card.is_none() {
        return reader.at("card", |reader| {
            reader.invalid("give this, a bin or a saved card")
        });
    }
    Some(RequestedPlan {
        card,
        customers_card,
        installment_count: installment_count?,
    })
}

/// A key, before its context says of what.
fn key(reader: &mut Reader, json: &Json<'_>) -> Option<i64> {
    field::pk::<BasketId>(reader, json).map(BasketId::get)
}

fn context(reader: &mut Reader, json: &Json<'_>) -> Option<Context> {
    field::text("basket or pre-order", |word| {
        Context::from_word(word).filter(|context| *context != Context::Product)
    })(reader, json)
}

fn session(reader: &mut Reader, json: &Json<'_>) -> Option<SessionId> {
    field::text("22 to 128 letters, digits and underscores", |text| {
        SessionId::parse(text).ok()
    })(reader, json)
}

fn digits(reader: &mut Reader, json: &Json<'_>) -> Option<LeadingDigits> {
    field::text("the first 6 to 8 digits of a card number", |text| {
        LeadingDigits::parse(text).ok()
    })(reader, json)
}

/// Without the session.
impl fmt::Debug for PurchaseReference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfSession(_, context) => write!(out, "OfSession(…, {context:?})"),
            Self::Keyed(key, buyer) => write!(out, "Keyed({key:?}, {buyer:?})"),
        }
    }
}

/// Reads the body of a request to verify a quote, which has nothing but its text.
///
/// # Errors
/// Every mistake, with its pointer and without the value.
pub fn quote_to_verify(bytes: &[u8]) -> Result<String, Violations> {
    let mut reader = Reader::default();
    let read = json::parse(bytes, &mut reader).and_then(|json| {
        let mut object = Object::of(&mut reader, &json)?;
        let text = field::text("the text of a quote", |text| Some(text.into()));
        let quote = object.required(&mut reader, "quote", text);
        object.finish(&mut reader);
        quote
    });
    reader.finish(read)
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;

    const SESSION: &str = "customer_session_0000000000000001";

    fn pointers(json: &str) -> Vec<String> {
        let found = QuoteRequest::from_json(json.as_bytes()).unwrap_err();
        found.iter().map(|one| one.pointer.clone()).collect()
    }

    #[test]
    fn a_purchase_is_named_by_a_session_or_by_its_key() {
        let read = |json: &str| QuoteRequest::from_json(json.as_bytes()).unwrap();
        let plan = r#""choice": {"card": 1, "installment_count": 3}"#;
        let by_session = read(&format!(
            r#"{{"session": "{SESSION}", "context": "basket", {plan}}}"#
        ));
        assert!(matches!(
            by_session.purchase,
            PurchaseReference::OfSession(_, Context::Basket)
        ));
        assert!(!format!("{by_session:?}").contains(SESSION));
        let by_key = read(&format!(
            r#"{{"context": "pre-order", "pk": 4, "customer": 7, {plan}}}"#
        ));
        let PurchaseReference::Keyed(key, Buyer::Customer(customer)) = by_key.purchase else {
            panic!("a pre-order of a customer")
        };
        assert_eq!((key.context(), key.pk()), (Context::PreOrder, 4));
        assert_eq!(customer.get(), 7);
    }

    #[test]
    fn a_plan_is_named_by_the_card_the_digits_or_the_saved_card() {
        let read = |choice: &str| {
            let json = format!(r#"{{"context": "basket", "pk": 4, "choice": {choice}}}"#);
            QuoteRequest::from_json(json.as_bytes()).map(|request| request.choice)
        };
        let by_digits = read(r#"{"bin": "55287900", "installment_count": 3}"#).unwrap();
        assert!(matches!(
            by_digits.customers_card,
            Some(CustomersCard::Digits(_))
        ));
        let by_both = read(r#"{"saved_card": 12, "card": 1, "installment_count": 3}"#).unwrap();
        assert_eq!(by_both.card.unwrap().get(), 1);
        assert!(matches!(
            by_both.customers_card,
            Some(CustomersCard::Saved(_))
        ));
        for wrong in [
            r#"{"installment_count": 3}"#,
            r#"{"card": 1}"#,
            r#"{"card": 0, "installment_count": 3}"#,
            r#"{"card": 1, "installment_count": 0}"#,
            r#"{"card": 1, "installment_count": 3, "x": 1}"#,
            r#"{"bin": "552879000", "installment_count": 3}"#,
            r#"{"bin": 552879, "installment_count": 3}"#,
            r#"{"bin": "552879", "saved_card": 1, "installment_count": 3}"#,
            "null",
            "[]",
        ] {
            let found = read(wrong).unwrap_err().to_string();
            assert!(!found.contains("5528"), "{found}");
        }
    }

    #[test]
    fn every_mistake_is_reported_with_its_pointer_and_without_its_value() {
        for (json, expected) in [
            ("{}", &["/context", "/choice", "/pk"][..]),
            (
                r#"{"context": "product", "pk": "4", "customer": 0, "choice": {}, "phone": "5551234567"}"#,
                &[
                    "/context",
                    "/pk",
                    "/customer",
                    "/choice/installment_count",
                    "/choice/card",
                    "/phone",
                ],
            ),
            (
                r#"{"context": "basket", "session": "customer_session_0000000000000001", "pk": 4, "customer": 7,
                    "choice": {"card": 1, "installment_count": 3}}"#,
                &["/pk", "/customer"],
            ),
            (
                r#"{"context": "basket", "session": "too short", "choice": {"card": 1, "installment_count": 3}}"#,
                &["/session"],
            ),
            (r#"{"context": "basket", "context": "basket""#, &[""]),
        ] {
            let mut found = pointers(json);
            let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{json}");
        }
    }
}
