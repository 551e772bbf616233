//! Tokens as a gateway states them, unchecked.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use super::token::{self, CardToken, InvalidToken, ProviderCustomerKey};

/// A token and customer key as a gateway states them. Either may contain the card's number, so until they are known to
/// be safe to store they are only ever sent back to the gateway, to delete the token.
#[derive(Clone)]
pub struct StatedToken {
    token: Zeroizing<String>,
    provider_customer_key: Option<Zeroizing<String>>,
}

impl StatedToken {
    /// Accepts texts of 1 to 255 visible ASCII characters.
    ///
    /// # Errors
    /// [`InvalidToken`], without the text.
    pub fn parse(token: &str, provider_customer_key: Option<&str>) -> Result<Self, InvalidToken> {
        let visible = |text: &str| {
            if token::is_visible(text) {
                Ok(Zeroizing::new(text.to_owned()))
            } else {
                Err(InvalidToken)
            }
        };
        Ok(Self {
            token: visible(token)?,
            provider_customer_key: provider_customer_key.map(visible).transpose()?,
        })
    }

    /// A token that is already stored.
    pub fn of(token: &CardToken, provider_customer_key: Option<&ProviderCustomerKey>) -> Self {
        let text = |text: &str| Zeroizing::new(text.to_owned());
        Self {
            token: text(token.as_str()),
            provider_customer_key: provider_customer_key.map(|key| text(key.as_str())),
        }
    }

    /// The token, for its gateway only.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The gateway's key of the customer, for its gateway only.
    pub fn provider_customer_key(&self) -> Option<&str> {
        self.provider_customer_key.as_ref().map(|key| key.as_str())
    }

    /// The token as it may be stored, unless it is itself shaped like a card number. Whether it *contains* the number
    /// must be checked separately: [`super::CardIdentity::is_in`].
    ///
    /// # Errors
    /// [`InvalidToken`], without the text.
    pub fn keepable(&self) -> Result<(CardToken, Option<ProviderCustomerKey>), InvalidToken> {
        let key = self.provider_customer_key().map(ProviderCustomerKey::parse);
        Ok((CardToken::parse(&self.token)?, key.transpose()?))
    }
}

impl fmt::Debug for StatedToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("StatedToken(…)")
    }
}
