//! What a fake charged, and reading the amounts that providers take.

use std::time::{SystemTime, UNIX_EPOCH};

use payments_core::money::Currency;

use super::ledger::{FakeToken, Ledger, shown_digits};

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
    /// When the fake charged it, in seconds since 1970.
    pub created: u64,
}

/// A charge as a request asks for it.
pub(super) struct Asked {
    pub(super) account: String,
    pub(super) customer_key: String,
    pub(super) token: String,
    pub(super) reference: String,
    pub(super) minor_units: u64,
    pub(super) currency: String,
    pub(super) installments: u32,
}

/// A card with this number is charged, and the answer is an error that leaves the outcome open. The number is ours.
pub const UNCLEAR_CHARGE: &str = "4133111111111115";
/// The provider reviews charges of a card with this number. The number is ours.
pub const REVIEWED_CHARGE: &str = "4134111111111114";

/// What becomes of a charge.
#[derive(Clone, Copy)]
pub(super) enum ChargeOutcome<R> {
    Paid,
    /// The bank refuses it.
    Refused(R),
    /// It is paid, and the answer does not say so.
    Unclear,
    /// It is neither paid nor refused yet.
    Reviewed,
}

impl<R: Copy> ChargeOutcome<R> {
    /// By the number of the card; the provider's own table has the cards that are refused.
    pub(super) fn of(token: &FakeToken, refused: &[(&str, R)]) -> Self {
        let is = |number: &str| token.shown_digits == shown_digits(number);
        match refused.iter().find(|(number, _)| is(number)) {
            Some((_, refusal)) => Self::Refused(*refusal),
            None if is(UNCLEAR_CHARGE) => Self::Unclear,
            None if is(REVIEWED_CHARGE) => Self::Reviewed,
            None => Self::Paid,
        }
    }
}

impl Asked {
    /// The live token that the customer has; `None` if there is none.
    pub(super) fn live_token(&self, tokens: &Ledger<FakeToken>) -> Option<FakeToken> {
        let is_it = |one: &FakeToken| {
            one.account == self.account
                && one.customer_key == self.customer_key
                && one.token == self.token
        };
        tokens.live_where(is_it).into_iter().next()
    }

    /// The charge under an id.
    pub(super) fn under(self, id: String) -> FakeCharge {
        FakeCharge {
            account: self.account,
            customer_key: self.customer_key,
            token: self.token,
            reference: self.reference,
            minor_units: self.minor_units,
            currency: self.currency,
            installments: self.installments,
            id,
            created: now(),
        }
    }
}

/// The provider's own clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a provider's clock is not the service's"
)]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
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
