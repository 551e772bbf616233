//! The providers, and what the card-storage protocol is made of, as the settings choose them.

use std::path::PathBuf;
use std::sync::Arc;

use payments_core::card_storage::{self, InvalidSetting, Ports};
use payments_core::otp::CodeLength;
use payments_core::ports::{Clock, Entropy, Quota, SmsSender, Tokenizers, Wording};
use payments_gateways::sandbox::{Console, LedgerFileError, Sandbox, SandboxSettings};

use crate::settings::{BadSettings, Otp, Settings};
use crate::stores::Stores;

/// Who sends text messages and makes tokens.
pub struct Providers {
    /// The SMS sender.
    pub sms: Arc<dyn SmsSender>,
    /// The tokenizers by gateway.
    pub tokenizers: Tokenizers,
    /// The sandbox, if either is of it.
    pub sandbox: Option<Arc<Sandbox>>,
}

/// Why there are no providers.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersError {
    /// The settings name one that does not exist.
    #[error(transparent)]
    Settings(#[from] BadSettings),
    /// The sandbox's ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerFileError),
}

impl Providers {
    /// The providers of the settings.
    ///
    /// # Errors
    /// [`ProvidersError`].
    pub fn of(
        settings: &Settings,
        clock: &Arc<dyn Clock>,
        entropy: &Arc<dyn Entropy>,
    ) -> Result<Self, ProvidersError> {
        let unknown = |key: &str, name: &str| {
            BadSettings::one(format!(
                "{key}: there is no provider {name:?}; there is: sandbox"
            ))
        };
        if settings.sms.provider != "sandbox" {
            return Err(unknown("sms.provider", &settings.sms.provider).into());
        }
        let sandbox = Arc::new(sandbox(settings, clock, entropy)?);
        let mut tokenizers = Tokenizers::default();
        for gateway in &settings.gateways.enabled {
            match gateway.as_str() {
                "sandbox" => tokenizers = tokenizers.with("sandbox", sandbox.tokenizer()),
                other => return Err(unknown("gateways.enabled", other).into()),
            }
        }
        Ok(Self {
            sms: sandbox.sms(),
            tokenizers,
            sandbox: Some(sandbox),
        })
    }
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
    let console: Console = Arc::new(|line| tracing::info!(target: "sandbox", "{line}"));
    Sandbox::open(&options, Arc::clone(clock), Arc::clone(entropy), console)
}

/// The ports of the card-storage protocol.
pub fn storage_ports(
    stores: &Stores,
    providers: &Providers,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
    wording: Arc<dyn Wording>,
) -> Ports {
    Ports {
        flows: Arc::clone(&stores.flows.flows),
        held_cards: Arc::clone(&stores.flows.held_cards),
        intents: Arc::clone(&stores.database.intents),
        saved_cards: Arc::clone(&stores.database.saved_cards),
        code_tries: Arc::clone(&stores.database.code_tries),
        quotas: Arc::clone(&stores.flows.quotas),
        audit: Arc::clone(&stores.database.audit),
        sms: Arc::clone(&providers.sms),
        tokenizers: providers.tokenizers.clone(),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        wording,
    }
}

/// The protocol's own settings.
///
/// # Errors
/// [`BadSettings`] naming the first that is out of bounds.
pub fn storage_settings(otp: Otp) -> Result<card_storage::Settings, BadSettings> {
    let per_hour = |limit| {
        vec![Quota {
            limit,
            window_seconds: 3_600,
        }]
    };
    let code_length = CodeLength::new(usize::from(otp.length));
    let settings = card_storage::Settings {
        code_length: code_length
            .map_err(|_| BadSettings::one("otp.length must be 4 to 8 digits"))?,
        code_lifetime_seconds: otp.code_lifetime_seconds,
        card_lifetime_seconds: otp.card_lifetime_seconds,
        require_held_card: otp.require_held_card,
        wrong_codes_per_day: otp.wrong_codes_per_day,
        codes_per_customer: per_hour(otp.codes_per_customer_hour),
        codes_per_phone: per_hour(otp.codes_per_phone_hour),
        ..card_storage::Settings::default()
    };
    let check = settings.check();
    check.map_err(|InvalidSetting { name, least, most }| {
        BadSettings::one(format!("otp.{name} must be {least} to {most}"))
    })?;
    Ok(settings)
}
