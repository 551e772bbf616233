//! Why there is no answer, and above all: whether the request may have arrived.

use std::error::Error;
use std::io;

use crate::outcome::Trouble;

/// There is no answer to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendFailure {
    /// The request cannot have arrived.
    NotSent(&'static str),
    /// The request may have arrived, and may have been carried out.
    Lost(&'static str),
}

impl SendFailure {
    pub(super) const fn not_sent(why: &'static str) -> Self {
        Self::NotSent(why)
    }

    /// Only a failure to connect proves that nothing was sent; a time limit that passes later proves nothing.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            Self::NotSent(why_not_connected(error))
        } else if error.is_builder() {
            Self::NotSent("the request cannot be built")
        } else if error.is_timeout() {
            Self::Lost("no answer in time")
        } else {
            Self::Lost("the connection was cut")
        }
    }
}

/// How far a call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing was called.
    NotTried,
    /// There was no connection.
    Unreachable,
    /// There was one, but not with a certificate that is acceptable.
    TlsRefused,
    /// There was one, but no answer that could be read.
    NoAnswer,
    /// There was an answer.
    Answered,
}

/// What is said of a certificate that is expired, self-signed or somebody else's, and of TLS that is too old.
const BAD_TLS: &str = "its certificate or TLS is not acceptable";

impl SendFailure {
    pub(crate) fn link(self) -> Link {
        match self {
            Self::NotSent(BAD_TLS) => Link::TlsRefused,
            Self::NotSent(_) => Link::Unreachable,
            Self::Lost(_) => Link::NoAnswer,
        }
    }
}

impl From<SendFailure> for Trouble {
    fn from(failure: SendFailure) -> Self {
        match failure {
            SendFailure::NotSent(what) => Self::Unavailable { what, code: None },
            SendFailure::Lost(what) => Self::Unknown { what },
        }
    }
}

fn why_not_connected(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        return "no connection in time";
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if is_tls(cause) {
            return BAD_TLS;
        }
        source = cause.source();
    }
    "no connection"
}

/// An I/O error hides the error it wraps from `source`, so it is looked into; one may wrap another.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    let wrapped = cause
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    cause.is::<rustls::Error>() || wrapped.is_some_and(|wrapped| is_tls(wrapped))
}
