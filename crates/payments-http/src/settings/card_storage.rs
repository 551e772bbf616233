//! The settings of the card-storage protocol, and the countries it sends codes to.

use std::time::Duration;

use payments_core::card_storage::{
    self, ActionSettings, HourAndDay, InvalidSetting, SendingLimits,
};
use payments_core::otp::CodeLength;
use payments_core::sms::SmsBreaker;
use payments_gateways::sms::NumberPlan;

use super::{BadSettings, Settings};

/// How long saving a card may take: the timeouts of a gateway and the database, added up.
#[derive(Clone, Copy, Debug)]
struct SavingDeadlines {
    /// For each request to a gateway.
    gateway: Duration,
    statement: Duration,
}

impl SavingDeadlines {
    /// Requests that a gateway may need for one card, one after another: the longest chain is iyzico's.
    const REQUESTS: u32 = 4;
    /// Pauses between them, and room for the processes' clocks to differ.
    const ROOM: Duration = Duration::from_secs(10);
    /// Database writes before the gateway answers: the try, the intent, the card's row or the customer's next action,
    /// and the read of the outcome.
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

/// The settings of the card-storage protocol; `actions_url` is the URL of 3-D Secure's pages.
///
/// # Errors
/// [`BadSettings`] naming each that is out of bounds.
pub fn storage_settings(
    settings: &Settings,
    actions_url: &str,
) -> Result<card_storage::Settings, BadSettings> {
    let (otp, reconciler) = (settings.otp, settings.reconciler);
    let gateways = &settings.gateways;
    let actions = gateways.three_d_secure.then(|| ActionSettings {
        base_url: actions_url.to_owned(),
        lifetime_seconds: gateways.three_d_secure_seconds,
    });
    let mut problems = Vec::new();
    let mut storage = card_storage::Settings::default();
    match CodeLength::new(usize::from(otp.length)) {
        Ok(length) => storage.code_length = length,
        Err(_) => problems.push("otp.length must be 4 to 8 digits".to_owned()),
    }
    storage.code_lifetime_seconds = otp.code_lifetime_seconds;
    storage.card_lifetime_seconds = otp.card_lifetime_seconds;
    storage.require_held_card = otp.require_held_card;
    storage.wrong_codes_per_day = otp.wrong_codes_per_day;
    storage.sending = sending_limits(settings);
    storage.saving_seconds = SavingDeadlines::of(settings).seconds();
    storage.gateway_horizon_seconds = reconciler.gateway_horizon_seconds;
    storage.actions = actions;
    while let Err(bad) = storage.check() {
        problems.extend(out_of_bounds(bad).problems);
        if !correct(&mut storage, bad) {
            break;
        }
    }
    BadSettings::unless_none(problems)?;
    Ok(storage)
}

/// Moves a setting into its bounds, so that the next one can be found.
fn correct(storage: &mut card_storage::Settings, bad: InvalidSetting) -> bool {
    let field = match bad.name {
        "code_lifetime_seconds" => &mut storage.code_lifetime_seconds,
        "card_lifetime_seconds" => &mut storage.card_lifetime_seconds,
        "wrong_codes_per_day" => &mut storage.wrong_codes_per_day,
        "cooldown_seconds" => &mut storage.sending.cooldown_seconds,
        "gateway_horizon_seconds" => &mut storage.gateway_horizon_seconds,
        "action_lifetime_seconds" => match &mut storage.actions {
            Some(actions) => &mut actions.lifetime_seconds,
            None => return false,
        },
        _ => return false,
    };
    *field = bad.least;
    true
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

/// The number format of the store's country, and the countries codes are sent to.
///
/// # Errors
/// [`BadSettings`], naming the key with an unknown country.
pub fn number_plan(settings: &Settings) -> Result<NumberPlan, BadSettings> {
    let sms = &settings.sms;
    let of_key = |key: &'static str| move |error| BadSettings::one(format!("{key}: {error}"));
    NumberPlan::new(&sms.country, &[]).map_err(of_key("sms.country"))?;
    NumberPlan::new(&sms.country, &sms.allowed_countries).map_err(of_key("sms.allowed_countries"))
}
