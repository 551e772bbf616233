//! Builds the configured SMS senders and tokenizers.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use payments_core::ports::{Clock, Destinations, Entropy, SmsSender, Tokenizer, Tokenizers};
use payments_gateways::config::ConfigError;
use payments_gateways::context::{Meter, ProviderContext, Unmetered};
use payments_gateways::http::{ClientError, Outgoing};
use payments_gateways::provider::ProviderKind;
use payments_gateways::providers::{PROVIDERS, http_client, provider, sms_adapter, tokenizer};
use payments_gateways::sandbox::{Console, LedgerFileError, Sandbox, SandboxSettings};
use payments_gateways::secret::{Fence, ReferencedSecrets};
use payments_gateways::sms::{FailoverSms, SmsAdapter};
use serde_json::{Map, Value};

use super::outgoing;
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::settings::{BadSettings, Risk, Settings, number_plan};
use crate::sms_reports::{Reporters, TWILIO_PATH, TwilioReports};

/// The name of the sandbox among providers.
pub(crate) use crate::pos_check::SANDBOX;

/// The configured SMS senders and tokenizers.
pub struct Providers {
    /// The chain of SMS senders.
    pub sms: Arc<dyn SmsSender>,
    /// Which phones codes are sent to.
    pub destinations: Arc<dyn Destinations>,
    /// The tokenizers by gateway.
    pub tokenizers: Tokenizers,
    /// The senders whose delivery reports are read.
    pub reporters: Reporters,
    /// The sandbox, if it is one of the providers.
    pub sandbox: Option<Arc<Sandbox>>,
    /// The HTTP client, if any of them needs it.
    pub outgoing: Option<Arc<Outgoing>>,
}

/// Why there are no providers.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersError {
    /// The settings name an unknown provider or one that is not configured.
    #[error(transparent)]
    Settings(#[from] BadSettings),
    /// The sandbox's ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerFileError),
    /// The HTTP client cannot be built.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Builds providers; has an HTTP client only if one of them needs it.
struct ProviderFactory {
    sandbox: Option<Arc<Sandbox>>,
    wiring: Option<ProviderContext>,
}

impl Providers {
    /// The providers of the settings.
    ///
    /// # Errors
    /// [`ProvidersError`] if a provider is unknown or its configuration is invalid.
    pub fn of(
        settings: &Settings,
        clock: &Arc<dyn Clock>,
        entropy: &Arc<dyn Entropy>,
        meter: &Arc<dyn Meter>,
    ) -> Result<Self, ProvidersError> {
        check_names(settings)?;
        let names = || {
            settings
                .sms
                .providers
                .iter()
                .chain(&settings.gateways.enabled)
        };
        let sandbox = names()
            .any(|name| name == SANDBOX)
            .then(|| sandbox(settings, clock, entropy))
            .transpose()?
            .map(Arc::new);
        let wiring = names()
            .any(|name| name != SANDBOX)
            .then(|| wiring(settings, clock, entropy, meter))
            .transpose()?;
        let factory = ProviderFactory { sandbox, wiring };
        let (sms, reporters) = factory.sms(settings)?;
        Ok(Self {
            sms,
            destinations: Arc::new(number_plan(settings)?),
            tokenizers: factory.tokenizers(settings)?,
            reporters,
            sandbox: factory.sandbox,
            outgoing: factory.wiring.map(|wiring| wiring.http),
        })
    }
}

impl ProviderFactory {
    /// The senders in order, each the fallback of the one before, and their delivery reports.
    fn sms(&self, settings: &Settings) -> Result<(Arc<dyn SmsSender>, Reporters), BadSettings> {
        let (mut senders, mut reporters) = (Vec::new(), Reporters::default());
        for name in &settings.sms.providers {
            let adapter = self.sms_adapter(name, settings)?;
            senders.push(adapter.sender);
            let polled = adapter.reports.map(|reports| (name.clone(), reports));
            reporters.polled.extend(polled);
            if let ("twilio", Some(wiring)) = (name.as_str(), &self.wiring) {
                reporters.twilio = twilio_reports(&sms_config(settings, name), wiring);
            }
        }
        let sender = match senders.len() {
            0 => return Err(BadSettings::one("sms.providers: name at least one")),
            1 => senders.remove(0),
            _ => FailoverSms::new(senders, settings.sms.resend_when_unknown),
        };
        Ok((sender, reporters))
    }

    fn sms_adapter(&self, name: &str, settings: &Settings) -> Result<SmsAdapter, BadSettings> {
        if let (SANDBOX, Some(sandbox)) = (name, &self.sandbox) {
            return Ok(SmsAdapter {
                sender: sandbox.sms(),
                reports: None,
            });
        }
        let Some(wiring) = &self.wiring else {
            let problem = unknown("sms.providers", ProviderKind::Sms, name);
            return Err(BadSettings::one(problem));
        };
        let config = sms_config(settings, name);
        sms_adapter(name, config, number_plan(settings)?, wiring.clone())
            .map_err(|error| bad_sender(name, &error))
    }

    fn tokenizers(&self, settings: &Settings) -> Result<Tokenizers, BadSettings> {
        let mut tokenizers = Tokenizers::default();
        for name in &settings.gateways.enabled {
            let tokenizer = self.tokenizer(name, settings)?;
            #[cfg(feature = "fail-points")]
            let tokenizer = crate::fail_points::tokenizer(tokenizer);
            tokenizers = tokenizers.with(name, tokenizer);
        }
        Ok(tokenizers)
    }

    fn tokenizer(
        &self,
        name: &str,
        settings: &Settings,
    ) -> Result<Arc<dyn Tokenizer>, BadSettings> {
        if let (SANDBOX, Some(sandbox)) = (name, &self.sandbox) {
            return Ok(sandbox.tokenizer());
        }
        let wiring = self.wiring.clone();
        let found = wiring.and_then(|wiring| tokenizer(name, of_pos(settings, wiring)));
        found.ok_or_else(|| {
            let problem = unknown("gateways.enabled", ProviderKind::Tokenizer, name);
            BadSettings::one(problem)
        })
    }
}

/// A sender's configuration. Twilio gets a callback URL for its reports if it can reach this service.
pub fn sms_config(settings: &Settings, name: &str) -> Map<String, Value> {
    let mut config = settings.sms.settings.get(name).cloned().unwrap_or_default();
    let public_url = settings.http.public_url.trim_end_matches('/');
    if name == "twilio" && public_url.starts_with("https://") {
        config
            .entry("status_callback")
            .or_insert_with(|| format!("{public_url}{TWILIO_PATH}").into());
    }
    config
}

/// The errors in the names and configurations of all senders and in the HTTP client's settings that can be found
/// without calling a provider.
pub fn problems(settings: &Settings) -> Vec<String> {
    let mut problems = match check_names(settings) {
        Ok(()) => Vec::new(),
        Err(bad) => bad.problems,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    let wired = wiring(settings, &clock, &entropy, &meter).or_else(|error| {
        problems.push(error.to_string());
        // The senders are checked anyway.
        let mut settings = settings.clone();
        settings.gateways.ca_file.clear();
        wiring(&settings, &clock, &entropy, &meter)
    });
    let Ok(wiring) = wired else {
        return problems;
    };
    // `settings::bounds` reports invalid countries.
    let Ok(plan) = number_plan(settings) else {
        return problems;
    };
    let names = settings.sms.providers.iter();
    for sender in names.filter_map(|name| provider(name)) {
        let config = sms_config(settings, sender.name);
        let set_up = sms_adapter(sender.name, config, plan.clone(), wiring.clone());
        problems.extend(
            set_up
                .err()
                .map(|error| bad_sender(sender.name, &error).to_string()),
        );
    }
    problems
}

/// None if Twilio has no callback URL.
fn twilio_reports(config: &Map<String, Value>, wiring: &ProviderContext) -> Option<TwilioReports> {
    let text = |key: &str| config.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(TwilioReports {
        url: text("status_callback")?,
        auth_token: text("auth_token")?,
        secrets: Arc::clone(&wiring.secrets),
    })
}

fn bad_sender(name: &str, error: &ConfigError) -> BadSettings {
    BadSettings::one(format!("sms.settings.{name}.{error}"))
}

/// Rejects unknown names and names of the other kind of provider.
fn check_names(settings: &Settings) -> Result<(), BadSettings> {
    let (sms, gateways) = (&settings.sms, &settings.gateways);
    let mut problems = Vec::new();
    let mut check = |key: &str, kind: ProviderKind, name: &str| {
        if name != SANDBOX && provider(name).is_none_or(|one| one.kind() != kind) {
            problems.push(unknown(key, kind, name));
        }
    };
    for name in &sms.providers {
        check("sms.providers", ProviderKind::Sms, name);
    }
    for name in sms.settings.keys() {
        check("sms.settings", ProviderKind::Sms, name);
    }
    for name in &gateways.enabled {
        check("gateways.enabled", ProviderKind::Tokenizer, name);
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(BadSettings { problems })
    }
}

fn unknown(key: &str, kind: ProviderKind, name: &str) -> String {
    let of_kind = PROVIDERS.iter().filter(|provider| provider.kind() == kind);
    let names: Vec<_> = of_kind.map(|provider| provider.name).collect();
    let names = names.join(", ");
    format!("{key}: there is no provider {name:?}; there are {names} and {SANDBOX}")
}

fn sandbox(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> Result<Sandbox, LedgerFileError> {
    let file = &settings.gateways.sandbox_ledger_file;
    let ledger_file = (!file.is_empty()).then(|| PathBuf::from(file));
    let options = SandboxSettings {
        ledger_file,
        ..SandboxSettings::default()
    };
    // To standard output, because the log never holds a code. A closed console does not stop a message.
    let console: Console = Arc::new(|line| drop(writeln!(std::io::stdout().lock(), "{line}")));
    Sandbox::open(&options, Arc::clone(clock), Arc::clone(entropy), console)
}

/// The context that providers are built with.
pub(crate) fn wiring(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
    meter: &Arc<dyn Meter>,
) -> Result<ProviderContext, ClientError> {
    let http = outgoing::client_settings(settings)?;
    Ok(ProviderContext {
        http: Arc::new(http_client(&http)?),
        secrets: Arc::new(secrets(settings)),
        entropy: Arc::clone(entropy),
        clock: Arc::clone(clock),
        meter: Arc::clone(meter),
    })
}

fn secrets(settings: &Settings) -> ReferencedSecrets {
    #[expect(
        clippy::disallowed_methods,
        reason = "configurations refer to these variables"
    )]
    let environment = Box::new(|name: &str| std::env::var(name).ok());
    let secrets = ReferencedSecrets::new(environment, !settings.is_production());
    if settings.refuses(Risk::ProviderSandboxes) {
        secrets.without_test_keys()
    } else {
        secrets
    }
}

/// The context for a gateway. Points of sale are written with a management token, whose holder must not read other
/// secrets of the service.
pub(crate) fn of_pos(settings: &Settings, wiring: ProviderContext) -> ProviderContext {
    ProviderContext {
        secrets: Arc::new(secrets(settings).fenced(fence(settings))),
        ..wiring
    }
}

/// The references that points of sale may use.
pub(crate) fn fence(settings: &Settings) -> Fence {
    Fence {
        prefixes: settings.gateways.secret_prefixes.clone(),
        folders: settings.gateways.secret_folders.clone(),
        own: settings.own_references.clone(),
    }
}
