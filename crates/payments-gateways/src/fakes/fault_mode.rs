//! Faults that a fake simulates.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::reply::Reply;

/// What a fake does to every request, before or instead of its own work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultMode {
    /// Works.
    #[default]
    Well,
    /// Does its work, but answers this much later.
    Slow(Duration),
    /// 500 without doing anything.
    ServerError,
    /// 429 without doing anything.
    Throttling,
    /// 302 to somewhere else.
    Redirect,
    /// 200 with a web page.
    WebPage,
    /// Does its work, and answers with half of what it would say.
    Truncated,
    /// Does its work, promises its answer and hangs up in the middle.
    Cut,
    /// Does its work and hangs up without a word.
    HangsUp,
    /// Does its work and sends 10 MB.
    TenMegabytes,
    /// Does its work and never answers.
    Silent,
}

/// The fault mode of a fake, which tests and the command line change.
#[derive(Default)]
pub(super) struct FaultControl(Mutex<FaultMode>);

impl FaultControl {
    pub(super) fn put(&self, fault: FaultMode) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(super) fn now(&self) -> FaultMode {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultMode {
    /// The answer of a fake that does no work in this mode.
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

    /// Spoils the answer of a fake that did its work.
    pub(super) fn spoil(self, reply: Reply) -> Reply {
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
