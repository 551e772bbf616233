//! The response of a fake.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

/// The response of a fake.
#[derive(Clone)]
pub enum Reply {
    /// A body with a status and a content type.
    Body {
        /// HTTP status.
        status: u16,
        /// Content type.
        content_type: &'static str,
        /// Body.
        body: Bytes,
    },
    /// 302 with a `Location`.
    Redirect(String),
    /// A response after this delay.
    Late(Duration, Box<Reply>),
    /// The head and half the body of a response, then a closed connection.
    Cut(Box<Reply>),
    /// A connection that is closed without a response.
    HangUp,
    /// No response, with the connection kept open.
    Silence,
}

impl Reply {
    /// A JSON response.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json", value.to_string())
    }

    /// A response of any content type.
    pub fn text(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::Body {
            status,
            content_type,
            body: body.into(),
        }
    }

    /// Drops the second half of the body.
    pub(super) fn halved(self) -> Self {
        match self {
            Self::Body {
                status,
                content_type,
                body,
            } => {
                let body = body.slice(..body.len() / 2);
                Self::Body {
                    status,
                    content_type,
                    body,
                }
            }
            other @ (Self::Redirect(_)
            | Self::Late(..)
            | Self::Cut(_)
            | Self::HangUp
            | Self::Silence) => other,
        }
    }
}
