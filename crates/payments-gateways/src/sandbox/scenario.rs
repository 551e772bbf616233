//! Scenarios, chosen by the number in a request.

use payments_core::card::Pan;
use payments_core::phone::Phone;

/// What the tokenizer does with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CardScenario {
    Succeed,
    Decline,
    /// Answers with a general error.
    GatewayError,
    /// Never answers; no token.
    SilentWithoutToken,
    /// Never answers; the token is made.
    SilentWithToken,
    /// The response is not a valid one.
    Garbage,
}

impl CardScenario {
    pub(super) fn of(pan: &Pan) -> Self {
        pan.expose(|digits| match digits {
            "4111111111111129" => Self::Decline,
            "4130111111111118" => Self::GatewayError,
            "4125111111111115" => Self::SilentWithoutToken,
            "4124111111111116" => Self::SilentWithToken,
            "4128111111111112" => Self::Garbage,
            _ => Self::Succeed,
        })
    }
}

/// What the SMS sender does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PhoneScenario {
    Succeed,
    /// The number cannot be sent to.
    Refuse,
    /// Unavailable; nothing is sent.
    OutOfOrder,
    /// Sends and never answers.
    SilentButSent,
}

impl PhoneScenario {
    pub(super) fn of(phone: &Phone) -> Self {
        phone.expose(|digits| match digits {
            "5559999041" => Self::Refuse,
            "5559999042" => Self::OutOfOrder,
            "5559999043" => Self::SilentButSent,
            _ => Self::Succeed,
        })
    }
}
