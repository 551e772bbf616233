//! Points of sale, checked by what their gateways need.

use std::sync::Arc;

use payments_core::catalog::{ACCOUNTS, Pos};
use payments_core::ports::{Clock, Entropy};
use payments_gateways::config::ConfigError;
use payments_gateways::context::{Meter, Unmetered};
use payments_gateways::providers::{ProviderKind, provider};
use payments_gateways::secret::{Fence, SecretError, SecretSource};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::providers::{SANDBOX, fence, wiring};
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::settings::{Risk, Settings};

/// Takes every reference that the fence lets through: a document may be written where its secrets are not.
struct AnySecret(Fence);

impl SecretSource for AnySecret {
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError> {
        self.0.check(reference)?;
        Ok(Zeroizing::new("any".to_owned()))
    }
}

/// The keys of a configuration that its gateway cannot do with or without, and what is wrong with them: the first of the
/// present account and of each former one. A gateway there is no adapter for knows by itself what its configuration says.
pub fn faults(settings: &Settings, pos: &Pos) -> Vec<(String, String)> {
    if pos.gateway.as_str() == SANDBOX && settings.refuses(Risk::ProviderSandboxes) {
        let problem = "production refuses the sandbox: choose a gateway";
        return vec![("gateway".to_owned(), problem.to_owned())];
    }
    let Some(gateway) = provider(pos.gateway.as_str()) else {
        return Vec::new();
    };
    if gateway.kind != ProviderKind::Tokenizer {
        return Vec::new();
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    let Ok(mut wiring) = wiring(settings, &clock, &entropy, &meter) else {
        return Vec::new();
    };
    wiring.secrets = Arc::new(AnySecret(fence(settings)));
    let fault = |config: &Map<String, Value>, place: &str| {
        let error = gateway.check_config(config, &wiring).err()?;
        Some((format!("{place}{}", error.key), problem(error)))
    };
    let former = pos.former_accounts().into_iter();
    let former =
        former.filter_map(|(label, config)| fault(config, &format!("{ACCOUNTS}/{label}/")));
    fault(&pos.present_config(), "")
        .into_iter()
        .chain(former)
        .collect()
}

fn problem(error: ConfigError) -> String {
    // The adapter names the host, which is the writer's own word.
    if error.is_echo {
        "use a host that may be called (gateways.extra_hosts)".to_owned()
    } else {
        error.problem
    }
}
