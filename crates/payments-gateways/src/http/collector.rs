//! Sends traces to an OpenTelemetry collector.

use std::time::Duration;

use reqwest::Request;
use tokio::runtime::Builder;

use super::{ClientError, Root, builder};

/// The largest response that is read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// The HTTP client for a collector. Unlike a provider's, its host may be any.
#[derive(Debug)]
pub struct Collector(reqwest::Client);

/// There is no response of a collector.
#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
    /// The request could not be built or sent, or its response was not received in time.
    #[error("the collector does not answer")]
    NoAnswer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The response is too large.
    #[error("the collector's response is too large")]
    TooLarge,
}

impl Collector {
    /// A client with this timeout of a whole call, which trusts these authorities besides the machine's.
    ///
    /// # Errors
    /// [`ClientError`] if there are no usable certificate authorities.
    pub fn new(timeout: Duration, extra_roots: &[Root]) -> Result<Self, ClientError> {
        let client = builder(extra_roots)?
            .timeout(timeout)
            // Each call has a runtime of its own, with which its connection ends.
            .pool_max_idle_per_host(0)
            .build();
        Ok(Self(client.map_err(ClientError::Client)?))
    }

    /// Sends a request and returns status and body of the response. Blocks the thread, which must not be one of a runtime.
    ///
    /// # Errors
    /// [`CollectorError`] if there is no response.
    pub fn send<R>(&self, request: R) -> Result<(u16, Vec<u8>), CollectorError>
    where
        Request: TryFrom<R>,
        <Request as TryFrom<R>>::Error: std::error::Error + Send + Sync + 'static,
    {
        let request = Request::try_from(request).map_err(no_answer)?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(no_answer)?;
        let answer = runtime.block_on(self.answer(request));
        // A DNS lookup that hangs does not block the thread.
        runtime.shutdown_background();
        answer
    }

    async fn answer(&self, request: Request) -> Result<(u16, Vec<u8>), CollectorError> {
        let mut response = self.0.execute(request).await.map_err(no_answer)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(CollectorError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok((response.status().as_u16(), body))
    }
}

fn no_answer(error: impl std::error::Error + Send + Sync + 'static) -> CollectorError {
    CollectorError::NoAnswer(Box::new(error))
}
