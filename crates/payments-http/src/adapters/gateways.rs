//! Points of sale, checked by what their gateways need.

use std::sync::Arc;

use payments_core::catalog::Pos;
use payments_core::ports::{Clock, Entropy};
use payments_gateways::providers::{ProviderKind, provider};
use payments_gateways::secret::{SecretError, SecretSource};
use payments_gateways::wiring::{Meter, Unmetered};
use zeroize::Zeroizing;

use super::providers::wiring;
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::settings::Settings;

/// Takes every reference: a document may be written where its secrets are not.
struct AnySecret;

impl SecretSource for AnySecret {
    fn resolve(&self, _reference: &str) -> Result<Zeroizing<String>, SecretError> {
        Ok(Zeroizing::new("any".to_owned()))
    }
}

/// The key of a configuration that its gateway cannot do with or without, and what is wrong with it. A gateway there is
/// no adapter for knows by itself what its configuration says.
pub fn fault(settings: &Settings, pos: &Pos) -> Option<(String, String)> {
    let gateway = provider(pos.gateway.as_str())?;
    if gateway.kind != ProviderKind::Tokenizer {
        return None;
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    let mut wiring = wiring(settings, &clock, &entropy, &meter).ok()?;
    wiring.secrets = Arc::new(AnySecret);
    let error = gateway.check_config(&pos.config, &wiring).err()?;
    let problem = match error.key.as_str() {
        // The adapter names the host, which is the writer's own word.
        "base_url" => "use https, and a host that may be called (gateways.extra_hosts)".to_owned(),
        _ => error.problem,
    };
    Some((error.key, problem))
}
