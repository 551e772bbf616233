//! The results of the driver's requests.

use crate::action::ActionId;
use crate::phone::DestinationRefused;
use crate::ports::Unavailable;
use crate::sms::SmsLimit;
use crate::tokenization::RefusalReason;

use super::super::event::Denial;
use super::super::state::Failure;

/// The result of submitting the right code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The card is saved: its row is committed.
    Saved,
    /// Another request with the same code is saving the card. Retry shortly.
    Saving,
    /// The customer must complete an action at the gateway first ([`super::ActionSettings::next_action`]). A retry gets
    /// the same verdict until that is done.
    ActionRequired(ActionId),
}

/// Why a request of a card-storage flow was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageRefusal {
    /// No point of sale can store this card.
    #[error("no point of sale can store the card")]
    NoPos,
    /// The card has expired.
    #[error("the card is expired")]
    CardExpired,
    /// The gateway needs the CVV, and none was given.
    #[error("the gateway needs the CVV")]
    CvvRequired,
    /// No card is held, or it has expired.
    #[error("no card is held")]
    NoCardHeld,
    /// No code was sent in this flow, or its phone is no longer held.
    #[error("no code was sent")]
    NoCodeSent,
    /// The code has expired.
    #[error("the code is expired")]
    CodeExpired,
    /// The code is wrong.
    #[error("the code is wrong")]
    WrongCode {
        /// How many more distinct codes may be tried for the sent code, unless the daily limit is reached first. `None`
        /// if no code can be entered.
        tries_left: Option<u8>,
    },
    /// The fifth wrong code: card and code are discarded.
    #[error("too many wrong codes")]
    FlowVoid,
    /// The held card was missing or could not be opened.
    #[error("the held card is gone")]
    CardGone,
    /// A card of this flow is being saved.
    #[error("a card is being saved")]
    SavingInProgress,
    /// Codes are not sent to this phone.
    #[error(transparent)]
    Destination(#[from] DestinationRefused),
    /// Too many codes were sent.
    #[error("too many codes were sent")]
    TooManyCodes {
        /// The limit that is reached.
        limit: SmsLimit,
        /// Seconds until another code may be requested.
        retry_after_seconds: u32,
    },
    /// Too many wrong codes today.
    #[error("too many wrong codes today")]
    TooManyTriesToday {
        /// Seconds until the next day (UTC).
        retry_after_seconds: u32,
    },
    /// The gateway refused the card.
    #[error("the gateway refused the card")]
    GatewayRefused(RefusalReason),
    /// The gateway is unavailable, and made no token.
    #[error("the gateway is unavailable")]
    GatewayUnavailable,
    /// It is unknown whether the card was saved. If it was not, the reconciler deletes any token.
    #[error("it is unknown whether the card was saved")]
    OutcomeUnknown,
    /// The sender cannot send to this phone.
    #[error("no code can be sent to the phone number")]
    SmsRefused,
    /// The sender is unavailable.
    #[error("no code could be sent")]
    SmsUnavailable,
    /// A dependency is unavailable.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<Denial> for StorageRefusal {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NoCardHeld => Self::NoCardHeld,
            Denial::NoCodeSent => Self::NoCodeSent,
            Denial::CodeExpired => Self::CodeExpired,
            Denial::WrongCode { tries_left } => Self::WrongCode { tries_left },
            Denial::FlowVoid => Self::FlowVoid,
            Denial::SavingInProgress => Self::SavingInProgress,
            Denial::Failed(failure) => failure.into(),
        }
    }
}

impl From<Failure> for StorageRefusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::CardGone | Failure::NotRecorded => Self::CardGone,
            Failure::Refused(reason) => Self::GatewayRefused(reason),
            Failure::GatewayUnavailable => Self::GatewayUnavailable,
            Failure::OutcomeUnknown => Self::OutcomeUnknown,
            Failure::Replayed => Self::FlowVoid,
        }
    }
}
