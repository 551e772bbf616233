//! What a fake charged, and reading the amounts that providers take.

use payments_core::money::Currency;

/// A charge of a saved card at a fake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeCharge {
    /// The merchant's account at the provider.
    pub account: String,
    /// The provider's key of the customer.
    pub customer_key: String,
    /// The token that was charged.
    pub token: String,
    /// The merchant's reference for the payment.
    pub reference: String,
    /// The charged amount, with interest, in minor units.
    pub minor_units: u64,
    /// Its ISO 4217 code, in upper case.
    pub currency: String,
    /// The number of installments; 1 is a single payment.
    pub installments: u32,
    /// The provider's id of the payment.
    pub id: String,
}

/// The minor units of a decimal amount; `None` if it is malformed, not positive, or has more decimals than its currency.
pub(super) fn minor_units(text: &str, currency: &str) -> Option<u64> {
    let decimals = usize::try_from(Currency::from_code(currency).ok()?.exponent()).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // Some clients write `100.0`.
    let fraction = fraction.trim_end_matches('0');
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) || fraction.len() > decimals {
        return None;
    }
    let digits = format!("{whole}{fraction:0<decimals$}");
    digits.parse().ok().filter(|minor| *minor > 0)
}

#[cfg(test)]
mod tests {
    use super::minor_units;

    #[test]
    fn an_amount_is_read_to_the_minor_unit_of_its_currency() {
        for (text, currency, expected) in [
            ("20.47", "TRY", Some(2047)),
            ("20.4", "TRY", Some(2040)),
            ("100.0", "JPY", Some(100)),
            ("0.01", "TRY", Some(1)),
            ("20.475", "TRY", None),
            ("0.00", "TRY", None),
            ("-1", "TRY", None),
            ("1e3", "TRY", None),
            (".5", "TRY", None),
            ("1", "XXY", None),
        ] {
            assert_eq!(minor_units(text, currency), expected, "{text} {currency}");
        }
    }
}
