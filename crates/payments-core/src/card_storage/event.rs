//! What goes into the machine, and what comes out.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::flow::{ClaimId, FlowId};
use crate::id::PosId;
use crate::otp::CodeDigest;
use crate::tokenization::RefusalReason;

use super::state::{Failure, FlowState, HeldCard, SentCode};

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A customer entered a card. It is sealed and held already, under a name that no state has yet.
    CardSubmitted {
        /// The flow it is sealed for: [`FlowState::joined_by_card`], or else a fresh one.
        flow: FlowId,
        /// The card.
        card: HeldCard,
    },
    /// A customer asked for a code.
    PhoneSubmitted {
        /// The flow the code is bound to: [`FlowState::continuing`], or else a fresh one.
        flow: FlowId,
        /// The code that will be sent.
        code: SentCode,
        /// Whether a code is sent only while a card is held.
        needs_card: bool,
    },
    /// A customer entered a code.
    CodeSubmitted {
        /// Its digest, bound to what the state's own code is bound to.
        attempt: CodeDigest,
        /// A fresh id, for the claim this makes, if it does.
        claimant: ClaimId,
    },
    /// A customer entered a code, and the tries for the code that was sent are used up.
    TriesExhausted {
        /// The code that was sent.
        code: CodeDigest,
    },
    /// An effect was carried out, or was not.
    Carried {
        /// The flow it belonged to.
        flow: FlowId,
        /// How it went.
        outcome: Outcome,
    },
}

/// How an effect went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The code was not sent; this is certain.
    CodeNotSent(CodeDigest),
    /// The held card was taken and opened.
    CardTaken {
        /// By then all deadlines of the gateway and the database have passed.
        settled_by: DateTime<Utc>,
    },
    /// It was gone, or could not be opened.
    CardLost,
    /// The intent is committed.
    IntentRecorded,
    /// There was one of this flow already.
    IntentExists,
    /// It may or may not be committed; the gateway was not called.
    IntentUnrecorded,
    /// The gateway made a token.
    TokenIssued,
    /// The gateway wants the customer to do something first.
    ActionAsked,
    /// What it asked for is committed: the customer may be sent there.
    ActionBegun {
        /// Until then the customer may do it.
        until: DateTime<Utc>,
    },
    /// The gateway refused the card, or the customer did not do what it asked for; the intent is closed.
    IntentRefused(RefusalReason),
    /// The gateway said no.
    TokenRefused(RefusalReason),
    /// The gateway did nothing.
    GatewayUnavailable,
    /// The gateway may have made a token.
    TokenUnknown,
    /// The card's row is committed.
    CardSaved,
    /// The intent is closed, without a row.
    IntentClosed,
    /// The intent is open.
    IntentOpen,
    /// There is no intent.
    IntentMissing,
    /// It is not known whether the row is committed.
    SaveUnknown,
}

/// Something to be done, once the state is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Forget a held card.
    DropCard(HeldCard),
    /// Send the code.
    SendCode,
    /// Give back the try this request counted: the code was compared with nothing.
    ReleaseTry,
    /// The try this request counted was right.
    MarkTryRight {
        /// The flow whose intent is begun with the code, if one is.
        used_for: Option<FlowId>,
    },
    /// Take the held card and open it.
    TakeCard {
        /// The flow it was sealed for.
        flow: FlowId,
        /// Which.
        card: HeldCard,
    },
    /// Commit the intent.
    RecordIntent {
        /// Its id.
        flow: FlowId,
        /// Where.
        pos: PosId,
    },
    /// Call the gateway.
    Tokenize {
        /// The reference it is given.
        flow: FlowId,
        /// Where.
        pos: PosId,
    },
    /// Commit the card's row together with the closed intent.
    SaveCardAndCloseIntent(FlowId),
    /// Commit what the gateway wants the customer to do.
    BeginAction {
        /// The flow it is for.
        flow: FlowId,
        /// Where.
        pos: PosId,
    },
    /// Close the intent: there is no token.
    RefuseIntent(FlowId),
    /// Find out how far the intent is.
    LookUpIntent(FlowId),
    /// Append the flow's end to the audit log: [`FlowState::unrecorded`].
    RecordEnding,
    /// Append to the audit log that the gateway did not say what it did.
    RecordUnknown {
        /// Of which flow.
        flow: FlowId,
        /// At which point of sale.
        pos: PosId,
    },
    /// Answer the customer.
    Answer(Answer),
}

impl Effect {
    /// Its name, for errors.
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

/// What a customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The card is held, or the code is on its way.
    Accepted,
    /// The card is saved.
    Saved,
    /// Another request is saving it.
    Saving,
    /// The customer has something to do at the gateway first.
    ActionRequired,
    /// No.
    Denied(Denial),
}

/// Why the machine says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// No card is held.
    NoCardHeld,
    /// No code was sent.
    NoCodeSent,
    /// The code's time is over.
    CodeExpired,
    /// The code is wrong.
    WrongCode {
        /// How many other codes may still be tried for the code that was sent; none if no code waits to be entered.
        tries_left: Option<u8>,
    },
    /// Too many wrong codes.
    FlowVoid,
    /// A card is just being saved.
    SavingInProgress,
    /// The card was not saved.
    Failed(Failure),
}

/// What an event does to a state: store `state`, then carry out `effects` in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    /// The state from now on.
    pub(crate) state: FlowState,
    /// What to do after it is stored.
    pub(crate) effects: Vec<Effect>,
}

impl Transition {
    /// Why the machine says no, if that is its answer.
    pub(super) fn denial(&self) -> Option<Denial> {
        match self.effects.last() {
            Some(Effect::Answer(Answer::Denied(denial))) => Some(*denial),
            Some(_) | None => None,
        }
    }
}
