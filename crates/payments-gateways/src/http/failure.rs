//! Why a call has no response, and whether the request may have arrived.

use std::error::Error;
use std::io;

use crate::outcome::ProviderError;

/// There is no usable response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendFailure {
    /// The request cannot have arrived.
    NotSent(&'static str),
    /// The request may have arrived, and may have been executed.
    Lost(&'static str),
}

impl SendFailure {
    pub(super) const fn not_sent(why: &'static str) -> Self {
        Self::NotSent(why)
    }

    /// A word for each kind of failure, for traces.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::NotSent(_) => "not_sent",
            Self::Lost(_) => "lost",
        }
    }

    /// Only a failed connection proves that nothing was sent; a later timeout does not.
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

/// How far a call got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// No call was made.
    NotTried,
    /// No connection could be established.
    Unreachable,
    /// TLS or the certificate was not acceptable.
    TlsRefused,
    /// The connection succeeded, but there was no readable response.
    NoAnswer,
    /// There was a response.
    Answered,
}

const EXPIRED: &str = "its certificate is expired or not valid yet";
const UNTRUSTED: &str = "its certificate is self-signed, or of an authority that is not trusted";
const ANOTHERS: &str = "its certificate is another host's";
/// Other certificate errors, and TLS that is too old or missing.
const BAD_TLS: &str = "its certificate or TLS is not acceptable";

impl SendFailure {
    pub(crate) fn link(self) -> Link {
        match self {
            Self::NotSent(EXPIRED | UNTRUSTED | ANOTHERS | BAD_TLS) => Link::TlsRefused,
            Self::NotSent(_) => Link::Unreachable,
            Self::Lost(_) => Link::NoAnswer,
        }
    }
}

impl From<SendFailure> for ProviderError {
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
        if let Some(error) = tls_error(cause) {
            return tls_words(error);
        }
        source = cause.source();
    }
    "no connection"
}

/// An I/O error hides the error it wraps from `source`, so it is unwrapped, repeatedly.
fn tls_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let wrapped = || {
        let error = cause.downcast_ref::<io::Error>()?.get_ref()?;
        tls_error(error)
    };
    cause.downcast_ref::<rustls::Error>().or_else(wrapped)
}

fn tls_words(error: &rustls::Error) -> &'static str {
    use rustls::CertificateError as Bad;
    let rustls::Error::InvalidCertificate(bad) = error else {
        return BAD_TLS;
    };
    let is_out_of_date = matches!(
        bad,
        Bad::Expired
            | Bad::ExpiredContext { .. }
            | Bad::NotValidYet
            | Bad::NotValidYetContext { .. }
    );
    if is_out_of_date {
        EXPIRED
    } else if matches!(bad, Bad::UnknownIssuer) {
        UNTRUSTED
    } else if matches!(
        bad,
        Bad::NotValidForName | Bad::NotValidForNameContext { .. }
    ) {
        ANOTHERS
    } else {
        BAD_TLS
    }
}
