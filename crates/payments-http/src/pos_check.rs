//! Checks points of sale against what their gateways need.

use payments_core::catalog::{ACCOUNTS, Pos};
use payments_gateways::config::{ConfigError, ConfigScope};
use payments_gateways::http::AllowedHosts;
use payments_gateways::provider::ProviderKind;
use payments_gateways::providers::provider;
use payments_gateways::secret::{Fence, SecretError, SecretSource};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// The name of the sandbox among providers.
pub(crate) const SANDBOX: &str = "sandbox";

/// Accepts every reference that the fence allows: a document may be written where its secrets are not.
struct AnySecret(Fence);

impl SecretSource for AnySecret {
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError> {
        self.0.check(reference)?;
        Ok(Zeroizing::new("any".to_owned()))
    }
}

/// Checks the configurations of points of sale.
pub struct PosCheck {
    refuses_sandbox: bool,
    hosts: AllowedHosts,
    secrets: AnySecret,
}

impl PosCheck {
    /// `hosts` are the hosts that gateways may be called at, `fence` is what points of sale may refer to.
    pub fn new(refuses_sandbox: bool, hosts: AllowedHosts, fence: Fence) -> Self {
        Self {
            refuses_sandbox,
            hosts,
            secrets: AnySecret(fence),
        }
    }

    /// The keys that are wrong and what is wrong with them: at most one of the present account and one of each former
    /// account. Configurations of gateways without an adapter are not checked.
    pub fn faults(&self, pos: &Pos) -> Vec<(String, String)> {
        if self.refuses_sandbox && pos.gateway.as_str() == SANDBOX {
            let problem = "production refuses the sandbox: choose a gateway";
            return vec![("gateway".to_owned(), problem.to_owned())];
        }
        let gateway = provider(pos.gateway.as_str());
        let gateway = gateway.filter(|gateway| gateway.kind() == ProviderKind::Tokenizer);
        let Some(gateway) = gateway else {
            return Vec::new();
        };
        let scope = ConfigScope {
            hosts: &self.hosts,
            secrets: &self.secrets,
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
}

fn problem(error: ConfigError) -> String {
    // The adapter's message repeats the host, which is the caller's input.
    if error.is_echo {
        "use a host that may be called (gateways.extra_hosts)".to_owned()
    } else {
        error.problem
    }
}
