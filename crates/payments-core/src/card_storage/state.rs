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

/// The state of a flow, as the flow store keeps it. Never contains a card number, CVV, code or phone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FlowState {
    /// Nothing was submitted, or everything has expired.
    Empty,
    /// A card is held, and no code was sent.
    CardHeld(CardHeld),
    /// A code was sent; a card is held or not submitted yet.
    CodeSent(CodeSent),
    /// The right code was entered, and one request is saving the card. Lasts until the card's row is committed.
    Claimed(Claimed),
    /// The customer must complete an action at the gateway. The database holds what is needed to save the card.
    ActionPending(ActionPending),
    /// The card's row is committed.
    Saved(Saved),
    /// The card was not saved, and is discarded.
    Failed(Failed),
    /// Too many wrong codes: card and code are discarded.
    Void(Void),
}

/// The state in which a card is held and no code was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardHeld {
    /// The flow's id.
    pub flow: FlowId,
    /// The held card.
    pub card: HeldCard,
}

/// The state in which a code was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CodeSent {
    /// The flow's id.
    pub flow: FlowId,
    /// The code that was sent.
    pub code: SentCode,
    /// The card that the code is for. An expired card stays here, so that the code is not applied to another card.
    pub card: Option<HeldCard>,
    /// The distinct wrong codes so far.
    pub wrong: Vec<CodeDigest>,
}

/// The state in which the right code was entered and the card is being saved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claimed {
    /// The flow's id.
    pub flow: FlowId,
    /// The right code.
    pub code: SentCode,
    /// The card that is being saved.
    pub card: HeldCard,
    /// The request that has the claim, so that it recognizes its own claim. `None` in a state that
    /// an earlier release stored.
    #[serde(default)]
    pub claimant: Option<ClaimId>,
    /// The progress of that request, as far as other requests can know.
    #[serde(default)]
    pub stage: ClaimStage,
    /// Until then no other card and no other code is accepted. Before the gateway call, the claim is not
    /// taken over until then.
    pub busy_until: DateTime<Utc>,
    /// Until then the outcome may still arrive. `None` in a state that an earlier release stored.
    #[serde(default)]
    pub settled_by: Option<DateTime<Utc>>,
    /// Until then the state is kept and a repeated request gets its answer.
    pub deadline: DateTime<Utc>,
}

/// The progress of a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ClaimStage {
    /// The gateway has not been called. After `busy_until` another request may take the claim over; storing that
    /// prevents the previous claimant from calling the gateway.
    Preparing,
    /// Only this claimant calls the gateway.
    #[default]
    AtGateway,
}

/// The state in which the customer must complete an action at the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActionPending {
    /// The flow's id.
    pub flow: FlowId,
    /// The right code. Entering it again gets the same answer.
    pub code: SentCode,
    /// The deadline of the action.
    pub deadline: DateTime<Utc>,
}

/// The state in which the card's row is committed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Saved {
    /// The flow's id.
    pub flow: FlowId,
    /// The right code. Entering it again gets the same answer.
    pub code: SentCode,
    /// Until then the state is kept and a repeated request gets its answer.
    pub deadline: DateTime<Utc>,
}

/// The state in which the card was not saved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Failed {
    /// The flow's id.
    pub flow: FlowId,
    /// The right code. Entering it again gets the same answer.
    pub code: SentCode,
    /// Why the card was not saved.
    pub failure: Failure,
    /// Where the card would have been saved, while the audit record of this ending is missing.
    #[serde(default)]
    pub unrecorded: Option<PosId>,
    /// Until then the state is kept and a repeated request gets its answer.
    pub deadline: DateTime<Utc>,
}

/// The state after too many wrong codes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Void {
    /// The flow's id.
    pub flow: FlowId,
    /// Where the card would have been saved, if a card was held.
    #[serde(default)]
    pub pos: Option<PosId>,
    /// Whether the audit record of this ending is missing.
    #[serde(default)]
    pub is_unrecorded: bool,
    /// The state is kept until then, and repeated requests get the same refusal.
    pub deadline: DateTime<Utc>,
}

/// A reference to a held card. The sealed card itself is stored elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeldCard {
    /// The id of the submission, which names the sealed card.
    pub submission: SubmissionId,
    /// The point of sale that will save the card.
    pub pos: PosId,
    /// The ring key that sealed the card. `None` in a state that an earlier release stored.
    #[serde(default)]
    pub key: Option<KeyId>,
    /// When the card expires.
    pub deadline: DateTime<Utc>,
}

/// A reference to a sent code. Neither the code nor the phone can be derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SentCode {
    /// HMAC of the code and its context.
    pub digest: CodeDigest,
    /// The ring key that made the digest.
    pub key: KeyId,
    /// HMAC of the phone that the code was sent to.
    pub phone: PhoneDigest,
    /// When the code expires.
    pub expires_at: DateTime<Utc>,
}

/// Why a card was not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Failure {
    /// The held card was missing or could not be opened.
    CardGone,
    /// The gateway refused the card.
    Refused(RefusalReason),
    /// The gateway is unavailable, and made no token.
    GatewayUnavailable,
    /// It is unknown whether the gateway made a token. If it did, the reconciler deletes it.
    OutcomeUnknown,
    /// A stale flow store brought back the code of a flow whose intent exists. No longer stored: the intent
    /// is looked up instead.
    Replayed,
    /// The database was unavailable before anything was sent to the gateway.
    NotRecorded,
}

impl FlowState {
    /// The flow's id; `None` for [`FlowState::Empty`].
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

    /// The code that a submitted code is compared with.
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

    /// Until when the flow store keeps the state; `None` for [`FlowState::Empty`], which is never stored.
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

    /// The flow that a code sent now is bound to: the current one, if a card waits for a code or a code for its card.
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

    /// The flow that a card submitted now belongs to: the one whose code waits for its card.
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

    /// Whether the deadline has passed.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now)
    }
}
