//! Gateways' tokens.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use super::pan::passes_luhn;

/// A gateway's token for a card: 1 to 255 visible ASCII characters, never a card number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardToken(String);

/// A gateway's own key of a customer (iyzico's and Craftgate's `cardUserKey`, Stripe's customer).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProviderCustomerKey(String);

/// A text that is never stored as a token. The text itself is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable token")]
pub struct InvalidToken;

/// Whether a text is 1 to 255 visible ASCII characters.
pub(super) fn is_visible(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check(text: &str) -> Result<String, InvalidToken> {
    let is_digits =
        (12..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_visible(text) && !(is_digits && passes_luhn(text.as_bytes())) {
        Ok(text.to_owned())
    } else {
        Err(InvalidToken)
    }
}

impl CardToken {
    /// Takes a gateway's token; a Luhn-valid run of 12 to 19 digits is refused, for a gateway that answers with the
    /// number itself must not make us store it.
    ///
    /// # Errors
    /// [`InvalidToken`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        check(text).map(Self)
    }

    /// The text, for the gateway and the database only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProviderCustomerKey {
    /// Takes a gateway's key, by the same rule as [`CardToken::parse`].
    ///
    /// # Errors
    /// [`InvalidToken`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        check(text).map(Self)
    }

    /// The text, for the gateway and the database only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CardToken(…)")
    }
}

impl fmt::Debug for ProviderCustomerKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ProviderCustomerKey(…)")
    }
}
