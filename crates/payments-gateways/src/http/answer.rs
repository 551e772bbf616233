//! A provider's response, read up to a size limit.

use reqwest::header::DATE;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::SendFailure;
use crate::outcome::ProviderError;

/// Status and body. The body may hold a token: no `Debug`.
pub(crate) struct Answer {
    status: u16,
    date: Option<String>,
    body: Zeroizing<Vec<u8>>,
}

impl Answer {
    pub(super) async fn read(
        mut response: reqwest::Response,
        max_bytes: usize,
    ) -> Result<Self, SendFailure> {
        let status = response.status().as_u16();
        let date = response
            .headers()
            .get(DATE)
            .and_then(|date| date.to_str().ok());
        let date = date.map(str::to_owned);
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if body.len() + chunk.len() > max_bytes {
                return Err(SendFailure::Lost("the answer is too large"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, date, body })
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// Whether there is no body at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The response's `Date` header, to measure the clock skew.
    pub(crate) fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    /// Parses the body as JSON. An unreadable body leaves the outcome unknown.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        let read = serde_json::from_slice(&self.body);
        read.map_err(|_| ProviderError::Unknown {
            what: "the answer cannot be read",
        })
    }
}

fn lost(error: &reqwest::Error) -> SendFailure {
    SendFailure::Lost(if error.is_timeout() {
        "no answer in time"
    } else {
        "the answer was cut"
    })
}
