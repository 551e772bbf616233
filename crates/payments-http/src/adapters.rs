//! What the card-storage protocol is made of, as the settings choose it.

pub mod gateways;
pub mod outgoing;
pub mod providers;
pub mod recorded_sms;

use std::sync::Arc;

use payments_core::card_storage::{self, InvalidSetting, Ports};
use payments_core::otp::CodeLength;
use payments_core::ports::{Clock, Entropy, Quota, Wording};

use crate::settings::{BadSettings, Otp, Reconciler};
use crate::stores::Stores;

use self::providers::Providers;
use self::recorded_sms::RecordedSms;

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
        sms: RecordedSms::new(
            Arc::clone(&providers.sms),
            Arc::clone(&stores.database.sms_sends),
            Arc::clone(clock),
        ),
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
pub fn storage_settings(
    otp: Otp,
    reconciler: Reconciler,
) -> Result<card_storage::Settings, BadSettings> {
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
        gateway_horizon_seconds: reconciler.gateway_horizon_seconds,
        ..card_storage::Settings::default()
    };
    let check = settings.check();
    check.map_err(|InvalidSetting { name, least, most }| {
        let section = if name == "gateway_horizon_seconds" {
            "reconciler"
        } else {
            "otp"
        };
        BadSettings::one(format!("{section}.{name} must be {least} to {most}"))
    })?;
    Ok(settings)
}
