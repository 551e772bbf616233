//! The HTTP client of the exporter: the gateways' one, with the headers of the settings.

use std::fmt;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use payments_gateways::http::Collector;
use zeroize::Zeroizing;

pub(super) struct Client {
    pub(super) collector: Collector,
    pub(super) headers: Vec<(String, Zeroizing<String>)>,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for Client {
    /// Blocks the thread: the exporter has its own.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // Headers of the exporter are replaced, because it also reads some from the environment.
        let mut sent =
            Request::post(request.uri().clone()).header("content-type", "application/x-protobuf");
        for (name, value) in &self.headers {
            sent = sent.header(name, value.as_str());
        }
        let (status, body) = self.collector.send(sent.body(request.into_body())?)?;
        Ok(Response::builder().status(status).body(body.into())?)
    }
}
