//! What a fake charged, and reading the amounts that providers take.

use std::time::{SystemTime, UNIX_EPOCH};

use payments_core::money::Currency;

use super::ledger::{FakeToken, Ledger};

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

impl Ledger<FakeCharge> {
    /// Charges a token, under the id that `id` makes of the number of earlier charges; `None` if the customer has no such
    /// token.
    pub(super) fn charge(
        &self,
        tokens: &Ledger<FakeToken>,
        asked: Asked,
        id: impl FnOnce(usize) -> String,
    ) -> Option<FakeCharge> {
        let is_it = |one: &FakeToken| {
            one.account == asked.account
                && one.customer_key == asked.customer_key
                && one.token == asked.token
        };
        if tokens.live_where(is_it).is_empty() {
            return None;
        }
        self.with(|charges| {
            let charge = FakeCharge {
                account: asked.account,
                customer_key: asked.customer_key,
                token: asked.token,
                reference: asked.reference,
                minor_units: asked.minor_units,
                currency: asked.currency,
                installments: asked.installments,
                id: id(charges.len()),
                created: now(),
            };
            charges.push(charge.clone());
            Some(charge)
        })
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
