//! Tokens of gateways.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use super::pan::passes_luhn;

/// A gateway's token for a card: 1 to 255 visible ASCII characters, never a card number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardToken(String);

/// A gateway's own key of a customer (the `cardUserKey` of iyzico and Craftgate, the customer of Stripe).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProviderCustomerKey(String);

/// The text must not be stored as a token. Does not contain the text.
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
    /// Accepts a gateway's token. Refuses a Luhn-valid run of 12 to 19 digits, so that a gateway that returns the card
    /// number itself cannot make us store it.
    ///
    /// # Errors
    /// [`InvalidToken`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        check(text).map(Self)
    }

    /// The token, for the gateway and the database only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProviderCustomerKey {
    /// Accepts a gateway's key, by the same rule as [`CardToken::parse`].
    ///
    /// # Errors
    /// [`InvalidToken`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        check(text).map(Self)
    }

    /// The key, for the gateway and the database only.
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
