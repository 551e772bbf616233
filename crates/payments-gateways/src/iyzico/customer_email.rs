//! The e-mail address a customer is registered with.

use payments_core::id::CustomerId;

use crate::config::ConfigError;

const PLACE_OF_THE_NUMBER: &str = "{customer}";
const DEFAULT: &str = "customer-{customer}@example.com";
/// The maximum length of an address (RFC 5321), and of the part before the `@`.
const LONGEST: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
/// The maximum number of digits of a customer's number.
const LONGEST_NUMBER: &str = "9223372036854775807";

/// An address with `{customer}` in the place of the customer's number.
pub(super) struct CustomerEmail(String);

impl CustomerEmail {
    /// Accepts a template that gives a valid address for every number. iyzico would refuse others only at a customer's first card.
    pub(super) fn of(text: Option<&str>) -> Result<Self, ConfigError> {
        let text = text.unwrap_or(DEFAULT);
        if is_address(&text.replace(PLACE_OF_THE_NUMBER, LONGEST_NUMBER)) {
            Ok(Self(text.to_owned()))
        } else {
            let problem = "no e-mail address such as customer-{customer}@example.com";
            Err(ConfigError::new("customer_email", problem))
        }
    }

    pub(super) fn of_customer(&self, customer: CustomerId) -> String {
        self.0.replace(PLACE_OF_THE_NUMBER, &customer.to_string())
    }
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_atom = |atom: &str| {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
        !atom.is_empty() && atom.bytes().all(allowed)
    };
    let is_label = |label: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_framed = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len()) && label.bytes().all(allowed) && !is_framed
    };
    text.len() <= LONGEST
        && local.len() <= LONGEST_LOCAL_PART
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use payments_core::id::CustomerId;

    use super::CustomerEmail;

    #[test]
    fn the_number_of_the_customer_is_put_into_the_address() {
        let seven = CustomerId::new(7).unwrap();
        for (text, expected) in [
            (None, "customer-7@example.com"),
            (Some("c{customer}@shop.example"), "c7@shop.example"),
            (Some("cards+tr@shop.co"), "cards+tr@shop.co"),
        ] {
            let email = CustomerEmail::of(text).unwrap();
            assert_eq!(email.of_customer(seven), expected);
        }
    }

    #[test]
    fn an_invalid_address_is_refused_and_not_repeated() {
        for wrong in [
            "not-an-email",
            "@shop.example",
            "a@b@shop.example",
            "a b@shop.example",
            "a..b@shop.example",
            "müşteri@shop.example",
            "a@shop",
            "a@-shop.example",
            "a@shop..example",
            "{number}@shop.example\n",
            &format!("{}@shop.example", "x".repeat(65)),
        ] {
            let refused = CustomerEmail::of(Some(wrong)).err().unwrap();
            assert_eq!(refused.key, "customer_email", "{wrong}");
            assert!(!refused.problem.contains(wrong));
        }
    }
}
