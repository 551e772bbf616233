//! What a fake answers.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

/// What a fake answers.
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
    /// The answer, some time later.
    Late(Duration, Box<Reply>),
    /// The head and half the body of an answer, then a closed connection.
    Cut(Box<Reply>),
    /// A closed connection.
    HangUp,
    /// Nothing, ever.
    Silence,
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json", value.to_string())
    }

    /// An answer of any content type.
    pub fn text(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::Body {
            status,
            content_type,
            body: body.into(),
        }
    }

    /// The same with only the first half of the body.
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
