//! Limits of the client that calls providers, as the settings choose them.

use std::path::Path;
use std::time::Duration;

use payments_gateways::http::{BreakerSettings, ClientError, HttpSettings, Root};

use crate::settings::Gateways;

/// The client's settings.
///
/// # Errors
/// [`ClientError::Roots`], naming the setting, when the file of authorities is of no use.
pub fn client_settings(settings: &Gateways) -> Result<HttpSettings, ClientError> {
    Ok(HttpSettings {
        connect_timeout: Duration::from_millis(settings.connect_timeout_milliseconds),
        total_timeout: Duration::from_millis(settings.total_timeout_milliseconds),
        extra_hosts: settings.extra_hosts.clone(),
        extra_roots: extra_roots(&settings.ca_file)?,
        breaker: BreakerSettings {
            failing_share: share(settings.breaker_failing_percent),
            left_alone_for: Duration::from_secs(settings.breaker_pause_seconds),
            ..BreakerSettings::default()
        },
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
