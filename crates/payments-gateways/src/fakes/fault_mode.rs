//! Faults that a fake simulates.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::reply::Reply;

/// A fault that a fake applies to every request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultMode {
    /// Executes the request and responds normally.
    #[default]
    Well,
    /// Executes the request, and delays the response.
    Slow(Duration),
    /// Responds 500 without executing the request.
    ServerError,
    /// Responds 429 without executing the request.
    Throttling,
    /// Responds with a redirect without executing the request.
    Redirect,
    /// Responds with a web page without executing the request.
    WebPage,
    /// Executes the request, and sends half of the body as if it were complete.
    Truncated,
    /// Executes the request, and closes the connection in the middle of the body.
    Cut,
    /// Executes the request, and closes the connection without a response.
    HangsUp,
    /// Executes the request, and sends 10 MB.
    TenMegabytes,
    /// Executes the request, and never responds.
    Silent,
}

/// The fault mode of a fake, which tests and the command line change.
#[derive(Default)]
pub(super) struct FaultControl(Mutex<FaultMode>);

impl FaultControl {
    pub(super) fn set(&self, fault: FaultMode) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(super) fn get(&self) -> FaultMode {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultMode {
    /// The response in a mode in which requests are not executed.
    pub(super) fn instead(self) -> Option<Reply> {
        match self {
            Self::ServerError => Some(Reply::text(500, "text/plain", "Internal Server Error")),
            Self::Throttling => Some(Reply::text(429, "text/plain", "Too Many Requests")),
            Self::Redirect => Some(Reply::Redirect("http://127.0.0.1:9/elsewhere".to_owned())),
            Self::WebPage => Some(Reply::text(
                200,
                "text/html",
                "<html><body>Maintenance</body></html>",
            )),
            Self::Well
            | Self::Slow(_)
            | Self::Truncated
            | Self::Cut
            | Self::HangsUp
            | Self::TenMegabytes
            | Self::Silent => None,
        }
    }

    /// Alters the response to an executed request.
    pub(super) fn alter(self, reply: Reply) -> Reply {
        match self {
            Self::Slow(how_long) => Reply::Late(how_long, Box::new(reply)),
            Self::Truncated => reply.halved(),
            Self::Cut => Reply::Cut(Box::new(reply)),
            Self::HangsUp => Reply::HangUp,
            Self::TenMegabytes => Reply::text(200, "application/json", "x".repeat(10 << 20)),
            Self::Silent => Reply::Silence,
            Self::Well | Self::ServerError | Self::Throttling | Self::Redirect | Self::WebPage => {
                reply
            }
        }
    }
}
