//! What the card-storage protocol is made of, as the settings choose it.

pub mod gateways;
pub mod outgoing;
pub mod providers;
pub mod recorded_sms;

use std::sync::Arc;
use std::time::Duration;

use payments_core::card_storage::{
    self, ActionSettings, HourAndDay, InvalidSetting, Ports, SendingLimits,
};
use payments_core::otp::CodeLength;
use payments_core::ports::{Clock, Entropy, Wording};
use payments_core::sms::SmsBreaker;

use crate::settings::{BadSettings, Settings};
use crate::stored_cards;
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
        actions: Arc::clone(&stores.database.actions),
        saved_cards: Arc::clone(&stores.database.saved_cards),
        code_tries: Arc::clone(&stores.database.code_tries),
        destinations: Arc::clone(&providers.destinations),
        sms_limits: Arc::clone(&stores.database.sms_limits),
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

/// How long a card may be on its way: what a gateway and the database are given, one after another.
#[derive(Clone, Copy, Debug)]
struct SavingDeadlines {
    /// For each request to a gateway.
    gateway: Duration,
    /// For each statement.
    statement: Duration,
}

impl SavingDeadlines {
    /// Requests that a gateway may need for one card, one after another: the longest chain is iyzico's.
    const REQUESTS: u32 = 4;
    /// Pauses between them, and room for the processes' clocks to differ.
    const ROOM: Duration = Duration::from_secs(10);
    /// Writes on the way: the try, the intent, the card's row or what its customer has to do, and the look at what became
    /// of it.
    const WRITES: u32 = 4;

    fn of(settings: &Settings) -> Self {
        Self {
            gateway: Duration::from_millis(settings.gateways.total_timeout_milliseconds),
            statement: Duration::from_secs(settings.database.statement_timeout_seconds),
        }
    }

    fn seconds(self) -> u32 {
        let write = payments_store::longest_write(self.statement);
        let all = self.gateway * Self::REQUESTS + write * Self::WRITES + Self::ROOM;
        u32::try_from(all.as_secs())
            .unwrap_or(u32::MAX)
            .clamp(10, 3_600)
    }
}

fn sending_limits(settings: &Settings) -> SendingLimits {
    let Settings { otp, sms, .. } = settings;
    let breaker = SmsBreaker {
        codes: sms.breaker_codes,
        least_verified_percent: sms.breaker_verified_percent,
        window_seconds: sms.breaker_window_minutes.saturating_mul(60),
        code_lifetime_seconds: otp.code_lifetime_seconds,
        pause_seconds: sms.breaker_pause_minutes.saturating_mul(60),
    };
    let within = |hour, day| HourAndDay { hour, day };
    SendingLimits {
        cooldown_seconds: otp.cooldown_seconds,
        per_customer: within(otp.codes_per_customer_hour, otp.codes_per_customer_day),
        per_phone: within(otp.codes_per_phone_hour, otp.codes_per_phone_day),
        per_address_block: within(
            otp.codes_per_address_block_hour,
            otp.codes_per_address_block_day,
        ),
        daily_budget: sms.daily_budget,
        breaker: (sms.breaker_codes > 0).then_some(breaker),
    }
}

/// The protocol's own settings; customers reach the service under `public_url`.
///
/// # Errors
/// [`BadSettings`] naming the first that is out of bounds.
pub fn storage_settings(
    settings: &Settings,
    public_url: &str,
) -> Result<card_storage::Settings, BadSettings> {
    let (otp, reconciler) = (settings.otp, settings.reconciler);
    let gateways = &settings.gateways;
    let actions = gateways.three_d_secure.then(|| ActionSettings {
        base_url: format!("{public_url}{}", stored_cards::actions::PATH),
        lifetime_seconds: gateways.three_d_secure_seconds,
    });
    let code_length = CodeLength::new(usize::from(otp.length));
    let mut storage = card_storage::Settings::default();
    storage.code_length =
        code_length.map_err(|_| BadSettings::one("otp.length must be 4 to 8 digits"))?;
    storage.code_lifetime_seconds = otp.code_lifetime_seconds;
    storage.card_lifetime_seconds = otp.card_lifetime_seconds;
    storage.require_held_card = otp.require_held_card;
    storage.wrong_codes_per_day = otp.wrong_codes_per_day;
    storage.sending = sending_limits(settings);
    storage.saving_seconds = SavingDeadlines::of(settings).seconds();
    storage.gateway_horizon_seconds = reconciler.gateway_horizon_seconds;
    storage.actions = actions;
    storage.check().map_err(out_of_bounds)?;
    Ok(storage)
}

/// A setting of the protocol, named as the service's settings name it.
pub fn out_of_bounds(InvalidSetting { name, least, most }: InvalidSetting) -> BadSettings {
    let key = match name {
        "gateway_horizon_seconds" => format!("reconciler.{name}"),
        "action_lifetime_seconds" => "gateways.three_d_secure_seconds".to_owned(),
        _ => format!("otp.{name}"),
    };
    BadSettings::one(format!("{key} must be {least} to {most}"))
}
