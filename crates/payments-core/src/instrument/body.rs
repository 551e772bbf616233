//! Reads the body of a request for an instrument.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use crate::id::CustomerId;
use crate::json::{self, Json, Object, Problem, Reader, Violations, field};
use crate::order::OrderReference;

/// The body of a request for an instrument. Without a quote it names the customer.
#[derive(Clone, PartialEq, Eq)]
pub struct InstrumentBody {
    /// The order that the card is charged for.
    pub order: OrderReference,
    /// The text of a quote, not verified.
    pub quote: Option<String>,
    /// The customer who must own the card; always present without a quote.
    pub customer: Option<CustomerId>,
}

impl InstrumentBody {
    /// Reads JSON.
    ///
    /// # Errors
    /// Every mistake, with its pointer and without the value.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Violations> {
        let mut reader = Reader::default();
        let read = json::parse(bytes, &mut reader).and_then(|json| read(&mut reader, &json));
        reader.finish(read)
    }
}

fn read(reader: &mut Reader, json: &Json<'_>) -> Option<InstrumentBody> {
    let mut object = Object::of(reader, json)?;
    let order = object.required(reader, "order", order);
    let quote = object.nullable(reader, "quote", quote);
    let customer = object.nullable(reader, "customer", field::pk);
    object.finish(reader);
    if (&quote, &customer) == (&Some(None), &Some(None)) {
        return reader.at("customer", |reader| reader.problem(Problem::Required));
    }
    Some(InstrumentBody {
        order: order?,
        quote: quote?,
        customer: customer?,
    })
}

fn order(reader: &mut Reader, json: &Json<'_>) -> Option<OrderReference> {
    field::text(OrderReference::EXPECTED, |text| {
        OrderReference::parse(text).ok()
    })(reader, json)
}

fn quote(reader: &mut Reader, json: &Json<'_>) -> Option<String> {
    field::text("the text of a quote", |text| Some(text.to_owned()))(reader, json)
}

impl fmt::Debug for InstrumentBody {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("InstrumentBody")
            .field("order", &self.order)
            .field("customer", &self.customer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::InstrumentBody;

    fn mistakes(json: &str) -> Vec<String> {
        let violations = InstrumentBody::from_json(json.as_bytes()).unwrap_err();
        violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_body_names_the_order_and_a_quote_or_the_customer() {
        let read = |json: &str| InstrumentBody::from_json(json.as_bytes()).unwrap();
        let body = read(r#"{"order": "ORD-1", "customer": 7}"#);
        assert_eq!(body.order.as_str(), "ORD-1");
        assert_eq!((body.quote, body.customer.unwrap().get()), (None, 7));
        let body = read(r#"{"order": "ORD-1", "quote": "a.b.c", "customer": null}"#);
        assert_eq!(body.quote.as_deref(), Some("a.b.c"));
        assert_eq!(body.customer, None);
    }

    #[test]
    fn every_mistake_is_reported_and_no_value_is_repeated() {
        let wrong =
            r#"{"order": "5528790000000008", "quote": 4444, "customer": "4444", "card": 4444}"#;
        let found = mistakes(wrong);
        let pointers: Vec<&str> = found
            .iter()
            .filter_map(|one| one.split_once(": ").map(|(pointer, _)| pointer))
            .collect();
        assert_eq!(pointers, ["/order", "/quote", "/customer", "/card"]);
        assert!(!found.concat().contains("5528") && !found.concat().contains("4444"));
        let long = format!(r#"{{"order": "{}", "customer": 1}}"#, "x".repeat(5_000));
        assert_eq!(mistakes(&long).len(), 1);
        assert!(!mistakes(&long).concat().contains("xxx"));
        assert_eq!(
            mistakes("{}"),
            ["/order: this is required", "/customer: this is required"]
        );
        assert_eq!(mistakes("[]").len(), 1);
        assert_eq!(mistakes("{").len(), 1);
        assert_eq!(
            mistakes(r#"{"order": "a", "order": "b", "customer": 1}"#).len(),
            1
        );
    }
}
