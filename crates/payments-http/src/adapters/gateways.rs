//! Points of sale, checked by what their gateways need.

use payments_core::catalog::{ACCOUNTS, Pos};
use payments_gateways::config::{ConfigError, ConfigScope};
use payments_gateways::provider::ProviderKind;
use payments_gateways::providers::{allowed_hosts, provider};
use payments_gateways::secret::{Fence, SecretError, SecretSource};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::providers::{SANDBOX, fence};
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
    if gateway.kind() != ProviderKind::Tokenizer {
        return Vec::new();
    }
    let sandboxes_allowed = !settings.refuses(Risk::ProviderSandboxes);
    let scope = ConfigScope {
        hosts: &allowed_hosts(&settings.gateways.extra_hosts, sandboxes_allowed),
        secrets: &AnySecret(fence(settings)),
    };
    let fault = |config: &Map<String, Value>, place: &str| {
        let error = gateway.check_config(config, scope).err()?;
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
