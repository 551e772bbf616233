//! An action that a gateway requires of the customer before it makes a token: 3-D Secure.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{GatewayRefusal, IssuedToken};

/// The gateway's handle of an action: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionHandle(String);

/// The gateway's URL for the customer: an HTTP URL of at most 2,048 visible ASCII characters. It may contain a secret
/// of the gateway, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ActionUrl(String);

/// The text is not a handle or not a URL. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable handle or URL")]
pub struct InvalidAction;

/// The maximum length of a handle.
const HANDLE_LENGTH: usize = 255;

/// The maximum length of a URL.
const URL_LENGTH: usize = 2_048;

fn is_visible(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl ActionHandle {
    /// Accepts 1 to 255 visible ASCII characters.
    ///
    /// # Errors
    /// [`InvalidAction`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidAction> {
        if is_visible(text, HANDLE_LENGTH) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidAction)
        }
    }

    /// The handle as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ActionUrl {
    /// Accepts an `https` or `http` URL of at most 2,048 visible ASCII characters.
    ///
    /// # Errors
    /// [`InvalidAction`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidAction> {
        let is_http = text.starts_with("https://") || text.starts_with("http://");
        let is_plain = !text.contains(['"', '<', '>', '\\']);
        if is_http && is_plain && is_visible(text, URL_LENGTH) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidAction)
        }
    }

    /// The URL, for the customer's browser only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ActionUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ActionUrl(…)")
    }
}

/// An action that a gateway requires of the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayAction {
    /// The handle used to ask about the action and to cancel it.
    pub handle: ActionHandle,
    /// The gateway's URL for the customer.
    pub url: ActionUrl,
}

/// The result of [`crate::ports::Tokenizer::tokenize`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tokenized {
    /// The gateway made a token.
    Issued(IssuedToken),
    /// The customer must complete an action first. There is no token yet.
    ActionRequired(GatewayAction),
}

/// The gateway's answer about an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionOutcome {
    /// The action may still be completed.
    Pending,
    /// The action was completed, and the gateway made a token.
    Issued(IssuedToken),
    /// There is no token, and this handle will never lead to one.
    Refused(GatewayRefusal),
}

/// A message in a gateway's name (a webhook).
pub struct Notice {
    /// The message's headers, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of the message's body.
    pub body: Vec<u8>,
}

impl Notice {
    /// The value of a header; `None` if it is missing or repeated.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(header, _)| header == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// The message is not signed by the gateway, or is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is not signed by the gateway")]
pub struct NoticeRefused;
