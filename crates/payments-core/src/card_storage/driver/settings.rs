//! The settings of card storage.

use super::super::{ActionSettings, SendingLimits};
use crate::otp::CodeLength;

/// The settings of card storage. The contract sets the limits: a deployment may be stricter, but not laxer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The number of digits of issued codes.
    pub code_length: CodeLength,
    /// How long a code is valid, 30 to 180 seconds.
    pub code_lifetime_seconds: u32,
    /// How long a card is held, 60 to 300 seconds.
    pub card_lifetime_seconds: u32,
    /// Whether a code is sent only while a card is held.
    pub require_held_card: bool,
    /// Distinct wrong codes per customer and day (UTC), 1 to 15.
    pub wrong_codes_per_day: u32,
    /// Limits on sending codes.
    pub sending: SendingLimits,
    /// The sum of all deadlines of the gateway and the database while a card is saved, 10 to 3,600 seconds. Within this
    /// time a repeated code gets [`Verdict::Saving`](super::Verdict::Saving).
    pub saving_seconds: u32,
    /// The time after which a gateway has finished any call, 60 to 86,400 seconds. The reconciler asks about an
    /// intent only after it.
    pub gateway_horizon_seconds: u32,
    /// How long a reconciler leases an intent or a deletion, 10 to 3,600 seconds.
    pub lease_seconds: u32,
    /// The settings of actions (3-D Secure). `None`: a card that needs an action is refused.
    pub actions: Option<ActionSettings>,
}

/// The default lifetime of an action.
const ACTION_SECONDS: u32 = 900;

/// A setting outside its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is out of bounds: use {least} to {most}")]
pub struct InvalidSetting {
    /// The field's name.
    pub name: &'static str,
    /// The smallest accepted value.
    pub least: u32,
    /// The largest accepted value.
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
    /// Checks that every number is within its bounds.
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
