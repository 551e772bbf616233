//! What goes into the machine, and what comes out.

use crate::id::PosId;
use crate::otp::CodeDigest;
use crate::ports::{AuditOutcome, RefusalReason};

use super::{Failure, FlowId, FlowState, HeldCard, SentCode};

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A customer entered a card.
    CardSubmitted {
        /// A fresh id, for the flow this begins, if it does.
        fresh: FlowId,
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
pub enum Outcome {
    /// The held card was taken and opened.
    CardTaken,
    /// It was gone, or could not be opened, or its store did not answer.
    CardLost,
    /// The intent is committed.
    IntentRecorded,
    /// There was one of this flow already.
    IntentExists,
    /// It may or may not be committed; the gateway was not called.
    IntentUnrecorded,
    /// The gateway made a token.
    TokenIssued,
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
    /// The intent is open, or there is none yet.
    IntentOpen,
    /// It is not known whether the row is committed.
    SaveUnknown,
}

/// Something to be done, once the state is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Seal the submitted card and hold it.
    HoldCard {
        /// The flow it is sealed for.
        flow: FlowId,
        /// Where and until when.
        card: HeldCard,
    },
    /// Forget a held card.
    DropCard(HeldCard),
    /// Send the code.
    SendCode,
    /// The day's try this request counted for the code does not count.
    ReleaseTry,
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
    /// Close the intent: there is no token.
    RefuseIntent(FlowId),
    /// Close the intent if there is one after all; otherwise note that the card was lost.
    AbandonIntent {
        /// Its id.
        flow: FlowId,
        /// Where.
        pos: PosId,
    },
    /// Find out how the intent of another request ended.
    LookUpIntent(FlowId),
    /// Append to the audit log.
    Audit {
        /// Of which flow.
        flow: FlowId,
        /// At which point of sale, if a card was held.
        pos: Option<PosId>,
        /// What.
        outcome: AuditOutcome,
    },
    /// Answer the customer.
    Answer(Answer),
}

/// What a customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The card is held, or the code is on its way.
    Accepted,
    /// The card is saved.
    Saved,
    /// Another request is saving it.
    Saving,
    /// No.
    Denied(Denial),
}

/// Why the machine says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// No card is held.
    NoCardHeld,
    /// No code was sent.
    NoCodeSent,
    /// The code's time is over.
    CodeExpired,
    /// The code is wrong.
    WrongCode,
    /// Too many wrong codes.
    FlowVoid,
    /// A card is just being saved.
    SavingInProgress,
    /// The card was not saved.
    Failed(Failure),
}

/// What an event does to a state: store `state`, then carry out `effects` in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The state from now on.
    pub state: FlowState,
    /// What to do after it is stored.
    pub effects: Vec<Effect>,
}
