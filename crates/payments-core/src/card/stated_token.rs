//! Tokens as a gateway states them, unchecked.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::pan::passes_luhn;
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

    /// Whether the token or the customer key has a part that may be a card number, including with dashes or dots between
    /// its digits. For tokens of unknown cards: some random tokens have such a part, too.
    pub fn may_contain_number(&self) -> bool {
        let texts = [Some(self.token()), self.provider_customer_key()];
        texts.into_iter().flatten().any(has_number)
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

fn has_number(text: &str) -> bool {
    // Growing would leave copies behind.
    let mut characters = Zeroizing::new(Vec::with_capacity(text.len()));
    characters.extend(text.bytes().filter(u8::is_ascii_alphanumeric));
    (12..=19).any(|length| {
        let mut windows = characters.windows(length);
        windows.any(|window| window.iter().all(u8::is_ascii_digit) && passes_luhn(window))
    })
}

impl fmt::Debug for StatedToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("StatedToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::StatedToken;

    #[test]
    fn a_number_is_seen_in_a_token_and_in_a_key_and_between_signs() {
        for (token, key, expected) in [
            ("token-1", Some("user-1"), false),
            ("card-5528790000000008-1", None, true),
            ("5528-7900-0000-0008", None, true),
            ("token-1", Some("user-5528790000000008"), true),
            ("552879000001", None, false),
            ("11a078c4-3c32-4796-90b1-51ee5517a212", None, false),
        ] {
            let stated = StatedToken::parse(token, key).unwrap();
            assert_eq!(stated.may_contain_number(), expected, "{token} {key:?}");
        }
    }
}
