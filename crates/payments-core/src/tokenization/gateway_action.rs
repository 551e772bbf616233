//! What a gateway asks of the customer before it makes a token: 3-D Secure.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{GatewayRefusal, IssuedToken};

/// By what a gateway knows a step that it asked for: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionHandle(String);

/// Where at the gateway the customer does it: an HTTP URL of at most 2,048 visible ASCII characters. It may hold a
/// secret of the gateway, so that it is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ActionUrl(String);

/// A text that is no handle or no URL. The text itself is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable handle or URL")]
pub struct InvalidAction;

/// Longest handle.
const HANDLE_LENGTH: usize = 255;

/// Longest URL.
const URL_LENGTH: usize = 2_048;

fn is_visible(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl ActionHandle {
    /// Takes 1 to 255 visible ASCII characters.
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

    /// The handle.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ActionUrl {
    /// Takes an `https` or `http` URL of at most 2,048 visible ASCII characters.
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

/// A step that a gateway asks the customer for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayAction {
    /// By what it is asked about and cancelled.
    pub handle: ActionHandle,
    /// Where the customer goes.
    pub url: ActionUrl,
}

/// How a call of [`crate::ports::Tokenizer::tokenize`] ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tokenized {
    /// The gateway made a token.
    Issued(IssuedToken),
    /// The customer has to do something first. There is no token yet.
    ActionRequired(GatewayAction),
}

/// What became of a step, as the gateway says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionOutcome {
    /// It may still be done.
    Pending,
    /// It was done, and the gateway made a token.
    Issued(IssuedToken),
    /// There is no token, and under this handle there will be none.
    Refused(GatewayRefusal),
}

/// A message that came in a gateway's name (a webhook).
pub struct Notice {
    /// Its headers, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of its body.
    pub body: Vec<u8>,
}

impl Notice {
    /// A header's value; none if it is missing or there twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(header, _)| header == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// A message that is not the gateway's, or is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is not signed by the gateway")]
pub struct NoticeRefused;
