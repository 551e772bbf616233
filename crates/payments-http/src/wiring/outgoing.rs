//! The settings of the HTTP client that calls providers.

use std::path::Path;
use std::time::Duration;

use payments_gateways::http::{BreakerSettings, ClientError, HttpSettings, Root};

use crate::settings::{Risk, Settings};
use crate::traces;

/// The HTTP client's settings.
///
/// # Errors
/// [`ClientError::Roots`], naming the setting, if the CA file cannot be used.
pub fn client_settings(settings: &Settings) -> Result<HttpSettings, ClientError> {
    let gateways = &settings.gateways;
    Ok(HttpSettings {
        connect_timeout: Duration::from_millis(gateways.connect_timeout_milliseconds),
        total_timeout: Duration::from_millis(gateways.total_timeout_milliseconds),
        extra_hosts: gateways.extra_hosts.clone(),
        sandboxes_allowed: !settings.refuses(Risk::ProviderSandboxes),
        extra_roots: extra_roots(&gateways.ca_file)?,
        breaker: BreakerSettings {
            failing_share: share(gateways.breaker_failing_percent),
            open_for: Duration::from_secs(gateways.breaker_pause_seconds),
            ..BreakerSettings::default()
        },
        traceparent: traces::traceparent,
        ..HttpSettings::default()
    })
}

#[expect(
    clippy::float_arithmetic,
    reason = "a share of calls, as the breaker counts it; not money"
)]
fn share(percent: u8) -> f32 {
    f32::from(percent) / 100.0
}

fn extra_roots(ca_file: &str) -> Result<Vec<Root>, ClientError> {
    if ca_file.is_empty() {
        return Ok(Vec::new());
    }
    Root::of_pem_file(Path::new(ca_file)).map_err(|error| match error {
        ClientError::Roots(why) => ClientError::Roots(format!("gateways.ca_file: {why}")),
        other @ ClientError::Client(_) => other,
    })
}
