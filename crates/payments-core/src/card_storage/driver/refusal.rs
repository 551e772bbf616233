//! What the driver answers.

use crate::action::ActionId;
use crate::phone::DestinationRefused;
use crate::ports::Unavailable;
use crate::sms::SmsLimit;
use crate::tokenization::RefusalReason;

use super::super::event::Denial;
use super::super::state::Failure;

/// The answer to a right code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The card is saved: its row is committed.
    Saved,
    /// Another request with the same code is saving it; asked again shortly, the answer will be there.
    Saving,
    /// The customer has something to do at the gateway first ([`super::ActionSettings::next_action`]). Asked again, the
    /// answer is the same until that is done.
    ActionRequired(ActionId),
}

/// Why a request of a card-storage flow was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageRefusal {
    /// No point of sale can store this card.
    #[error("no point of sale can store the card")]
    NoPos,
    /// The card's last month is over.
    #[error("the card is expired")]
    CardExpired,
    /// The gateway asks for the CVV, and none was given.
    #[error("the gateway needs the CVV")]
    CvvRequired,
    /// No card is held (any more).
    #[error("no card is held")]
    NoCardHeld,
    /// No code was sent, or not in this flow: the phone is not held (any more).
    #[error("no code was sent")]
    NoCodeSent,
    /// The code's time is over.
    #[error("the code is expired")]
    CodeExpired,
    /// The code is wrong.
    #[error("the code is wrong")]
    WrongCode {
        /// How many other codes may still be tried for the code that was sent, unless the day's limit is reached before;
        /// none if no code waits to be entered.
        tries_left: Option<u8>,
    },
    /// Five wrong codes, this one included: card and code are gone.
    #[error("too many wrong codes")]
    FlowVoid,
    /// The held card was gone when it was needed, or could not be opened.
    #[error("the held card is gone")]
    CardGone,
    /// A card of this flow is just being saved.
    #[error("a card is being saved")]
    SavingInProgress,
    /// No code may be sent to the phone.
    #[error(transparent)]
    Destination(#[from] DestinationRefused),
    /// Too many codes were sent.
    #[error("too many codes were sent")]
    TooManyCodes {
        /// Which limit is used up.
        limit: SmsLimit,
        /// Seconds until another one may be asked for.
        retry_after_seconds: u32,
    },
    /// Too many wrong codes today.
    #[error("too many wrong codes today")]
    TooManyTriesToday {
        /// Seconds until the day (UTC) is over.
        retry_after_seconds: u32,
    },
    /// The gateway said no.
    #[error("the gateway refused the card")]
    GatewayRefused(RefusalReason),
    /// The gateway did nothing.
    #[error("the gateway is unavailable")]
    GatewayUnavailable,
    /// It is not known whether the card was saved; if it was not, nothing is left behind.
    #[error("it is unknown whether the card was saved")]
    OutcomeUnknown,
    /// The phone cannot be sent to.
    #[error("the phone cannot be sent to")]
    SmsRefused,
    /// No code could be sent.
    #[error("no code could be sent")]
    SmsUnavailable,
    /// A dependency of the service is unavailable.
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
