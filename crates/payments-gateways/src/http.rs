//! The HTTP client that calls providers.
//!
//! rustls with the machine's certificate roots, no redirects, no proxies, short limits on time and size, a list of
//! hosts that a configuration may name, and a circuit breaker for each provider and host. Calls are never retried here. No part
//! of a request or a response is logged.

mod answer;
mod base_url;
mod breaker;
mod call;
#[cfg(feature = "collector")]
mod collector;
mod failure;
mod tls;

use std::collections::BTreeMap;
use std::time::Duration;

use payments_spans::Span;
use reqwest::redirect::Policy;

pub(crate) use answer::Answer;
pub(crate) use base_url::BaseUrl;
pub(crate) use base_url::Hosts;
pub use base_url::{AllowedHosts, BaseUrlError};
pub use breaker::BreakerSettings;
pub(crate) use call::{Call, Form, json_body, percent_encoded};
#[cfg(feature = "collector")]
pub use collector::{Collector, CollectorError};
pub use failure::Link;
pub(crate) use failure::SendFailure;
pub use tls::Root;

use breaker::{Breakers, Guarded};

/// Limits of the client.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The timeout of opening a connection, TLS included.
    pub connect_timeout: Duration,
    /// The timeout of a whole call, up to the last byte of the response.
    pub total_timeout: Duration,
    /// The maximum size of a response, in bytes.
    pub max_answer_bytes: usize,
    /// Hosts that may be called besides the providers' own: `host` (port 443) or `host:port`.
    pub extra_hosts: Vec<String>,
    /// Whether the providers' sandboxes may be called.
    pub sandboxes_allowed: bool,
    /// Certificate authorities trusted besides the machine's, as for a proxy of one's own.
    pub extra_roots: Vec<Root>,
    /// When a host's circuit breaker opens, and for how long.
    pub breaker: BreakerSettings,
    /// The W3C `traceparent` of a call in this span, if its trace is exported.
    pub traceparent: fn(&Span) -> Option<String>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(1),
            total_timeout: Duration::from_secs(8),
            max_answer_bytes: 64 * 1024,
            extra_hosts: Vec::new(),
            sandboxes_allowed: true,
            extra_roots: Vec::new(),
            breaker: BreakerSettings::default(),
            traceparent: |_| None,
        }
    }
}

/// The client cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The machine has no certificate authorities, or an extra one cannot be parsed.
    #[error("no usable certificate authorities: {0}")]
    Roots(String),
    /// The HTTP client rejected its settings.
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
}

/// The HTTP client for calls to providers.
pub struct Outgoing {
    client: reqwest::Client,
    hosts: AllowedHosts,
    breakers: Breakers,
    max_answer_bytes: usize,
    traceparent: fn(&Span) -> Option<String>,
}

impl Outgoing {
    /// A client that may call only `hosts`; [`crate::providers::http_client`] allows those of the providers.
    pub(crate) fn new(settings: &HttpSettings, hosts: AllowedHosts) -> Result<Self, ClientError> {
        let client = builder(&settings.extra_roots)?
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.total_timeout)
            .pool_idle_timeout(Duration::from_secs(20))
            .build()
            .map_err(ClientError::Client)?;
        Ok(Self {
            client,
            hosts,
            breakers: Breakers::new(settings.breaker),
            max_answer_bytes: settings.max_answer_bytes,
            traceparent: settings.traceparent,
        })
    }

    /// The hosts it may call.
    pub(crate) const fn hosts(&self) -> &AllowedHosts {
        &self.hosts
    }

    /// Each provider called so far, and whether its circuit breaker is open.
    pub fn breakers(&self) -> BTreeMap<&'static str, bool> {
        self.breakers.states()
    }

    /// Makes a call. It is never retried.
    pub(crate) async fn send(
        &self,
        provider: &'static str,
        call: Call,
    ) -> Result<Answer, SendFailure> {
        let breaker = self.breakers.of(provider, &call.authority());
        let sent = breaker.guard(self.send_unguarded(provider, call)).await;
        match sent {
            Guarded::Ended(result) => result,
            Guarded::Rejected => Err(SendFailure::not_sent(
                "the circuit breaker is open after many failures",
            )),
        }
    }

    async fn send_unguarded(
        &self,
        provider: &'static str,
        call: Call,
    ) -> Result<Answer, SendFailure> {
        let span = payments_spans::provider_call(provider, call.method(), &call.authority());
        let call = match (self.traceparent)(&span) {
            Some(parent) => call.header("traceparent", parent),
            None => call,
        };
        let answer = async {
            let request = call.into_request(&self.client)?;
            let response = self
                .client
                .execute(request)
                .await
                .map_err(|error| SendFailure::of(&error))?;
            Answer::read(response, self.max_answer_bytes).await
        };
        let answer =
            payments_spans::within(span.clone(), Box::pin(answer), SendFailure::kind).await?;
        payments_spans::received(&span, answer.status());
        Ok(answer)
    }
}

/// What every client has in common.
fn builder(extra_roots: &[Root]) -> Result<reqwest::ClientBuilder, ClientError> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config(extra_roots)?)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .http1_only()
        .user_agent(concat!("payments/", env!("CARGO_PKG_VERSION"))))
}
