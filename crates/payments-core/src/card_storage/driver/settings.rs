//! How strict a deployment is.

use super::super::{ActionSettings, SendingLimits};
use crate::otp::CodeLength;

/// The settings of card storage. The limits are the contract's: a deployment may be stricter, not laxer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Digits of the codes issued.
    pub code_length: CodeLength,
    /// How long a code is accepted, 30 to 180 seconds.
    pub code_lifetime_seconds: u32,
    /// How long a card is held, 60 to 300 seconds.
    pub card_lifetime_seconds: u32,
    /// Whether a code is sent only while a card is held.
    pub require_held_card: bool,
    /// Distinct wrong codes of a customer on a day (UTC), 1 to 15.
    pub wrong_codes_per_day: u32,
    /// How many codes are sent.
    pub sending: SendingLimits,
    /// For how many seconds a gateway and the database may be at a card, all their deadlines together, 10 to 3,600: for so
    /// long a repeated code is answered that the card is being saved.
    pub saving_seconds: u32,
    /// The number of seconds after which a gateway has finished any call, 60 to 86,400: only then does the
    /// reconciler ask it.
    pub gateway_horizon_seconds: u32,
    /// For how many seconds a reconciler has an intent or a deletion to itself, 10 to 3,600.
    pub lease_seconds: u32,
    /// Whether and how a gateway may ask a customer to do something first (3-D Secure); without it such a card is refused.
    pub actions: Option<ActionSettings>,
}

/// How long a customer has at the gateway where nothing else is said.
const ACTION_SECONDS: u32 = 900;

/// A setting outside its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is out of bounds: use {least} to {most}")]
pub struct InvalidSetting {
    /// The field's name.
    pub name: &'static str,
    /// The least that is accepted.
    pub least: u32,
    /// The most that is accepted.
    pub most: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            code_length: CodeLength::SIX,
            code_lifetime_seconds: 180,
            card_lifetime_seconds: 300,
            require_held_card: false,
            wrong_codes_per_day: 15,
            sending: SendingLimits::default(),
            saving_seconds: 180,
            gateway_horizon_seconds: 900,
            lease_seconds: 120,
            actions: None,
        }
    }
}

impl Settings {
    /// Whether every number is within its bounds.
    ///
    /// # Errors
    /// [`InvalidSetting`] for the first that is not.
    pub fn check(&self) -> Result<(), InvalidSetting> {
        let action_lifetime = self
            .actions
            .as_ref()
            .map_or(ACTION_SECONDS, |actions| actions.lifetime_seconds);
        let bounds = [
            ("code_lifetime_seconds", self.code_lifetime_seconds, 30, 180),
            ("card_lifetime_seconds", self.card_lifetime_seconds, 60, 300),
            ("wrong_codes_per_day", self.wrong_codes_per_day, 1, 15),
            ("cooldown_seconds", self.sending.cooldown_seconds, 0, 3_600),
            ("saving_seconds", self.saving_seconds, 10, 3_600),
            (
                "gateway_horizon_seconds",
                self.gateway_horizon_seconds,
                60,
                86_400,
            ),
            ("lease_seconds", self.lease_seconds, 10, 3_600),
            ("action_lifetime_seconds", action_lifetime, 60, 3_600),
        ];
        let off = bounds
            .into_iter()
            .find(|(_, value, least, most)| !(least..=most).contains(&value));
        off.map_or(Ok(()), |(name, _, least, most)| {
            Err(InvalidSetting { name, least, most })
        })
    }
}
