//! The states of a flow between requests.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::{ClaimId, FlowId, SubmissionId};
use crate::id::PosId;
use crate::keys::KeyId;
use crate::otp::CodeDigest;
use crate::phone::PhoneDigest;
use crate::tokenization::RefusalReason;

/// The state of a flow, as the flow store keeps it. It never contains a card number, CVV, code or phone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlowState {
    /// Nothing yet, or everything over.
    Empty,
    /// A card is held, and no code was sent.
    CardHeld(CardHeld),
    /// A code was sent; a card is held or still to come.
    CodeSent(CodeSent),
    /// The right code came, and one request takes the card to its gateway. It stays so until the card's row is
    /// committed.
    Claimed(Claimed),
    /// The customer has something to do at the gateway; what the card needs to be saved is in the database.
    ActionPending(ActionPending),
    /// The card's row is committed.
    Saved(Saved),
    /// The card was not saved, and is gone.
    Failed(Failed),
    /// Too many wrong codes: card and code are gone.
    Void(Void),
}

/// A card is held, and no code was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardHeld {
    /// This run of the protocol.
    pub flow: FlowId,
    /// The card.
    pub card: HeldCard,
}

/// A code was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSent {
    /// This run of the protocol.
    pub flow: FlowId,
    /// The code.
    pub code: SentCode,
    /// The card it is for. One whose time is over stays here, so that the code is not taken for another card's.
    pub card: Option<HeldCard>,
    /// The distinct wrong codes so far.
    pub wrong: Vec<CodeDigest>,
}

/// The right code came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// This run of the protocol.
    pub flow: FlowId,
    /// The code that was right.
    pub code: SentCode,
    /// The card that is being saved.
    pub card: HeldCard,
    /// The request that has the claim, so that it knows its own claim again; none in a state that an earlier release
    /// stored.
    #[serde(default)]
    pub claimant: Option<ClaimId>,
    /// How far that request is, as far as others can know.
    #[serde(default)]
    pub stage: ClaimStage,
    /// Until then no other card and no other code is accepted, and before the gateway call the claim is not taken over.
    pub busy_until: DateTime<Utc>,
    /// Until then the outcome may still come; none in a state that an earlier release stored.
    #[serde(default)]
    pub settled_by: Option<DateTime<Utc>>,
    /// Until then a repeated request is answered.
    pub deadline: DateTime<Utc>,
}

/// How far a claim is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimStage {
    /// The gateway has not been called. Once `busy_until` is over another request may take the claim over; storing that
    /// keeps the former claimant from calling the gateway.
    Preparing,
    /// Only this claimant calls the gateway.
    #[default]
    AtGateway,
}

/// The customer has something to do at the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPending {
    /// This run of the protocol.
    pub flow: FlowId,
    /// The code that was right: repeated, it gets the same answer.
    pub code: SentCode,
    /// Until then the customer may do it.
    pub deadline: DateTime<Utc>,
}

/// The card's row is committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// This run of the protocol.
    pub flow: FlowId,
    /// The code that was right: repeated, it gets the same answer.
    pub code: SentCode,
    /// Until then a repeated request is answered.
    pub deadline: DateTime<Utc>,
}

/// The card was not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// This run of the protocol.
    pub flow: FlowId,
    /// The code that was right: repeated, it gets the same answer.
    pub code: SentCode,
    /// Why.
    pub failure: Failure,
    /// Where the card would have been saved, as long as the audit log lacks this end.
    #[serde(default)]
    pub unrecorded: Option<PosId>,
    /// Until then a repeated request is answered.
    pub deadline: DateTime<Utc>,
}

/// Too many wrong codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// This run of the protocol.
    pub flow: FlowId,
    /// Where the card would have been saved, if one was held.
    #[serde(default)]
    pub pos: Option<PosId>,
    /// Whether the audit log lacks this end.
    #[serde(default)]
    pub is_unrecorded: bool,
    /// Until then the customer is told so.
    pub deadline: DateTime<Utc>,
}

/// Which card is held, and where; the card itself is a sealed entry elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldCard {
    /// Names the sealed entry.
    pub submission: SubmissionId,
    /// Where it will be saved.
    pub pos: PosId,
    /// The key of the ring that sealed it; none in a state that an earlier release stored.
    #[serde(default)]
    pub key: Option<KeyId>,
    /// After this instant it is gone.
    pub deadline: DateTime<Utc>,
}

/// Which code was sent; neither the code nor the phone can be read back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// HMAC of the code and of all it is bound to.
    pub digest: CodeDigest,
    /// The key of the ring that made the digest.
    pub key: KeyId,
    /// HMAC of the phone it was sent to.
    pub phone: PhoneDigest,
    /// After this instant it is not accepted.
    pub expires_at: DateTime<Utc>,
}

/// Why a card was not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Failure {
    /// The held card was gone, or could not be opened.
    CardGone,
    /// The gateway said no.
    Refused(RefusalReason),
    /// The gateway did nothing.
    GatewayUnavailable,
    /// It is not known whether the gateway made a token; the reconciler removes it if it did.
    OutcomeUnknown,
    /// The database already has an intent of this flow, and a stale flow store brought its code back. Not stored any more:
    /// the intent is looked up instead.
    Replayed,
    /// The database was away before anything was sent to the gateway.
    NotRecorded,
}

impl FlowState {
    /// This run of the protocol; none in [`FlowState::Empty`].
    pub fn flow(&self) -> Option<FlowId> {
        match self {
            Self::Empty => None,
            Self::CardHeld(state) => Some(state.flow),
            Self::CodeSent(state) => Some(state.flow),
            Self::Claimed(state) => Some(state.flow),
            Self::ActionPending(state) => Some(state.flow),
            Self::Saved(state) => Some(state.flow),
            Self::Failed(state) => Some(state.flow),
            Self::Void(state) => Some(state.flow),
        }
    }

    /// The code a submitted code is compared with.
    pub fn code(&self) -> Option<&SentCode> {
        match self {
            Self::Empty | Self::CardHeld(_) | Self::Void(_) => None,
            Self::CodeSent(state) => Some(&state.code),
            Self::Claimed(state) => Some(&state.code),
            Self::ActionPending(state) => Some(&state.code),
            Self::Saved(state) => Some(&state.code),
            Self::Failed(state) => Some(&state.code),
        }
    }

    /// Until when the store keeps it; none in [`FlowState::Empty`], which is never stored.
    pub fn deadline(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Empty => None,
            Self::CardHeld(state) => Some(state.card.deadline),
            Self::CodeSent(state) => {
                let card = state.card.map(|card| card.deadline);
                Some(card.map_or(state.code.expires_at, |card| {
                    card.max(state.code.expires_at)
                }))
            }
            Self::Claimed(state) => Some(state.deadline),
            Self::ActionPending(state) => Some(state.deadline),
            Self::Saved(state) => Some(state.deadline),
            Self::Failed(state) => Some(state.deadline),
            Self::Void(state) => Some(state.deadline),
        }
    }

    /// The flow a code sent now is bound to: the one under way, if a card waits for a code or a code for its card.
    pub fn continuing(&self, now: DateTime<Utc>) -> Option<FlowId> {
        match self {
            Self::CardHeld(_) | Self::CodeSent(_) if !self.is_over(now) => self.flow(),
            Self::Empty
            | Self::CardHeld(_)
            | Self::CodeSent(_)
            | Self::Claimed(_)
            | Self::ActionPending(_)
            | Self::Saved(_)
            | Self::Failed(_)
            | Self::Void(_) => None,
        }
    }

    /// The flow a card submitted now belongs to: the one whose code waits for its card.
    pub fn joined_by_card(&self, now: DateTime<Utc>) -> Option<FlowId> {
        match self {
            Self::CodeSent(state) if state.card.is_none() && !self.is_over(now) => Some(state.flow),
            Self::Empty
            | Self::CardHeld(_)
            | Self::CodeSent(_)
            | Self::Claimed(_)
            | Self::ActionPending(_)
            | Self::Saved(_)
            | Self::Failed(_)
            | Self::Void(_) => None,
        }
    }

    /// Whether its deadline has passed.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now)
    }
}
