//! The input and output of the state machine.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::flow::{ClaimId, FlowId};
use crate::id::PosId;
use crate::otp::CodeDigest;
use crate::tokenization::RefusalReason;

use super::state::{Failure, FlowState, HeldCard, SentCode};

/// What happened to a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A card was submitted. It is already sealed and stored, under a name that no state has yet.
    CardSubmitted {
        /// The flow that the card is sealed for: [`FlowState::joined_by_card`], or a new one.
        flow: FlowId,
        /// The submitted card.
        card: HeldCard,
    },
    /// A code was requested.
    PhoneSubmitted {
        /// The flow that the code is bound to: [`FlowState::continuing`], or a new one.
        flow: FlowId,
        /// The code that will be sent.
        code: SentCode,
        /// Whether a code is sent only while a card is held.
        needs_card: bool,
    },
    /// A code was entered.
    CodeSubmitted {
        /// The digest of the entered code, bound to the same context as the sent code.
        attempt: CodeDigest,
        /// A new id for the claim, if the event makes one.
        claimant: ClaimId,
    },
    /// A code was entered after the tries for the sent code were used up.
    TriesExhausted {
        /// The code that was sent.
        code: CodeDigest,
    },
    /// The result of an effect.
    Carried {
        /// The flow that the effect belonged to.
        flow: FlowId,
        /// The result.
        outcome: Outcome,
    },
}

/// The result of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The code was certainly not sent.
    CodeNotSent(CodeDigest),
    /// The held card was taken and opened.
    CardTaken {
        /// When all deadlines of the gateway and the database will have passed.
        settled_by: DateTime<Utc>,
    },
    /// The held card was missing or could not be opened.
    CardLost,
    /// The intent is committed.
    IntentRecorded,
    /// The flow already had an intent.
    IntentExists,
    /// The intent may or may not be committed. The gateway was not called.
    IntentUnrecorded,
    /// The gateway made a token.
    TokenIssued,
    /// The gateway requires an action of the customer.
    ActionAsked,
    /// The action is committed, and the customer may be sent to the gateway.
    ActionBegun {
        /// The deadline of the action.
        until: DateTime<Utc>,
    },
    /// The gateway refused the card, or the customer did not complete the action. The intent is closed.
    IntentRefused(RefusalReason),
    /// The gateway refused the card.
    TokenRefused(RefusalReason),
    /// The gateway is unavailable, and made no token.
    GatewayUnavailable,
    /// The gateway may have made a token.
    TokenUnknown,
    /// The card's row is committed.
    CardSaved,
    /// The intent is closed without a row.
    IntentClosed,
    /// The intent is open.
    IntentOpen,
    /// There is no intent.
    IntentMissing,
    /// The row may or may not be committed.
    SaveUnknown,
}

impl Outcome {
    /// Whether the flow store decides about it. Before there is an intent it decides which request continues; from then
    /// on the database does.
    pub(crate) const fn is_decided_by_the_flow_store(self) -> bool {
        match self {
            Self::CardTaken { .. } | Self::IntentMissing => true,
            Self::CodeNotSent(_)
            | Self::CardLost
            | Self::IntentRecorded
            | Self::IntentExists
            | Self::IntentUnrecorded
            | Self::TokenIssued
            | Self::ActionAsked
            | Self::ActionBegun { .. }
            | Self::IntentRefused(_)
            | Self::TokenRefused(_)
            | Self::GatewayUnavailable
            | Self::TokenUnknown
            | Self::CardSaved
            | Self::IntentClosed
            | Self::IntentOpen
            | Self::SaveUnknown => false,
        }
    }
}

/// Work for the driver after the state is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Discard a held card.
    DropCard(HeldCard),
    /// Send the code.
    SendCode,
    /// Give back the try that this request counted: the code was not compared.
    ReleaseTry,
    /// Mark the try that this request counted as right.
    MarkTryRight {
        /// The flow whose intent the code starts, if it does.
        used_for: Option<FlowId>,
    },
    /// Take the held card and open it.
    TakeCard {
        /// The flow that the card was sealed for.
        flow: FlowId,
        /// The held card.
        card: HeldCard,
    },
    /// Commit the intent.
    RecordIntent {
        /// The flow, which gives the intent its id.
        flow: FlowId,
        /// The point of sale that saves the card.
        pos: PosId,
    },
    /// Call the gateway.
    Tokenize {
        /// The flow, which gives the gateway its reference.
        flow: FlowId,
        /// The point of sale that saves the card.
        pos: PosId,
    },
    /// Commit the card's row together with the closed intent.
    SaveCardAndCloseIntent(FlowId),
    /// Commit the action that the gateway requires.
    BeginAction {
        /// The flow whose intent the action belongs to.
        flow: FlowId,
        /// The point of sale that saves the card.
        pos: PosId,
    },
    /// Close the intent without a token.
    RefuseIntent(FlowId),
    /// Look up the status of the intent.
    LookUpIntent(FlowId),
    /// Append the flow's ending, which the audit log does not have yet, to it.
    RecordEnding,
    /// Append to the audit log that it is unknown what the gateway did.
    RecordUnknown {
        /// The flow whose gateway was called.
        flow: FlowId,
        /// The point of sale that was to save the card.
        pos: PosId,
    },
    /// Answer the customer.
    Answer(Answer),
}

impl Effect {
    /// The effect's name, for error messages.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::DropCard(_) => "DropCard",
            Self::SendCode => "SendCode",
            Self::ReleaseTry => "ReleaseTry",
            Self::MarkTryRight { .. } => "MarkTryRight",
            Self::TakeCard { .. } => "TakeCard",
            Self::RecordIntent { .. } => "RecordIntent",
            Self::Tokenize { .. } => "Tokenize",
            Self::SaveCardAndCloseIntent(_) => "SaveCardAndCloseIntent",
            Self::BeginAction { .. } => "BeginAction",
            Self::RefuseIntent(_) => "RefuseIntent",
            Self::LookUpIntent(_) => "LookUpIntent",
            Self::RecordEnding => "RecordEnding",
            Self::RecordUnknown { .. } => "RecordUnknown",
            Self::Answer(_) => "Answer",
        }
    }
}

/// The answer to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The card is held, or the code was sent.
    Accepted,
    /// The card is saved.
    Saved,
    /// Another request is saving it.
    Saving,
    /// The customer must complete an action at the gateway first.
    ActionRequired,
    /// The request is denied.
    Denied(Denial),
}

/// Why a request is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denial {
    /// No card is held.
    NoCardHeld,
    /// No code was sent.
    NoCodeSent,
    /// The code has expired.
    CodeExpired,
    /// The code is wrong.
    WrongCode {
        /// How many more distinct codes may be tried for the sent code. `None` if no code can be entered.
        tries_left: Option<u8>,
    },
    /// Too many wrong codes.
    FlowVoid,
    /// A card is being saved.
    SavingInProgress,
    /// The card was not saved.
    Failed(Failure),
}

/// The result of an event: store `state`, then run `effects` in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transition {
    /// The state to store.
    pub state: FlowState,
    /// The work to do afterwards.
    pub effects: Vec<Effect>,
}

impl Transition {
    /// The denial, if the answer is one.
    pub fn denial(&self) -> Option<Denial> {
        match self.effects.last() {
            Some(Effect::Answer(Answer::Denied(denial))) => Some(*denial),
            Some(_) | None => None,
        }
    }
}
